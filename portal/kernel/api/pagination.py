"""Pages of a list: a sealed cursor that stays where it was when rows are added, and no count."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from portal.kernel.api.lists import ORDERING, chosen_ordering, parameters_of
from portal.kernel.api.problems import Fault, Problem
from portal.kernel.text import whole_number

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class SealedCursorPagination(CursorPagination):
    """`limit` rows at a time, in the order that the view names; the first of its fields is never empty."""

    base_url: str
    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "limit"
    cursor_query_description = (
        "The page to return: the `cursor` in the `next` or `previous` URL of another page."
    )
    page_size_query_description = (
        f"The number of rows on a page, at most {MAX_PAGE_SIZE}; {PAGE_SIZE} by default."
    )

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        return chosen_ordering(request, view)

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get(self.page_size_query_param, str(PAGE_SIZE))
        size = whole_number(text, digits=3) or 0
        if 1 <= size <= MAX_PAGE_SIZE:
            return size
        fault = Fault("limit", _("A whole number from 1 to %(most)s.") % {"most": MAX_PAGE_SIZE})
        raise Problem("malformed", errors=[fault])

    def decode_cursor(self, request: Request) -> Cursor | None:
        sent = request.query_params.get(self.cursor_query_param)
        if sent is None:
            return None
        text = unseal(sent, _place(request))
        if text is None:
            fault = Fault("cursor", _("Use the cursor from “next” or “previous” of a page unchanged."))
            raise Problem("malformed", errors=[fault])
        return Cursor(*json.loads(text))

    def encode_cursor(self, cursor: Cursor) -> str:
        sealed = seal(json.dumps(cursor), _place(self.request))
        return str(replace_query_param(self.base_url, self.cursor_query_param, sealed))

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> Any:
        rows = super().paginate_queryset(queryset, request, view)
        # links are built from the configured origin, whatever host was asked
        self.base_url = settings.ORIGIN + urlsplit(self.base_url)._replace(scheme="", netloc="").geturl()
        return rows

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The framework says `nullable`, which OpenAPI 3.1 does not know: there null is a type."""
        page_schema: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            # with an example of its own, the framework puts that of a row on a page
            page_schema["properties"][name] = {"type": ["string", "null"], "format": "uri", "example": None}
        page_schema["required"] = list(page_schema["properties"])
        return page_schema

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor, limit = super().get_schema_operation_parameters(view)
        cursor["description"], limit["description"] = (
            self.cursor_query_description,
            self.page_size_query_description,
        )
        limit["schema"] = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
        row = view.get_serializer_class()() if view.serializer_class else None
        return [cursor, limit, *parameters_of(view, list(row.fields) if row is not None else [])]


def _place(request: Request) -> str:
    """Where a cursor leads on: in its own list, in the order in which that was read."""
    ordering = request.query_params.get(ORDERING)
    return request.path if ordering is None else f"{request.path}?{ORDERING}={ordering}"


def seal(text: str, place: str) -> str:
    """The text as a cursor of this place; the same each time, so that a page that has not changed stays the same."""
    sealed = _cipher(settings.SECRET_KEY).encrypt(text.encode(), [place.encode()])
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(cursor: str, text: str) -> str | None:
    """What was sealed for this place; None for what was not."""
    try:
        sealed = urlsafe_b64decode(cursor.encode("ascii") + b"==")
    except ValueError:
        return None
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(key).decrypt(sealed, [text.encode()]).decode()
        except InvalidTag:
            continue
    return None


def _cipher(key: str) -> AESSIV:
    """Deterministic and authenticated (RFC 5297)."""
    return AESSIV(hashlib.sha512(b"portal.cursor:" + key.encode()).digest())
