"""The feed of public practices."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.web.public.atom import feed_response, new_feed
from portal.kernel.text import to_plain
from practices.enums import PublicState
from practices.models import PublishedPractice
from practices.queries import public as reads

MAX_ENTRIES = 50


@require_safe
def practice_feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the public practices with the newest versions, in the language of the address; also of those that
    were retired or withdrawn last, with the reason."""
    feed = new_feed(request, _("Practices"), reverse("public:practice-list"))
    for row in reads.latest_changes(MAX_ENTRIES):
        _add_entry(feed, row)
    return feed_response(feed)


def _add_entry(feed: Atom1Feed, row: PublishedPractice) -> None:
    """An entry for the version: the next one is a new entry for subscribers, and so is its end."""
    is_shared = row.state == PublicState.SHARED
    state = str(PublicState(row.state).label)
    text = row.reason or to_plain(row.content.get("summary", ""))
    feed.add_item(
        title=row.title if is_shared else f"{state}: {row.title}",
        link=settings.ORIGIN + reverse("public:practice", args=[row.record]),
        # a reader of feeds takes it for HTML
        description=escape(text or state),
        unique_id=f"urn:uuid:{row.record}#{row.number}" + ("" if is_shared else f"-{row.state}"),
        author_name=row.organisation.name if row.organisation else None,
        pubdate=row.shared_at if is_shared else row.at,
        updateddate=row.at,
    )
