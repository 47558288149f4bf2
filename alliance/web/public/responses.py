"""Responses of the public area: a page with its head and foot, a table to download, a document as JSON."""

import csv
import hashlib
import io
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from alliance.queries.public.data_tables import DataTable, TextCell
from alliance.queries.public.data_tables.writing import csv_text
from alliance.queries.public.record import record_head
from alliance.web.public.as_it_stood import AsOf, is_present
from portal.kernel.charts import Drawing
from portal.kernel.text import hyphenate_headings, plain_decimal
from portal.kernel.web import REPRESENTATION_DIGEST

# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | Decimal | None


def public_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    canonical: str = "",
    folder: str = "alliance/public",
) -> HttpResponse:
    """A public page; `canonical` is its one address where several lead to the same content.

    Pages of the layers above have their templates in a `folder` of their own.
    """
    as_of: AsOf | None = getattr(request, "as_of", None)
    past = None if is_present(request) else as_of
    record = record_head()
    # the newest is the page that search engines know
    newest = settings.ORIGIN + (request.path if as_of else canonical or request.get_full_path())
    choices = {name: value for name, value in (context or {}).get("as_of_choices", {}).items() if value}
    shared = {
        "record": record,
        "canonical": newest,
        "card": settings.ORIGIN + reverse("public:card"),
        "as_of": as_of,
        "as_of_day": past.day.isoformat() if past else "",  # for the links of a page that is read as of a day
        "present_url": request.path + (f"?{urlencode(choices)}" if choices else ""),
        # what is cited is what is shown: the record by that day, at the address with the day
        "cited_record": past.head if past else record,
        "cited_url": settings.ORIGIN + request.get_full_path() if past else newest,
    }
    response = render(request, f"{folder}/{template}.html", {**shared, **(context or {})})
    if get_language() == "ru":
        response.content = hyphenate_headings(response.text)
    return response


def address_without(request: HttpRequest, name: str) -> str:
    """The address of this page without a parameter that leads to the same content."""
    query = request.GET.copy()
    query.pop(name, None)
    return request.path + (f"?{query.urlencode()}" if query else "")


def csv_response(name: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A CSV file that spreadsheets open with the right letters and never take for formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    response = HttpResponse(buffer.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return _with_digest(response)


def _with_digest(response: HttpResponse) -> HttpResponse:
    """Say the digest of these bytes, of which nothing is stored (RFC 9530); sent compressed, they say none."""
    sha256 = b64encode(hashlib.sha256(response.content).digest()).decode("ascii")
    response[REPRESENTATION_DIGEST] = f"sha-256=:{sha256}:"
    return response


def safe_cell(cell: Cell) -> str:
    """Numbers as plain decimal strings; a text that looks like a formula gets an apostrophe before it."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return plain_decimal(cell)
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text


def table_response(name: str, table: DataTable, rows: Iterable[Sequence[TextCell]]) -> HttpResponse:
    """Rows of a table of the open data as CSV, with its columns."""
    response = HttpResponse(csv_text(table, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return _with_digest(response)


def svg_response(name: str, drawing: Drawing) -> HttpResponse:
    """A drawing as a file; it carries its own colours."""
    response = HttpResponse(str(drawing.svg), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.svg"'
    return response


def json_response(content: Mapping[str, Any]) -> HttpResponse:
    """A document as JSON, its letters as they are."""
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
