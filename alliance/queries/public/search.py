"""Reads for the page of the public search: names of what results are narrowed to, and words of the list of harms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from alliance.enums import CharterState, FigureStatus, SupporterKind, ValueType
from alliance.models import Cycle, Harm, Indicator, Organisation, PublishedFigure, Service
from alliance.queries.public.charters import series_keys_in_force
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.members import member, members
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page
from portal.kernel.search import Query, Synonyms, stems_of, words_in
from portal.kernel.text import LANGUAGES, reader_language


@dataclass(frozen=True, slots=True)
class TaxonomyWord:
    """A word that was looked for with its synonyms; `harm` where it is one of the charter's kinds of harm."""

    group: Synonyms
    harm: Harm | None

    @property
    def other_titles(self) -> list[tuple[str, str]]:
        """What the kind of harm is called in the languages that are not the reader's."""
        others = [code for code in LANGUAGES if code != reader_language()]
        return [(code, getattr(self.harm, f"title_{code}")) for code in others] if self.harm else []


@dataclass(frozen=True, slots=True)
class YesNoCounts:
    """How many figures of an indicator say yes or no in the last published cycle, each of a service or a member."""

    cycle: Cycle
    yes: int
    no: int
    not_applicable: int
    withheld: int

    @property
    def all(self) -> int:
        return self.yes + self.no


@cached_for_page
def harms_in_force() -> Mapping[str, Harm]:
    """The kinds of harm of the charters in force by key, in their order. One query."""
    rows = Harm.objects.visible_to(ANYONE).filter(charter__state=CharterState.IN_FORCE)
    return {row.key: row for row in rows.select_related("charter").order_by("charter__version", "position")}


def member_in(query: Query) -> Organisation | None:
    """The member that the text names: a word of it begins a name of that one alone, in any language. Two queries.

    None where it names none or several.
    """
    stems = stems_of(word for term in query.wanted for word in words_in(term.text))
    named = {slug for stem in stems.values() if (slug := _slugs_by_first_stem().get(stem))}
    return member(named.pop()) if len(named) == 1 else None


@cached_for_page
def _slugs_by_first_stem() -> Mapping[str, str]:
    """By the stem of the word with which one member's names begin, former ones too, its address. Two queries."""
    columns = [f"{prefix}name_{code}" for prefix in ("", "former_names__") for code in LANGUAGES]
    first_words = {
        (words[0], slug)
        for slug, *names in members().order_by().values_list("slug", *columns)
        for name in names
        if (words := words_in(name or ""))
    }
    stems = stems_of(word for word, _slug in first_words)
    slugs: dict[str, set[str]] = {}
    for word, slug in first_words:
        slugs.setdefault(stems[word], set()).add(slug)
    slugs.pop("", None)
    return {stem: next(iter(named)) for stem, named in slugs.items() if len(named) == 1}


def taxonomy_words(groups: Sequence[Synonyms]) -> list[TaxonomyWord]:
    """The groups with the kinds of harm that they stand for."""
    harms = harms_in_force()
    return [TaxonomyWord(group, harms.get(group.key.removeprefix("harm:"))) for group in groups]


def facet_names(facet: str, values: Collection[str]) -> dict[str, str]:
    """What these values of a facet are called in the reader's language, without those that are not public any more."""
    if facet == "member":
        return dict(members().filter(slug__in=values).values_list("slug", "name"))
    if facet == "cycle":
        return {row.slug: row.title for row in published_cycles() if row.slug in values}
    if facet == "harm":
        return {key: harm.title for key, harm in harms_in_force().items() if key in values}
    if facet == "supporter":
        return {value: str(label) for value, label in SupporterKind.choices if value in values}
    return {}


def indicators_by_key(keys: Collection[str]) -> Mapping[str, Indicator]:
    """The figure indicators of these keys, as the newest charter has them. One query for all who ask for the same."""
    return _indicators_by_key(tuple(sorted(set(keys))))


@cached_for_page
def _indicators_by_key(keys: tuple[str, ...]) -> Mapping[str, Indicator]:
    rows = Indicator.objects.visible_to(ANYONE).filter(key__in=keys).select_related("charter")
    return {row.key: row for row in rows.order_by("charter__version")}


def yes_no_counts(keys: Collection[str], cycle: Cycle | None) -> dict[str, YesNoCounts]:
    """Of these indicators those of yes or no, by key, counted in this cycle. Three queries at most.

    The keys are those that the charter in force has; the cycle's own version may call them otherwise.
    """
    if not keys or cycle is None:
        return {}
    asked = Indicator.objects.filter(charter=cycle.charter_id, value=ValueType.YES_NO)
    version = cycle.charter
    places = [(version.key, version.version, key) for key in asked.values_list("key", flat=True)]
    now = series_keys_in_force(places) if places else {}
    names = {place[2]: key for place, key in now.items() if key in keys}
    if not names:
        return {}
    rows = PublishedFigure.objects.current().filter(cycle=cycle, cell="", indicator_key__in=names).order_by()
    is_open = Q(withheld=False)
    counts = rows.values("indicator_key").annotate(
        yes=Count("pk", filter=is_open & Q(value=1)),
        no=Count("pk", filter=is_open & Q(value=0)),
        not_applicable=Count("pk", filter=is_open & Q(status=FigureStatus.NOT_APPLICABLE)),
        closed=Count("pk", filter=~is_open),
    )
    return {
        names[row["indicator_key"]]: YesNoCounts(
            cycle, row["yes"], row["no"], row["not_applicable"], row["closed"]
        )
        for row in counts
    }


def services_by_id(ids: Collection[int]) -> dict[int, Service]:
    """These services by id. One query; none for none."""
    return Service.objects.visible_to(ANYONE).in_bulk(list(ids)) if ids else {}
