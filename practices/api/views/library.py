"""The library: the practices that the owner of the token may read, as on the page of the library."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from portal.kernel.api import (
    FEED_PARAMETERS,
    DetailView,
    FeedPage,
    FeedView,
    ListView,
    StrictFilterBackend,
    malformed_cursor,
    scopes_by_method,
    seal,
    unknown_cursor,
    unseal,
)
from practices.api.serializers.changes import PracticeChangeFeedSerializer
from practices.api.serializers.library import FacetsSerializer, PracticeRowSerializer, SolversSerializer
from practices.api.views.labelled import NoStoreEndpoint
from practices.filters import LibraryFilter
from practices.models import Practice
from practices.queries import lists
from practices.queries.changes import (
    ChangePosition,
    end_of_changes,
    is_known_position,
    practice_changes,
)
from practices.queries.people import solvers
from practices.queries.search import SearchResult, find_practices, parse_search
from practices.queries.translations import TranslatedHead, translated_heads

OPENS = scopes_by_method(GET="practices:read")


class _LibraryEndpoint(NoStoreEndpoint):
    """Base of what is read from the whole library, narrowed by its filters."""

    required_scopes = OPENS
    filterset_class = LibraryFilter

    def get_queryset(self) -> QuerySet[Practice]:
        return lists.library(self.actor)


@extend_schema(summary="List the practices you may read")
class PracticeList(_LibraryEndpoint, ListView):
    """Your organisation's practices and those shared with you, with any label, newest first.

    `text` searches as the library does and returns at most the 500 best matches. Separate several values of a facet
    with commas: any of them, of `use` each. Uses, results and translations count as far as you may read them.
    """

    serializer_class = PracticeRowSerializer
    ordering = ("-pk",)
    use_counts: Mapping[int, Mapping[str, int]] = MappingProxyType({})
    translations: Mapping[int, Sequence[TranslatedHead]] = MappingProxyType({})

    def paginate_queryset(self, queryset: QuerySet[Practice]) -> Sequence[Practice]:
        rows: Sequence[Practice] = super().paginate_queryset(queryset)
        self.use_counts = lists.use_counts_by_state(self.actor, rows)
        self.translations = translated_heads(self.actor, [row.pk for row in rows])
        return rows

    def get_serializer_context(self) -> dict[str, Any]:
        facts = {"used": self.use_counts, "translations": self.translations}
        return {**super().get_serializer_context(), **facts}


class _SearchEndpoint(_LibraryEndpoint, DetailView):
    """Base of what is said of all practices that a search finds."""

    def find(self, *, for_reader: bool = False) -> SearchResult:
        """What the filters of the list find; raises for one that there is not."""
        # what is narrowed is looked up by the search alone
        StrictFilterBackend().check(self.request, self.get_queryset(), self)
        parameters = dict(self.request.query_params.lists())
        expired = parameters.pop("expired", [""])[-1].lower() in ("true", "1")
        search = replace(parse_search(parameters), expired=expired)
        return find_practices(self.actor, search, for_reader=for_reader)


@extend_schema(summary="Count practices by facet", filters=True)
class FacetDetail(_SearchEndpoint):
    """Counts the practices that you may read, with the same filters as the list."""

    serializer_class = FacetsSerializer

    def get_object(self) -> dict[str, Any]:
        search_result = self.find(for_reader=True)
        return {"total": len(search_result.ids), "more": search_result.capped, "facets": search_result.counts}


@extend_schema(summary="Find who has solved something", filters=True)
class SolverList(_SearchEndpoint):
    """The people who have helped most with what the filters find (its first 100 practices), or with all; the first 50.

    Accepted answers, practices and measured results count as far as you may read them: others see other numbers.
    """

    serializer_class = SolversSerializer

    def get_object(self) -> dict[str, Any]:
        practice_ids = self.find().ids if self.request.query_params else None
        return {"results": solvers(self.actor, practice_ids)}


@extend_schema(summary="Follow the practices you may read", parameters=FEED_PARAMETERS)
class PracticeChangeFeed(NoStoreEndpoint, FeedView):
    """What happened to practices after a cursor, oldest first: shared, updated, retired, other readers.

    Only practices that you may see now are in it: of a recalled one it says nothing. Whoever stores the cursor of each
    page misses none and reads none twice. A cursor of over two years ago is refused with 410, and one from before a
    restore of the portal.
    """

    required_scopes = OPENS
    serializer_class = PracticeChangeFeedSerializer

    def changes_after(self, cursor: str, limit: int) -> FeedPage:
        after = self._position(cursor)
        if not is_known_position(after):
            raise unknown_cursor()
        end = end_of_changes()
        rows = practice_changes(self.actor, after, end, limit + 1)
        page, has_more = rows[:limit], len(rows) > limit
        last = ChangePosition(page[-1].number, page[-1].mark) if has_more else end
        text = seal(f"{last.number}:{last.mark}", self.request.path)
        return FeedPage(page, text, has_more)

    def _position(self, cursor: str) -> ChangePosition:
        """The place that a cursor names. Sealed: how many practices change that one does not see is not told."""
        if not cursor:
            return ChangePosition()
        text = unseal(cursor, self.request.path)
        if text is None:
            raise malformed_cursor()
        number, _colon, mark = text.partition(":")
        return ChangePosition(int(number), mark)
