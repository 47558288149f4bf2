"""The directory of supporters: its page and its table to download."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import SupporterKind
from alliance.models import Supporter
from alliance.queries.public.members import member_list
from alliance.queries.public.supporters import directory, initials, supporter_counts, supporters
from alliance.queries.supporters import SupporterFilter, supporters_charter
from alliance.services.supporters import entry_merged_into
from alliance.validators.supporter_names import search_terms
from alliance.web.forms.supporters import DirectoryForm
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import Cell, csv_response, public_page
from portal.kernel.alphabet import alphabet_key
from portal.kernel.web import PAGE, Parameter, open_text, paginate_or_404, parameters

_NAV = "public:member-list"  # the section of the menu
_MOST_BARS = 8  # of regions; all of them stand in the table
_FILTERS = (
    open_text("q", 100),
    Parameter("region", r".{1,100}", is_open=True),
    Parameter("kind", r"[a-z]{1,12}"),
    Parameter("letter", r".", is_open=True),
)


@dataclass(frozen=True, slots=True)
class CountBar:
    """One line of a drawing: how many, where it leads, and the length of its bar as a part of the longest, 0 to 100."""

    label: str
    count: int
    url: str
    length: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that the list is narrowed to, and the list without it."""

    label: str
    url: str


@require_safe
@parameters(*_FILTERS, Parameter("sort", r"name"), PAGE)
def supporter_list(request: HttpRequest) -> HttpResponse:
    """Directory of supporters, newest first or by name, filtered, with its counts by kind and region."""
    filters, counts = _filters(request), supporter_counts()
    by_name = request.GET.get("sort") == "name"
    regions = sorted((region for region, _count in counts.by_region), key=alphabet_key)
    form = DirectoryForm(request.GET, regions=regions)
    kinds = [(kind, str(SupporterKind(kind).label), count) for kind, count in counts.by_kind]
    places = [(region, region, count) for region, count in counts.by_region]
    context = {
        "nav": _NAV,
        "page": paginate_or_404(directory(filters, by_name=by_name), request),
        "form": form,
        "counts": counts,
        "charter": supporters_charter(),
        "kinds": _bars(filters, "kind", kinds),
        "regions": _bars(filters, "region", places[:_MOST_BARS]),
        "all_regions": _bars(filters, "region", places),
        "letters": [
            (letter, _url(_narrowed(filters, "letter", letter)), letter == filters.letter)
            for letter in sorted(initials(), key=alphabet_key)
        ],
        "chips": _chips(filters),
        "synonyms": [term for terms in search_terms(filters.words) for term in terms[1:]],
        "by_name": by_name,
        "newest_url": _url(filters),
        "by_name_url": _url(filters, sort="name"),
        "table_url": _url(filters, route="public:supporter-table"),
        "members": member_list().count(),
    }
    return public_page(request, "supporter_list", context)


@require_safe
def supporter(request: HttpRequest, pk: int) -> HttpResponse:
    """One supporter: its kind, place, website and the day of its accession; one that was merged leads to the other."""
    entry = supporters().select_related("charter").filter(pk=pk).first()
    if entry is None:
        if (other := entry_merged_into(pk)) is None:
            raise Http404
        return redirect("public:supporter", other)  # not for good: a merger can be taken back
    return public_page(request, "supporter", {"supporter": entry, "nav": _NAV})


@open_to_other_sites
@parameters(*_FILTERS)
def supporter_table(request: HttpRequest) -> HttpResponse:
    """Table of the supporters that are asked for, as CSV; it has no e-mail address."""
    header: list[Cell] = [_("Supporter"), _("Kind"), _("Region"), _("Town"), _("Website"), _("Acceded")]
    rows = directory(_filters(request)).iterator(chunk_size=2000)
    return csv_response("supporters", header, (_cells(row) for row in rows))


def _cells(supporter: Supporter) -> list[Cell]:
    return [
        supporter.name,
        str(supporter.get_kind_display()),
        supporter.region,
        supporter.town,
        supporter.website,
        supporter.acceded_on.isoformat(),
    ]


def _filters(request: HttpRequest) -> SupporterFilter:
    get = request.GET.get
    return SupporterFilter(
        words=get("q", "").strip(), region=get("region", ""), kind=get("kind", ""), letter=get("letter", "")
    )


def _url(filters: SupporterFilter, *, route: str = "public:supporter-list", sort: str = "") -> str:
    """The address of the list that is narrowed like this."""
    chosen = {
        "q": filters.words, "region": filters.region, "kind": filters.kind, "letter": filters.letter, "sort": sort,
    }  # fmt: skip
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse(route)}?{query}" if query else reverse(route)


def _narrowed(filters: SupporterFilter, field: str, value: str) -> SupporterFilter:
    changes: dict[str, Any] = {field: value}
    return replace(filters, **changes)


def _bars(filters: SupporterFilter, field: str, counts: list[tuple[str, str, int]]) -> list[CountBar]:
    most = max((count for _value, _label, count in counts), default=0)
    chosen = getattr(filters, field)
    return [
        CountBar(
            label, count, _url(_narrowed(filters, field, value)), round(100 * count / most), value == chosen
        )
        for value, label, count in counts
    ]


def _chips(filters: SupporterFilter) -> list[Chip]:
    kind = str(SupporterKind(filters.kind).label) if filters.kind in SupporterKind else filters.kind
    labels = {"words": filters.words, "region": filters.region, "kind": kind, "letter": filters.letter}
    return [Chip(label, _url(_narrowed(filters, field, ""))) for field, label in labels.items() if label]
