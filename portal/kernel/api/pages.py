"""Pages of a list: a cursor that stays where it was when rows are added, and no count."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from portal.kernel.api.cursors import seal, unseal
from portal.kernel.api.problems import Fault, Problem

ROWS = 50
MOST = 200


class Pages(CursorPagination):
    """`limit` rows at a time, in the order that the view names; the first of its fields is never empty."""

    base_url: str
    page_size = ROWS
    max_page_size = MOST
    page_size_query_param = "limit"
    cursor_query_description = "Where the page begins: the value from `next` or `previous` of another page."
    page_size_query_description = f"How many rows a page has, at most {MOST}; {ROWS} when it is not said."

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        return tuple(view.ordering)

    def get_page_size(self, request: Request) -> int:
        said = request.query_params.get(self.page_size_query_param, str(ROWS))
        if said.isascii() and said.isdigit() and 1 <= int(said[:4]) <= MOST and len(said) < 4:
            return int(said)
        fault = Fault("limit", _("A whole number from 1 to %(most)s.") % {"most": MOST})
        raise Problem("malformed", errors=[fault])

    def decode_cursor(self, request: Request) -> Cursor | None:
        sent = request.query_params.get(self.cursor_query_param)
        if sent is None:
            return None
        said = unseal(sent, request.path)
        if said is None:
            fault = Fault("cursor", _("Use the cursor from “next” or “previous” of a page unchanged."))
            raise Problem("malformed", errors=[fault])
        return Cursor(*json.loads(said))

    def encode_cursor(self, cursor: Cursor) -> str:
        sealed = seal(json.dumps(cursor), self.request.path)
        return str(replace_query_param(self.base_url, self.cursor_query_param, sealed))

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> Any:
        rows = super().paginate_queryset(queryset, request, view)
        # links are built from the configured origin, whatever host was asked
        self.base_url = settings.ORIGIN + urlsplit(self.base_url)._replace(scheme="", netloc="").geturl()
        return rows

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The framework says `nullable`, which OpenAPI 3.1 does not know: there null is a type."""
        said: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            said["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        said["required"] = list(said["properties"])
        return said

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor, limit = super().get_schema_operation_parameters(view)
        cursor["description"], limit["description"] = (
            self.cursor_query_description,
            self.page_size_query_description,
        )
        limit["schema"] = {"type": "integer", "minimum": 1, "maximum": MOST, "default": ROWS}
        return [cursor, limit]
