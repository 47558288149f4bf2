"""A feed of practices for one's own program: its address, and what is read there without signing in."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.queries.site import read_site
from alliance.web.area import area_of, posted_data, secret_form
from alliance.web.forms.reasons import NewSecretForm
from alliance.web.limits import FEEDS_PER_ADDRESS, LINKS_PER_ADDRESS, spend_per_address
from alliance.web.public.atom import CONTENT_TYPE
from portal.kernel.stored_secrets import mark_of
from portal.kernel.web import ActorRequest, posts
from practices.enums import Label
from practices.queries.feeds import FeedEntry, feed_filters, own_feed_address
from practices.services.feed_addresses import (
    LibraryFeed,
    create_feed_address,
    end_feed_address,
    read_library_feed,
)


@never_cache
def practice_feed_address(request: ActorRequest) -> HttpResponse:
    """Feeds of the library for one's own program: a secret address, which is in the response to its post alone."""
    secret = ""
    form = NewSecretForm(posted_data(request))
    if form.is_valid():
        secret = create_feed_address(request.actor, secret_form(request))
    area, address = area_of(request.actor), own_feed_address(request.actor)
    context = {
        "base": area.base,
        "area": area.namespace,
        "nav": f"{area.namespace}:practice-list",
        "address": None if address is None or address.ended_at else address,
        "replaces": mark_of(address.sha256 if address else ""),
        "feed_urls": [
            (title, settings.ORIGIN + reverse(f"library-feed-{form}", args=[secret]))
            for title, form in (("Atom", "atom"), ("JSON Feed", "json"))
        ]
        if secret
        else [],
    }
    return render(request, "practices/feed_address.html", context)


@posts()
def practice_feed_address_end(request: ActorRequest) -> HttpResponse:
    """Turn one's own feed off; when it is off already, nothing happens."""
    if end_feed_address(request.actor):
        messages.success(request, _("The address no longer works."))
    return redirect(area_of(request.actor).url("practice-feed-address"))


@require_safe
def library_feed(request: HttpRequest, token: str, form: str) -> HttpResponseBase:
    """What of the library the owner of the address may read now, as Atom or JSON Feed; 404 for an address that is none.

    Of what is not TLP:CLEAR or TLP:GREEN it says the label and a link that opens behind the sign-in.
    """
    spend_per_address(request, FEEDS_PER_ADDRESS)
    feed = read_library_feed(token, feed_filters(dict(request.GET.lists())))
    if feed is None:
        spend_per_address(request, LINKS_PER_ADDRESS)
        raise Http404
    with translation.override(feed.language):
        content = (_as_atom if form == "atom" else _as_json)(feed).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(
        content, content_type=CONTENT_TYPE if form == "atom" else "application/feed+json; charset=utf-8"
    )
    response["ETag"], response["Last-Modified"] = etag, http_date(feed.changed_at.timestamp())
    response["Cache-Control"] = "private, no-cache"  # who has lost access reads nothing from a copy
    response["X-Robots-Tag"] = "noindex"
    answer: HttpResponseBase = (
        get_conditional_response(
            request, etag=etag, last_modified=int(feed.changed_at.timestamp()), response=response
        )
        or response
    )
    return answer


def _title(feed: LibraryFeed) -> str:
    """The name of the feed, with the strictest label in it."""
    labels = [entry.label for entry in feed.entries]
    title = f"{read_site().name}: {_('Practices')}"
    return f"[{_label(max(labels, key=Label.values.index))}] {title}" if labels else title


def _label(value: str) -> str:
    return str(Label(value).label)


def _entry_title(entry: FeedEntry) -> str:
    return f"[{_label(entry.label)}] {entry.title or _('A record, not named here')}"


def _entry_url(feed: LibraryFeed, entry: FeedEntry) -> str:
    area = "secretariat" if feed.is_host else "workspace"
    return settings.ORIGIN + reverse(f"{area}:practice", args=[entry.key])


def _home(feed: LibraryFeed) -> str:
    return settings.ORIGIN + reverse(f"{'secretariat' if feed.is_host else 'workspace'}:practice-list")


class _Feed(Atom1Feed):
    """A feed that was changed when its owner would have read something else before."""

    def __init__(self, feed: LibraryFeed) -> None:
        super().__init__(
            title=_title(feed),
            link=_home(feed),
            description="",
            language=feed.language,
            author_name=read_site().name,
        )
        self.changed_at = feed.changed_at

    def latest_post_date(self) -> datetime:
        return self.changed_at

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        """Each entry says the language of its title: of its practice, of a translation, or of the feed itself."""
        return {**super().item_attributes(item), "xml:lang": item["language"]}


def _as_atom(feed: LibraryFeed) -> str:
    """Without its own address, which is secret and would go wherever the file goes."""
    atom = _Feed(feed)
    for entry in feed.entries:
        atom.add_item(
            title=_entry_title(entry),
            link=_entry_url(feed, entry),
            description=escape(entry.summary),  # a reader of feeds takes it for HTML
            unique_id=entry.key.urn,
            pubdate=entry.shared_at,
            updateddate=entry.updated_at,
            categories=[_label(entry.label)],
            language=entry.language,
        )
    text: str = atom.writeString("utf-8")
    return text


def _as_json(feed: LibraryFeed) -> str:
    """JSON Feed 1.1; the label of each entry stands in its title, its tags and `_tlp`."""
    items = [
        {
            "id": entry.key.urn,
            "url": _entry_url(feed, entry),
            "title": _entry_title(entry),
            "content_text": entry.summary,
            "language": entry.language,
            "date_published": entry.shared_at.isoformat(timespec="seconds"),
            "date_modified": entry.updated_at.isoformat(timespec="seconds"),
            "tags": [_label(entry.label)],
            "_tlp": {"label": _label(entry.label)},
        }
        for entry in feed.entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(feed),
        "home_page_url": _home(feed),
        "language": feed.language,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
