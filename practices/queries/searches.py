"""Saved searches: one's own, and whose searches a practice answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.search import parse_all
from practices.facets import FACETS_BY_KEY, READER_FACETS_BY_KEY
from practices.models import Practice, SavedSearch, SearchEntry
from practices.queries.reader_facets import ReaderMarks, reader_marks
from practices.queries.search import Search, parse_search
from practices.queries.search_words import tsqueries


@dataclass(frozen=True, slots=True)
class SavedSearchRow:
    """A saved search with what it looks for."""

    row: SavedSearch
    search: Search


def saved_searches(actor: Actor) -> list[SavedSearchRow]:
    """The actor's own, by name."""
    return [_saved_search_row(row) for row in SavedSearch.objects.visible_to(actor)]


def _saved_search_row(row: Any) -> SavedSearchRow:
    return SavedSearchRow(row, parse_search(row.query))


def searches_matching(practice_id: int, news: frozenset[str] = frozenset()) -> list[SavedSearch]:
    """Everybody's saved searches with notifications on that the practice answers, before visibility is applied.

    Nor is what differs by reader: `own_searches_matching` asks for that, too. `news`: those alone that ask for one of
    these tokens of reader facets, `use:in_use` or `read_in:ru`; none where the practice itself is new to somebody.
    """
    with acting_as(SYSTEM):
        entry = SearchEntry.objects.filter(practice=practice_id).first()
        rows = (
            [_saved_search_row(row) for row in SavedSearch.objects.filter(notifies=True).order_by("pk")]
            if entry
            else []
        )
        texts = _matching_texts(practice_id, {(saved.search.text, saved.search.only) for saved in rows})
    tokens = set(entry.facets if entry else ())
    has_expired = entry is not None and entry.expires_on is not None and entry.expires_on < today()
    matching_rows = []
    for saved in rows:
        filters = saved.search.filters.items()
        has_chosen = all(
            tokens & set(FACETS_BY_KEY[key].tokens(values)) for key, values in filters if key in FACETS_BY_KEY
        )
        if (
            has_chosen
            and (saved.search.expired or not has_expired)
            and (not news or not news.isdisjoint(_reader_tokens(saved.search)))
            and (not saved.search.text or (saved.search.text, saved.search.only) in texts)
        ):
            matching_rows.append(saved.row)
    return matching_rows


def own_searches_matching(
    actor: Actor,
    practice: Practice,
    *,
    news: frozenset[str] = frozenset(),
    without_uses: Collection[int] = (),
    without_results: Collection[int] = (),
) -> list[SavedSearch]:
    """The actor's own searches with notifications on that the practice answers.

    `news` as of `searches_matching`: of those the ones alone that it would not answer without these uses and results
    or, where there are none, without the tokens themselves.
    """
    own = {row.pk for row in SavedSearch.objects.visible_to(actor).filter(notifies=True)}
    matching = [row for row in searches_matching(practice.pk, news) if row.pk in own]
    if not any(_chosen_by_reader(parse_search(row.query)) for row in matching):
        return matching
    marks = reader_marks(actor, [practice.pk])
    matching = _meeting(matching, marks, practice)
    if not news:
        return matching
    if without_uses or without_results:
        earlier_marks = reader_marks(
            actor, [practice.pk], without_uses=without_uses, without_results=without_results
        )
    else:
        earlier_marks = ReaderMarks(tokens={practice.pk: marks.tokens.get(practice.pk, set()) - news})
    earlier = _meeting(matching, earlier_marks, practice)
    return [row for row in matching if row not in earlier]


def _meeting(rows: Iterable[SavedSearch], marks: ReaderMarks, practice: Practice) -> list[SavedSearch]:
    return [row for row in rows if marks.meets(practice.pk, _chosen_by_reader(parse_search(row.query)))]


def asks_for_uses(row: SavedSearch) -> bool:
    """Whether it is answered by what others do with a practice, which has labels of its own."""
    return "use" in _chosen_by_reader(parse_search(row.query))


def tokens_asked_for(row: SavedSearch) -> set[str]:
    """The tokens of reader facets that it asks for."""
    return _reader_tokens(parse_search(row.query))


def _reader_tokens(search: Search) -> set[str]:
    return {f"{key}:{value}" for key, values in _chosen_by_reader(search).items() for value in values}


def _chosen_by_reader(search: Search) -> dict[str, tuple[str, ...]]:
    return {key: values for key, values in search.filters.items() if key in READER_FACETS_BY_KEY}


def _matching_texts(practice_id: int, texts: Iterable[tuple[str, bool]]) -> set[tuple[str, bool]]:
    """Those of the texts that the practice has, each with whether it stands for its words alone, without synonyms.

    As many queries however many they are.
    """
    typed = {
        only: sorted(text for text, is_only in texts if text and is_only == only) for only in (False, True)
    }
    asked = [
        (text, only, words)
        for only, every in typed.items()
        if every
        for text, words in zip(every, tsqueries(parse_all(every, with_synonyms=not only)), strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT typed, alone FROM practices_searchentry,"
            " unnest(%s::text[], %s::boolean[], %s::text[]) asked (typed, alone, words)"
            " WHERE practice_id = %s AND words <> '' AND search_vector @@ words::tsquery",
            [*([row[place] for row in asked] for place in range(3)), practice_id],
        )
        return set(cursor.fetchall())
