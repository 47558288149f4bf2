"""What the library shows: the rows of a page, what of a practice is found by, how much there is, what others ask."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, Q

from alliance.enums import VerdictValue
from alliance.models import Verdict
from alliance.queries.local_dates import today
from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key
from portal.kernel.search import Query
from portal.kernel.text import reader_language
from practices.enums import AdoptionState, Label, PracticeState
from practices.models import Adoption, Author, Practice
from practices.queries.search import MAX_RANKED, Search, SearchResult, candidates, ids_for_measures
from practices.queries.snippets import Snippet, snippets
from practices.queries.translations import TranslatedHead, head_in, translated_heads

PAGE_SIZE = 20
_SUFFICIENT_VERDICTS = (VerdictValue.SUBSTANTIAL, VerdictValue.COMPLETE, VerdictValue.NOT_DUE)

_MOST_CANDIDATES = 20  # practices of alike titles


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A practice in the list, with what of it was found and who uses it, as far as the reader may see."""

    practice: Any
    snippet: Snippet
    in_use: int
    on_trial: int
    co_author_organisations: Sequence[str]  # of the other organisations whose people wrote it
    translations: Sequence[TranslatedHead] = ()

    @property
    def search_entry(self) -> Any:
        return self.practice.search_entry

    @property
    def language(self) -> str:
        """Of its title and summary."""
        return str(self.snippet.language or self.practice.language)

    @property
    def passage_language(self) -> str:
        return str(self.snippet.passage_language or self.practice.language)

    def values(self, field: str) -> list[str]:
        """The values of a facet; none where it is for all."""
        parts = (token.partition(":")[::2] for token in self.search_entry.facets)
        return [value for key, value in parts if key == field and value != "*"]


def library_rows(actor: Actor, ids: Sequence[int], query: Query) -> list[LibraryRow]:
    """The practices in this order; as many queries for many as for one."""
    practices: Any = Practice.objects.visible_to(actor).filter(pk__in=ids, search_entry__isnull=False)
    authors = Prefetch("authors", Author.objects.select_related("organisation"))
    by_id = practices.select_related("organisation", "search_entry").prefetch_related(authors).in_bulk()
    heads, used, language = translated_heads(actor, by_id), _use_counts(actor, ids), reader_language()
    texts = (
        snippets(by_id, query, language)
        if query.wanted
        else {pk: _unmarked(row, head_in(language, heads.get(pk, ()))) for pk, row in by_id.items()}
    )
    return [
        LibraryRow(
            by_id[pk],
            texts[pk],
            *used.get(pk, (0, 0)),
            co_author_organisations=_co_authors(by_id[pk]),
            translations=heads.get(pk, ()),
        )
        for pk in ids
        if pk in texts
    ]


def _unmarked(practice: Any, head: TranslatedHead | None) -> Snippet:
    if head is not None:
        return Snippet(head.title, head.summary, head.language)
    return Snippet(practice.search_entry.title, practice.search_entry.summary)


def _co_authors(practice: Practice) -> list[str]:
    names = {
        author.organisation_id: author.organisation.name
        for author in practice.authors.all()
        if author.organisation_id != practice.organisation_id
    }
    return list(names.values())


def _use_counts(actor: Actor, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    adoptions: Any = Adoption.objects.visible_to(actor).filter(practice__in=ids).order_by()
    counts = adoptions.values_list("practice_id").annotate(
        in_use=Count("pk", filter=Q(state=AdoptionState.IN_USE)),
        on_trial=Count("pk", filter=Q(state=AdoptionState.TRIAL)),
    )
    return {pk: (in_use, on_trial) for pk, in_use, on_trial in counts}


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How many practices the reader may read: open to all, for the community, shared with them by name."""

    open: int
    community: int
    named: int
    more: bool  # than are counted

    @property
    def total(self) -> int:
        return self.open + self.community + self.named

    @property
    def cap(self) -> int:
        """As many are counted."""
        return MAX_RANKED


def library_counts(actor: Actor, result: SearchResult | None = None, on: date | None = None) -> LibraryCounts:
    """Counted up to the cap: beyond it the page says that there are more. `result`: what was found without a search."""
    labels: Mapping[str, int]
    if result:
        labels, more = result.counts["label"], result.capped
    else:
        ids = list(candidates(Search(), "", on or today()))
        practices: Any = Practice.objects.visible_to(actor).filter(pk__in=ids[:MAX_RANKED]).order_by()
        labels = Counter(dict(practices.values_list("label").annotate(Count("pk"))))
        more = len(ids) > MAX_RANKED
    named = sum(count for label, count in labels.items() if label not in (Label.CLEAR, Label.GREEN))
    return LibraryCounts(labels[Label.CLEAR], labels[Label.GREEN], named, more)


def weak_measures(actor: Actor) -> list[str]:
    """The keys of the measures on which the actor's organisation did no better than `limited` the last time.

    The last concluded verdict on each measure counts, by its key, in whichever charter.
    """
    if not actor.is_person or actor.is_host:
        return []
    verdicts = Verdict.objects.visible_to(actor).filter(
        organisation_id=actor.tenant_id, measure__isnull=False, report__concluded_at__isnull=False
    )
    rows = verdicts.order_by("report__concluded_at", "pk").values_list("measure__key", "value")
    last: Mapping[str, str] = dict(rows)
    return [key for key, value in last.items() if value not in _SUFFICIENT_VERDICTS]


def practices_for_measures(actor: Actor, measures: Sequence[str], on: date | None = None) -> list[LibraryRow]:
    """At most three practices of others that serve one of these measures and are not retired, the best proven first."""
    if not measures:
        return []
    serve = ids_for_measures(measures, on or today())
    practices: Any = Practice.objects.visible_to(actor).filter(pk__in=serve, state=PracticeState.SHARED)
    others = practices.exclude(organisation_id=actor.tenant_id).select_related("organisation", "search_entry")
    best = list(others.order_by("-search_entry__grade", "-search_entry__shared_at", "-pk")[:3])
    used = _use_counts(actor, [each.pk for each in best])
    return [
        LibraryRow(
            each,
            Snippet(each.search_entry.title, each.search_entry.summary),
            *used.get(each.pk, (0, 0)),
            co_author_organisations=(),
        )
        for each in best
    ]


def suggested_practices(actor: Actor, on: date | None = None) -> list[LibraryRow]:
    """Practices for the measures on which one's own last verdicts were weak."""
    return practices_for_measures(actor, weak_measures(actor), on)


def title_candidates(actor: Actor, title: str) -> list[int]:
    """Practices that the actor may see and that have these words in their titles. Two queries."""
    if not title:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT practices_titled(%s, %s)", [title, _MOST_CANDIDATES])
        ids = [pk for (pk,) in cursor.fetchall()]
    practices: Any = Practice.objects.visible_to(actor).filter(pk__in=ids)
    return list(practices.values_list("pk", flat=True))


def matching_titles(actor: Actor, text: str, limit: int) -> list[str]:
    """Titles with these words, the last one as far as it is typed, of practices that the actor may see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT practices_titled(%s, %s)", [text, limit])
        ids = [pk for (pk,) in cursor.fetchall()]
    practices: Any = Practice.objects.visible_to(actor).filter(pk__in=ids)
    return sorted(practices.values_list("search_entry__title", flat=True), key=alphabet_key)
