"""The search over the public record: its page, its table to download, its feed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.public.figure_lines import scope_of_found
from alliance.queries.public.search import (
    TaxonomyWord,
    facet_names,
    harms_in_force,
    taxonomy_words,
)
from alliance.queries.site import read_site
from alliance.web.public.figures import figures_url
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import address_without, csv_response, public_page
from alliance.web.public.search_address import FACETS, MOST_OF_KEY, Asked, find_asked, read_asked
from alliance.web.public.search_answers import answers_to, named_by_number
from alliance.web.public.search_figures import FigureTable, figure_tables
from alliance.web.public.search_rows import ResultRow, document_rows, result_rows
from portal.kernel import search
from portal.kernel.text import LANGUAGES
from portal.kernel.web import PAGE, Parameter, open_text, paginate_or_404, parameters

PAGE_SIZE = 20
_OF_EACH_KIND = 3
_OF_FIGURES = 6  # which are lines of tables
_FIRST_OPTIONS = 6  # of a facet; the others are folded
_MOST_OPTIONS = 24  # of a facet with many values, as of members; the address `all` names the one that has all
_MAX_ENTRIES = 50  # of a feed
_MAX_TYPED = 2000  # of more, nobody types; what is read of it is less
_PARAMETERS = (
    open_text("q", _MAX_TYPED),
    *(Parameter(facet, is_list=True) for facet in FACETS),
    Parameter("words", "only"),  # without their synonyms
    Parameter("spelling", "typed"),
    Parameter("order", "match|newest"),
)
_ALL = Parameter("all", "|".join(FACETS))


@dataclass(frozen=True, slots=True)
class FacetOption:
    """One value of a facet, and how many results have it."""

    value: str
    title: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FacetBox:
    """One facet with its values, those that leave most first, and how many it has."""

    key: str
    title: str
    options: Sequence[FacetOption]
    count: int
    is_open: bool = False

    @property
    def first(self) -> Sequence[FacetOption]:
        return self.options[:_FIRST_OPTIONS]

    @property
    def others(self) -> Sequence[FacetOption]:
        return self.options[_FIRST_OPTIONS:]

    @property
    def is_chosen(self) -> bool:
        return any(option.is_chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class KindGroup:
    """The best results of one kind, how many there are, and where all of them are."""

    key: str
    title: str
    rows: Sequence[ResultRow]
    count: int
    url: str

    @property
    def tables(self) -> list[FigureTable]:
        """The rows of figures as tables."""
        return figure_tables(self.rows)


@require_safe
@parameters(*_PARAMETERS, _ALL, PAGE)
def search_page(request: HttpRequest) -> HttpResponse:
    """Search over the public record: marked passages by kind, by match or newest first, narrowed by facets."""
    asked, whole = read_asked(request.GET), request.GET.get(_ALL.name, "")
    findings = find_asked(asked)
    words = taxonomy_words(findings.query.groups)
    context = {
        "asked": asked,
        "findings": findings,
        "total": len(findings.hits),
        "most": search.MAX_RANKED,
        "words": words,
        "emptiness": "" if findings.query.wanted else _emptiness(findings.query),
        "only_count": _count_without_synonyms(asked, findings, words),
        "only_url": asked.url(words="only"),
        "with_synonyms_url": asked.url(words=""),
        "typed_url": asked.url(spelling="typed"),
        "respelt_url": asked.url(q=findings.respelt),
        "orders": [
            (_("By kind"), asked.url(order=""), not asked.order),
            (_("Best match"), asked.url(order="match"), asked.order == "match"),
            (_("Newest"), asked.url(order="newest"), asked.order == "newest"),
        ],
        "boxes": _boxes(asked, findings, whole=whole),
        "whole_facet": whole,
        "table_url": asked.url(route="public:search-table", order=""),
        "figures_url": figures_url(scope_of_found(_ids_of_figures(findings))),
        "answers": answers_to(asked, findings),
        "named": named_by_number(asked.text),
        "feed_url": asked.url(route="public:search-feed", order=""),
        "follow_key": asked.key if len(asked.key) <= MOST_OF_KEY else "",
        "all_url": asked.url(**dict.fromkeys(FACETS, "")),
        **_results(request, asked, findings),
    }
    if not findings.hits:
        context["nearest"] = search.nearest_words(asked.text)
        context["harms"] = [(key, harm.title) for key, harm in harms_in_force().items()]
    # by kind there is one page, whatever the address says
    is_paged = "page" in context or "page" not in request.GET
    canonical = address_without(request, _ALL.name) if is_paged else asked.url()
    return public_page(request, "search", context, canonical=canonical)


@open_to_other_sites
@parameters(*_PARAMETERS)
def search_table(request: HttpRequest) -> HttpResponse:
    """Table of the results, best match first, as CSV; where there are more than are ranked, its last row says so."""
    asked = read_asked(request.GET)
    findings = find_asked(asked)
    header = [
        _("What it is"), _("Title"), _("Passage"), _("Language"), _("Publication"), _("Address"), _("Figures"),
        _("Correction"),
    ]  # fmt: skip
    rows = result_rows(findings.hits, findings.query)
    table = [
        [
            row.kind_title,
            row.plain_title,
            row.plain_text,
            row.language,
            row.number,
            row.full_url,
            row.plain_values,
            row.correction,
        ]
        for row in rows
    ]
    if findings.is_capped:
        note = _(
            "There are more than %(most)s results. These are %(most)s of them: some of each kind, and not always the "
            "best."
        )
        table.append([note % {"most": search.MAX_RANKED}, *[""] * 4, settings.ORIGIN + asked.url(), "", ""])
    return csv_response("search", header, table)


@open_to_other_sites
@parameters(*_PARAMETERS)
def search_feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the results, the newest first: whoever follows a search reads there what is new in it."""
    asked = read_asked(request.GET)
    findings = find_asked(asked)
    feed = Atom1Feed(
        title=f"{read_site().name}: {asked.text}",
        link=settings.ORIGIN + asked.url(order="newest"),
        feed_url=settings.ORIGIN + asked.url(route="public:search-feed", order=""),
        description="",
        language=get_language() or "en",
    )
    entered = dict(search.latest_documents(findings, asked.filters, _MAX_ENTRIES))
    for row in document_rows(list(entered), findings.query):
        feed.add_item(
            title=row.plain_title,
            link=row.full_url,
            description=row.plain_summary,
            unique_id=row.full_url,
            pubdate=row.at,
            updateddate=entered[row.document],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _emptiness(query: search.Query) -> str:
    """Why there is nothing to look for."""
    if query.terms:
        return _("Only words to leave out are given")
    if search.words_in(query.text):
        return _("These words are in almost every text")
    return _("There is no word to search for")


def _count_without_synonyms(asked: Asked, findings: search.Findings, words: Sequence[TaxonomyWord]) -> int:
    return search.count(findings.respelt or asked.text, with_synonyms=False) if words else 0


def _results(request: HttpRequest, asked: Asked, findings: search.Findings) -> dict[str, object]:
    """The groups of a page by kind, or one page of a list."""
    if not asked.order and len(asked.filters.get("kind", ())) != 1:
        return {"groups": _groups(asked, findings)}
    if asked.order == "newest":
        ids = [pk for pk, _entered in search.latest_documents(findings, asked.filters)]
    else:
        ids = [hit.id for hit in findings.hits]
    page: Page = paginate_or_404(ids, request, PAGE_SIZE)
    rows = document_rows(list(page.object_list), findings.query)
    is_figures = not asked.order and list(asked.filters.get("kind", ())) == ["figure"]
    return {"page": page, "rows": rows, "tables": figure_tables(rows) if is_figures else []}


def _ids_of_figures(findings: search.Findings) -> list[int]:
    """The results that are figures, or without any those that may be indicators."""
    by_kind = findings.by_kind
    return [hit.id for hit in by_kind.get("figure", []) or by_kind.get("indicator", [])]


def _groups(asked: Asked, findings: search.Findings) -> list[KindGroup]:
    by_kind = findings.by_kind
    best = [
        hit
        for hit_kind, hits in by_kind.items()
        for hit in hits[: _OF_FIGURES if hit_kind == "figure" else _OF_EACH_KIND]
    ]
    rows: dict[str, list[ResultRow]] = {}
    for row in result_rows(best, findings.query):
        rows.setdefault(row.kind, []).append(row)
    return [
        KindGroup(kind, str(search.kinds()[kind]), rows.get(kind, ()), len(hits), asked.url(kind=kind))
        for kind, hits in by_kind.items()
    ]


def _boxes(asked: Asked, findings: search.Findings, *, whole: str) -> list[FacetBox]:
    """The facets that narrow anything; the one that is asked for `whole` with all its values."""
    boxes = []
    for facet, title in FACETS.items():
        chosen, counts = set(asked.filters.get(facet, ())), findings.counts.get(facet, {})
        values = sorted(
            {*counts, *chosen}, key=lambda value: (value not in chosen, -counts.get(value, 0), value)
        )
        shown = values if facet == whole else values[: max(_MOST_OPTIONS, len(chosen))]
        options = _options(facet, shown, chosen, counts)
        count = len(values) - len(shown) + len(options)
        boxes.append(FacetBox(facet, str(title), options, count, is_open=facet == whole))
    return [box for box in boxes if box.count > 1 or box.is_chosen]


def _options(
    facet: str, values: Collection[str], chosen: Collection[str], counts: Mapping[str, int]
) -> list[FacetOption]:
    """These values in words, those that leave most first, among equals by name."""
    if facet == "kind":
        names = {kind: str(title) for kind, title in search.kinds().items() if kind in values}
    elif facet == "language":
        names = {code: get_language_info(code)["name_translated"] for code in LANGUAGES if code in values}
    else:
        names = facet_names(facet, values)
    options = [
        FacetOption(value, title, counts.get(value, 0), value in chosen) for value, title in names.items()
    ]
    return (
        options
        if facet == "kind"
        else sorted(options, key=lambda option: (not option.is_chosen, -option.count))
    )
