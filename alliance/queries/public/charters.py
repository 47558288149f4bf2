"""Reads of charters: their chapters and commitments, one commitment, the place of an indicator."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, QuerySet, Value, When

from alliance.enums import CharterState, IndicatorType
from alliance.figure_fields import ALL_TYPES
from alliance.models import Chapter, Charter, Commitment, Harm, Indicator, Measure, PublishedFigure
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.lineage import lineage_of
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page, cached_for_revision

# of the versions with a key, the one in force; else the last one
_IN_FORCE_FIRST = Case(
    When(charter__state=CharterState.IN_FORCE, then=Value(0)), default=Value(1), output_field=IntegerField()
)


@dataclass(frozen=True, slots=True)
class CharterWithChapters:
    """A charter with its chapters; every chapter holds its commitments."""

    charter: Charter
    chapters: Sequence[Chapter]


def public_charters_in_force() -> list[CharterWithChapters]:
    """The charters in force with chapters and commitments, these with `measure_count`. Three queries."""
    commitments = Commitment.objects.visible_to(ANYONE).annotate(measure_count=Count("measures"))
    chapters = Chapter.objects.visible_to(ANYONE).prefetch_related(Prefetch("commitments", commitments))
    charters = (
        Charter.objects.visible_to(ANYONE)
        .filter(state=CharterState.IN_FORCE)
        .prefetch_related(Prefetch("chapters", chapters))
    )
    return [CharterWithChapters(charter, list(charter.chapters.all())) for charter in charters]


@cached_for_page
def charter_titles() -> list[Charter]:
    """The charters in force, without their parts. One query."""
    return list(Charter.objects.visible_to(ANYONE).filter(state=CharterState.IN_FORCE))


@cached_for_page
def commitments_in_force() -> list[Commitment]:
    """The commitments of the charters in force, in their order. One query."""
    rows = Commitment.objects.visible_to(ANYONE).filter(charter__state=CharterState.IN_FORCE)
    return list(rows.order_by("charter__key", "position"))


def commitment(key: str) -> Commitment | None:
    """The commitment of this key in the version in force, with measures and indicators. Three queries."""
    indicators = Indicator.objects.visible_to(ANYONE)
    measures = Measure.objects.visible_to(ANYONE).prefetch_related(Prefetch("indicators", indicators))
    return (
        Commitment.objects.visible_to(ANYONE)
        .filter(key=key)
        .select_related("charter", "chapter")
        .prefetch_related(Prefetch("measures", measures))
        .order_by(_IN_FORCE_FIRST, "-charter__version")
        .first()
    )


@cached_for_page
def commitment_row(key: str) -> Commitment | None:
    """The same with its charter alone, without measures. One query."""
    rows = Commitment.objects.visible_to(ANYONE).filter(key=key).select_related("charter")
    return without_charter_texts(rows, "charter").order_by(_IN_FORCE_FIRST, "-charter__version").first()


def current_commitment(key: str) -> Commitment | None:
    """The commitment of this key, under the one that the version in force has for it; with its charter alone.

    One query; three more of a key that was renamed.
    """
    named = commitment_row(key)
    now = key_in_force(key, named.charter) if named else key
    return (commitment_row(now) if now != key else None) or named


@cached_for_revision
def charter_versions() -> dict[int, Charter]:
    """The versions of all charters by their ids, without their texts. One query."""
    rows = Charter.objects.visible_to(ANYONE).only("key", "version", "state", "supersedes")
    return {charter.pk: charter for charter in rows}


def key_in_force(key: str, charter: Charter) -> str:
    """What a key of a superseded version is called in the version in force; the same where that has none."""
    if charter.state != CharterState.SUPERSEDED:
        return key
    in_force = Charter.objects.visible_to(ANYONE).filter(key=charter.key, state=CharterState.IN_FORCE).first()
    return lineage_of(in_force).current_key(key, charter.version) or key if in_force else key


SeriesPlace = tuple[str, int, str]  # key and version of a charter, and an indicator's key in it


def series_keys_in_force(places: Iterable[SeriesPlace]) -> dict[SeriesPlace, str]:
    """What the version in force calls each indicator of an earlier one, as far as its series goes on.

    The same key where it does not, or where no version is in force. One query; more for a version not read yet.
    """
    rows = Charter.objects.visible_to(ANYONE).filter(state=CharterState.IN_FORCE)
    in_force = {charter.key: lineage_of(charter) for charter in rows}
    keys = {}
    for charter, version, key in set(places):
        lineage = in_force.get(charter)
        later = lineage.series_key(key, version) if lineage else None
        keys[charter, version, key] = later or key
    return keys


def public_figure_indicators() -> QuerySet[Indicator]:
    """The indicators in force that ask for a figure, with measure and commitment, in the charter's order."""
    return (
        Indicator.objects.visible_to(ANYONE)
        .filter(type=IndicatorType.FIGURE, charter__state=CharterState.IN_FORCE)
        .select_related("measure__commitment", "charter")
        .order_by("charter__key", "measure__commitment__position", "measure__position", "position")
    )


