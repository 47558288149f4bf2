"""The feed of the public record."""

from drf_spectacular.utils import extend_schema

from alliance.api.serializers.changes import ChangeFeedSerializer
from alliance.queries.public.change_feed import (
    changes_after,
    is_known,
    position_of,
    read_position,
)
from portal.kernel.api import (
    FEED_PARAMETERS,
    FeedPage,
    FeedView,
    PublicDetailView,
    malformed_cursor,
    unknown_cursor,
)


@extend_schema(summary="Follow the public record", parameters=FEED_PARAMETERS)
class ChangeFeed(FeedView, PublicDetailView):
    """The publications after a cursor, lowest number first: reports with their figures, practices, corrections …

    Whoever stores the cursor of each page misses none and reads none twice. After a restore of the portal from a
    backup, a cursor from a publication that was lost is refused with 410.
    """

    serializer_class = ChangeFeedSerializer

    def changes_after(self, cursor: str, limit: int) -> FeedPage:
        position = read_position(cursor)
        if position is None:
            raise malformed_cursor()
        if not is_known(position):
            raise unknown_cursor()
        rows = changes_after(position, limit + 1)
        page = rows[:limit]
        last = position_of(page[-1].publication) if page else position
        return FeedPage(page, str(last), len(rows) > limit)
