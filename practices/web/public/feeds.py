"""The feed of public practices."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.site import read_site
from portal.kernel.text import to_plain
from practices.models import PublishedPractice
from practices.queries import public as reads

MAX_ENTRIES = 50


@require_safe
def practice_feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the public practices with the newest versions, in the language of the address."""
    site = read_site()
    feed = Atom1Feed(
        title=f"{site.name}: {_('Practices')}",
        link=settings.ORIGIN + reverse("public:practice-list"),
        feed_url=settings.ORIGIN + request.path,
        description="",
        subtitle=site.banner or None,
        author_name=site.name,  # of what does not name its source
        language=get_language() or "en",
    )
    for row in reads.practice_list(reads.PublicPracticeFilters())[:MAX_ENTRIES]:
        _add_entry(feed, row)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _add_entry(feed: Atom1Feed, row: PublishedPractice) -> None:
    """An entry for the version: the next one is a new entry for subscribers."""
    feed.add_item(
        title=row.title,
        link=settings.ORIGIN + reverse("public:practice", args=[row.record]),
        description=escape(to_plain(row.content.get("summary", ""))),  # a reader of feeds takes it for HTML
        unique_id=f"urn:uuid:{row.record}#{row.number}",
        author_name=row.organisation.name if row.organisation else None,
        pubdate=row.shared_at,
        updateddate=row.at,
    )