def listed_figure_indicators() -> QuerySet[Indicator]:
    """The same for a list of their titles, without the texts of indicator, measure, commitment and charter."""
    rows = without_charter_texts(public_figure_indicators(), "charter")
    return rows.defer("guidance", "explanation", "choices", "measure__text", "measure__commitment__text")


def first_published_indicator(values: Collection[str] = ALL_TYPES) -> Indicator | None:
    """The first indicator in force of which the public record holds a figure, among those of these types of value."""
    published = PublishedFigure.objects.current().filter(indicator_key=OuterRef("key"))
    return public_figure_indicators().filter(Exists(published), value__in=values).first()


def indicator(key: str) -> Indicator | None:
    """The figure indicator of this key, in the version in force or else the last one."""
    return (
        Indicator.objects.visible_to(ANYONE)
        .filter(key=key, type=IndicatorType.FIGURE)
        .select_related("measure__commitment", "charter")
        .order_by(_IN_FORCE_FIRST, "-charter__version")
        .first()
    )


_TREES: ContextVar[dict[tuple[str, int], Charter | None] | None] = ContextVar("charter_trees", default=None)


@contextmanager
def reading_charters_once() -> Iterator[None]:
    """Inside, each charter is read once, however many documents are made of reports on it."""
    token = _TREES.set({})
    try:
        yield
    finally:
        _TREES.reset(token)


def public_charter_tree(key: str, version: int) -> Charter | None:
    """A charter with commitments, measures and indicators, as a report on it reads. Four queries.

    Inside `reading_charters_once` it is shared: nobody may change it.
    """
    trees = _TREES.get()
    if trees is None:
        return _charter_tree(key, version)
    if (key, version) not in trees:
        trees[key, version] = _charter_tree(key, version)
    return trees[key, version]


def _charter_tree(key: str, version: int) -> Charter | None:
    indicators = Indicator.objects.visible_to(ANYONE)
    measures = Measure.objects.visible_to(ANYONE).prefetch_related(Prefetch("indicators", indicators))
    commitments = Commitment.objects.visible_to(ANYONE).prefetch_related(Prefetch("measures", measures))
    return (
        Charter.objects.visible_to(ANYONE)
        .filter(key=key, version=version)
        .prefetch_related(Prefetch("commitments", commitments))
        .first()
    )


def harms_of_commitment(commitment: Commitment) -> list[Harm]:
    """The harms that the commitment's figures are broken down by; none where no figure is. One query."""
    kinds = {
        kind
        for measure in commitment.measures.all()
        for row in measure.indicators.all()
        for kind in row.breakdowns
    }
    harms = list(Harm.objects.visible_to(ANYONE).filter(charter_id=commitment.charter_id))
    keys = {harm.key for harm in harms}
    of_harms = {
        row["key"] for row in commitment.charter.breakdowns if {cell["key"] for cell in row["cells"]} <= keys
    }
    return harms if kinds & of_harms else []
