"""An Atom feed of summaries, in the language of its address."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language

from alliance.queries.public.record import record_head
from alliance.queries.public.summaries import Summary
from alliance.queries.site import read_site

CONTENT_TYPE = "application/atom+xml; charset=utf-8"


class RecordFeed(Atom1Feed):
    """A feed that says when its newest entry was changed; an empty one, when the record was: never the time of day."""

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        if dates:
            return max(dates)
        head = record_head()
        return head.at if head else datetime.fromtimestamp(0, UTC)


def new_feed(request: HttpRequest, title: str, url: str, *, address: str = "") -> RecordFeed:
    """A feed without entries; `title` stands behind the name of the site, `url` is the path of its page.

    `address` is its own one, where what it is narrowed to is in it.
    """
    site = read_site()
    return RecordFeed(
        title=f"{site.name}: {title}",
        link=settings.ORIGIN + url,
        feed_url=settings.ORIGIN + (address or request.path),
        description="",
        subtitle=site.banner or None,
        author_name=site.name,
        language=get_language() or "en",
    )


def feed_response(feed: Atom1Feed) -> HttpResponse:
    """The feed as a file for programs."""
    return HttpResponse(feed.writeString("utf-8"), content_type=CONTENT_TYPE)


def summary_feed(
    request: HttpRequest, title: str, url: str, summaries: Iterable[Summary], *, address: str = ""
) -> HttpResponse:
    """A feed with an entry for each summary."""
    feed = new_feed(request, title, url, address=address)
    for summary in summaries:
        address = settings.ORIGIN + summary.url
        feed.add_item(
            title=summary.title,
            link=address,
            description=_description(summary),
            unique_id=address + summary.entry,
            pubdate=summary.at,
            updateddate=summary.at,
            categories=[summary.kind],
        )
    return feed_response(feed)


def _description(summary: Summary) -> str:
    """The summary as HTML: a reader of feeds takes it for that."""
    text = summary.text if summary.text or summary.points else summary.kind
    points = format_html_join("", "<li>{}</li>", ((point,) for point in summary.points))
    paragraph = format_html("<p>{}</p>", text) if text else ""
    return paragraph + (format_html("<ul>{}</ul>", points) if points else "")
