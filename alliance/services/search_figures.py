"""What is found of published figures: the last one of each indicator, and of each kind of harm it is broken down by.

Each is what was published with what stood there before a correction. Where a member has no total of an indicator in a
cycle, as of medians, choices and what no service has measured, its own figures of that cycle are found, those of
services each by its service.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation

from alliance.enums import FigureStatus
from alliance.models import Indicator, Organisation, PublishedFigure, PublishedTotal
from alliance.queries.public.charters import series_keys_in_force
from alliance.queries.public.search import indicators_by_key
from alliance.queries.public.wording import cell_title
from alliance.services.charter_publication_content import in_languages
from alliance.services.search_documents import former_names, heading, joined, member_of, member_slugs, moment
from portal.kernel import search
from portal.kernel.publishing import Publication
from portal.kernel.search import Document
from portal.kernel.text import LANGUAGES, Texts

_HARM = "harm="  # a cell of the breakdown by kinds of harm
_MOST_SERVICES = 12  # whose figures one document shows: the report has all
_CYCLES = 2  # the last ones, shown beside one another
# what a result does not show; long texts would be read for nothing
_UNSHOWN = ("method", "note", "reason", "definition_note")


def _figure_documents(slug: str) -> Iterable[Document]:
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        return
    totals = PublishedTotal.objects.current().filter(Q(cell="") | Q(cell__startswith=_HARM))
    totals = totals.filter(organisation=organisation)
    figures = PublishedFigure.objects.current().filter(organisation=organisation, cell="")
    of_a_total = totals.filter(cell="", cycle=OuterRef("cycle"), indicator_key=OuterRef("indicator_key"))
    figures = figures.exclude(Exists(of_a_total)).exclude(status=FigureStatus.NOT_APPLICABLE)
    places = _last_first(_of_last_cycles(figures))
    for place, rows in _last_first(totals).items():
        later = [row for row in places.get(place, ()) if row.cycle.ends_on > rows[0].cycle.ends_on]
        places[place] = [*later, *rows]
    indicators = indicators_by_key({key for key, _cell in places})
    names = [*in_languages(organisation, "name").values(), *former_names(organisation)]
    for (key, cell), rows in places.items():
        indicator = indicators.get(key)
        if indicator is None:
            continue
        shown, newest = _shown(rows), rows[0]
        harm = cell.partition(";")[0].removeprefix(_HARM)
        yield Document(
            "figure",
            joined(heading(indicator), _cell_titles(indicator, cell) if cell else "", by=": "),
            {}, "public:report", [slug, newest.cycle.slug],
            at=moment(newest.cycle.ends_on, newest.cycle.published_at), number=newest.valid_from,
            fragment=f"#indicator-{newest.indicator_key}",
            facets=[f"member:{slug}", f"cycle:{newest.cycle.slug}", *([f"harm:{harm}"] if harm else [])],
            detail={
                "member": in_languages(organisation, "name"), "indicator": key, "cell": cell,
                "cycle": newest.cycle.slug,
                "values": [_value(row) for row in shown[:_MOST_SERVICES]],
                "more": max(len(shown) - _MOST_SERVICES, 0),
            },
            labels=names,
        )  # fmt: skip


def _of_last_cycles(figures: QuerySet[PublishedFigure]) -> QuerySet[PublishedFigure]:
    """Of a member's figures those of its last cycles, and of the last one that each indicator has any of."""
    cycles = figures.order_by("-cycle__ends_on", "cycle_id").values_list("cycle_id", flat=True)
    of_each = figures.order_by("indicator_key", "-cycle__ends_on").distinct("indicator_key")
    ids = {*cycles.distinct()[:_CYCLES], *of_each.values_list("cycle_id", flat=True)}
    return figures.filter(cycle__in=ids).select_related("service").defer(*_UNSHOWN)


def _last_first(rows: QuerySet[Any]) -> dict[tuple[str, str], list[Any]]:
    """The rows by place, the last cycle first; a key that the charter has renamed since is the later one."""
    listed = list(rows.select_related("cycle__charter").order_by("-cycle__ends_on", "pk"))
    asked = [(row.cycle.charter.key, row.cycle.charter.version, row.indicator_key) for row in listed]
    keys = series_keys_in_force(asked)
    places: dict[tuple[str, str], list[Any]] = {}
    for row, place in zip(listed, asked, strict=True):
        places.setdefault((keys[place], row.cell), []).append(row)
    return places


def _shown(rows: Sequence[Any]) -> list[Any]:
    """What is of the whole member, in its last cycles; of a last one without it what its services have, by slug."""
    whole = [row for row in rows if getattr(row, "service_id", None) is None]
    last = [row for row in rows if row.cycle_id == rows[0].cycle_id]
    if any(row in whole for row in last):
        return whole[:_CYCLES]
    return [*sorted(last, key=lambda row: str(row.service.slug)), *whole[: _CYCLES - 1]]


def _value(row: PublishedTotal | PublishedFigure) -> dict[str, Any]:
    """One figure as a result shows it; of a withheld one nothing, not even what it was before."""
    shown: dict[str, Any] = {
        "cycle": row.cycle.slug,
        "withheld": row.withheld,
        "corrected_in": row.corrected_in,
    }
    if isinstance(row, PublishedFigure) and row.service_id:
        shown["service"] = row.service_id
    if row.withheld:
        return {**shown, "value": None}
    shown |= {"value": None if row.value is None else str(row.value), "was": row.was}
    if isinstance(row, PublishedFigure):
        shown |= {"status": row.status, "choice": row.choice, "estimate": row.estimate}
    return shown


def _cell_titles(indicator: Indicator, cell: str) -> Texts:
    titles = {}
    for language in LANGUAGES:
        with translation.override(language):
            titles[language] = cell_title(indicator.charter, cell)
    return titles


def _figures_of(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    about_figures = publication.type in ("report", "report_notice", "withdrawal")
    return member_of(publication, content) if about_figures else []


def _figures_under(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    """Figures are found by the names of indicators and harms, which a charter may change."""
    del content
    return member_slugs() if publication.type == "charter" else []


search.register_source("figures", search.Source(_figure_documents, member_slugs, _figures_of, _figures_under))
