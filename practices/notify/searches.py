"""Notices about saved searches: a practice is there that answers one."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.queries.actors import recipients_among
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery, Notice, Recipient
from practices.enums import OPEN_LABELS
from practices.models import Practice
from practices.queries.searches import own_searches_matching, searches_matching


def _searchers(event: Event) -> list[Recipient]:
    """Whose searches it answers, except the person who shared it and those who were notified of it before.

    Whether they may see it is checked for each when the message is made.
    """
    deliveries = Delivery.objects.filter(event__kind=event.kind, event__target_id=event.target_id)
    before = set(deliveries.exclude(event=event).values_list("recipient_id", flat=True))
    searchers = {(row.person_id, row.organisation_id) for row in searches_matching(event.target_id)}
    return recipients_among(
        searcher for searcher in sorted(searchers) if searcher[0] not in before | {event.person_id}
    )


def _about_match(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """What is not open is announced by its label and a link: not even the name of the search says what it is about."""
    practice = (
        Practice.objects.visible_to(actor).filter(pk=event.target_id).select_related("search_entry").first()
    )
    searches = own_searches_matching(actor, practice) if practice else []
    if practice is None or not searches:
        return None
    is_open = practice.label in OPEN_LABELS
    area = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "label": practice.get_label_display(),
        "search": searches[0].name if is_open else "",
        "title": practice.search_entry.title if is_open else "",
        "url": reverse(f"{area}:practice", args=[practice.key]),
    }


NOTICES = (
    Notice(
        "search.match",
        "practices/email/search_match.html",
        _searchers,
        _about_match,
        ("label", "search"),
        group="searches",
    ),
)
