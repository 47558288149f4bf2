"""The feeds of public practices: of all of them, and of each."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from alliance.web.public.atom import feed_response, new_feed
from alliance.web.public.other_sites import open_to_other_sites
from portal.kernel.text import to_plain
from practices.enums import PublicState
from practices.models import PublishedPractice
from practices.queries import public as reads

MAX_ENTRIES = 50


@open_to_other_sites
def practice_feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the public practices with the newest versions, in the language of the address; also of those that
    were retired or withdrawn last, with the reason."""
    feed = new_feed(request, _("Practices"), reverse("public:practice-list"))
    for row in reads.latest_changes(MAX_ENTRIES):
        _add_entry(feed, row, _summary(row))
    return feed_response(feed)


@open_to_other_sites
def practice_history_feed(request: HttpRequest, key: UUID) -> HttpResponse:
    """Atom feed of one practice: its public versions with what changed, its end or withdrawal with the reason.

    Once it is withdrawn, its earlier entries say no more than which version they are of, as whose it is known now.
    """
    now = reads.published_practice(key)
    if now is None:
        raise Http404
    feed = new_feed(request, now.title, reverse("public:practice", args=[key]))
    entries = {(row.number, row.state): row for row in reversed(reads.changes_of(key, MAX_ENTRIES))}
    for row in sorted(entries.values(), key=lambda row: row.valid_from, reverse=True):
        is_latest = row.pk == now.pk
        text = (row.note or _summary(row)) if now.is_public else ""
        _add_entry(feed, row, text, is_latest=is_latest, now=None if now.is_public or is_latest else now)
    return feed_response(feed)


def _summary(row: PublishedPractice) -> str:
    return to_plain(row.content.get("summary", ""))


def _add_entry(
    feed: Atom1Feed,
    row: PublishedPractice,
    text: str,
    *,
    is_latest: bool = True,
    now: PublishedPractice | None = None,
) -> None:
    """An entry for the version: the next one is a new entry for subscribers, and so is its end.

    `now` is what is left of a practice that was withdrawn since: nothing but its present title and source is said.
    """
    is_shared = row.state == PublicState.SHARED
    state = str(PublicState(row.state).label)
    title, organisation, text = row.title, row.organisation, row.reason or text
    if now is not None:
        title = _("%(title)s, version %(number)d") % {"title": now.title, "number": row.number}
        organisation, text = now.organisation, state
    earlier = reverse("public:practice-version", args=[row.record, row.number])
    feed.add_item(
        title=title if is_shared else f"{state}: {title}",
        link=settings.ORIGIN
        + (reverse("public:practice", args=[row.record]) if is_latest or not is_shared else earlier),
        # a reader of feeds takes it for HTML
        description=escape(text or state),
        unique_id=f"urn:uuid:{row.record}#{row.number}" + ("" if is_shared else f"-{row.state}"),
        author_name=organisation.name if organisation else None,
        pubdate=row.shared_at if is_shared else row.at,
        updateddate=row.at,
    )
