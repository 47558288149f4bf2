"""The page of the open data: its files, its dictionary, how to read it from a program, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.figure_fields import QUANTITIES
from alliance.models import DataFile, DataRelease
from alliance.queries.public.charters import first_published_indicator
from alliance.queries.public.cycles import latest_cycle
from alliance.queries.public.data_tables import ColumnType, DataTable, data_tables, find_table
from alliance.queries.public.data_tables.columns import EXAMPLE_INDICATOR
from alliance.queries.public.fastest import fastest
from alliance.queries.public.open_data import (
    PACKAGE,
    data_licence,
    earlier_packages,
    latest_release,
    release_files,
    releases,
)
from alliance.queries.public.record import publication, record_head
from alliance.queries.site import read_site
from alliance.web.public.atom import feed_response, new_feed
from alliance.web.public.data_changes import DataChange, data_changes
from alliance.web.public.linked_data import of_open_data
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import json_response, public_page
from portal.kernel.publishing import Publication
from portal.kernel.web import Parameter, parameters

_FIRST_TABLE = "figures"
_FORMATS = ("csv", "json", "xlsx")
_MOST_CHANGES = 8  # on the page
_MOST_ENTRIES = 50  # in a feed
_FEED_RELEASES = 30


@dataclass(frozen=True, slots=True)
class TableRow:
    """One table on the page: how many rows and columns it has, and its files by format."""

    table: DataTable
    rows: int
    files: Sequence[tuple[str, DataFile]]


def _column_types() -> Mapping[ColumnType, str]:
    return {
        ColumnType.TEXT: _("text"),
        ColumnType.INTEGER: _("whole number"),
        ColumnType.DECIMAL: _("decimal"),
        ColumnType.FLAG: _("yes/no"),
        ColumnType.DATE: _("date"),
        ColumnType.MOMENT: _("moment"),
    }


@require_safe
@parameters(Parameter("table", r"[-a-z]{1,40}"))
def data(request: HttpRequest) -> HttpResponse:
    """Open data: every table with its files, the dictionary of one, how to try it, and what changed."""
    table = find_table(request.GET.get("table", "") or _FIRST_TABLE)
    if table is None:
        raise Http404
    release, types, example = latest_release(), _column_types(), _example_indicator()
    context = {
        "release": release,
        "licence": data_licence(),
        "missing": _missing_publication(release),
        "tables": _table_rows(release) if release else [],
        "package": release_files(release).get(PACKAGE) if release else None,
        "rows": sum(release.rows.values()) if release else 0,
        "earlier_packages": earlier_packages(),
        "table": table,
        "columns": [
            (
                replace(column, example=example) if column.example == EXAMPLE_INDICATOR else column,
                "" if column.choices else types[column.type],
            )
            for column in table.columns
        ],
        "changes": data_changes(releases(_FEED_RELEASES))[:_MOST_CHANGES],
        "origin": settings.ORIGIN,
        "example": example,
        "linked_data": of_open_data(release, release_files(release) if release else {}),
    }
    return public_page(request, "data", context, canonical=reverse("public:data"))


def _example_indicator() -> str:
    """The key of an indicator that has numbers: that of the fastest, else the first; of an empty record, any key."""
    cycle = latest_cycle()
    first = fastest(cycle) if cycle else None
    indicator = first.indicator if first else first_published_indicator(QUANTITIES)
    return indicator.key if indicator else EXAMPLE_INDICATOR


def _missing_publication(release: DataRelease | None) -> Publication | None:
    """The first publication that is not in the files yet: since then they are behind."""
    head = record_head()
    if release is None or head is None or head.number <= release.number:
        return None
    return publication(release.number + 1)


def _table_rows(release: DataRelease) -> list[TableRow]:
    files = release_files(release)
    return [
        TableRow(
            table,
            release.rows[table.name],
            [
                (format_.upper(), files[f"{table.name}.{format_}"])
                for format_ in _FORMATS
                if f"{table.name}.{format_}" in files
            ],
        )
        for table in data_tables()
        if table.name in release.rows
    ]


# --- Feeds -------------------------------------------------------------------------------------


@open_to_other_sites
def data_feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of what changed in the open data."""
    feed = new_feed(request, _("What changed in the data"), reverse("public:data"))
    for change in _feed_changes():
        feed.add_item(
            title=f"{change.table}: {change.text}",
            link=_change_url(change),
            description=escape(change.examples or change.text),  # a reader of feeds takes it for HTML
            unique_id=_change_url(change),
            pubdate=change.at,
            updateddate=change.at,
        )
    return feed_response(feed)


@open_to_other_sites
def data_feed_json(request: HttpRequest) -> HttpResponse:
    """JSON Feed of what changed in the open data."""
    items = [
        {
            "id": _change_url(change),
            "url": _change_url(change),
            "title": f"{change.table}: {change.text}",
            "content_text": change.examples or change.text,
            "date_published": change.at.isoformat(timespec="seconds"),
            "tags": [change.table, change.kind],
            "_publication": change.release.number,
        }
        for change in _feed_changes()
    ]
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _feed_title(),
        "home_page_url": settings.ORIGIN + reverse("public:data"),
        "feed_url": settings.ORIGIN + request.path,
        "language": get_language() or "en",
        "items": items,
    }
    response = json_response(feed)
    response["Content-Type"] = "application/feed+json; charset=utf-8"
    return response


def _feed_title() -> str:
    return f"{read_site().name}: {_('What changed in the data')}"


def _feed_changes() -> list[DataChange]:
    return data_changes(releases(_FEED_RELEASES))[:_MOST_ENTRIES]


def _change_url(change: DataChange) -> str:
    return f"{settings.ORIGIN}{reverse('public:data')}#change-{change.key}"
