"""Notices about saved searches: a practice is there that answers one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse

from alliance.queries.actors import recipients_among
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery, Notice, Recipient
from practices.enums import OPEN_LABELS, Label, strictest
from practices.models import Adoption, Practice
from practices.queries.searches import asks_for_uses, own_searches_matching, searches_matching

_USE = "practices.adoption"


def _searchers(event: Event) -> list[Recipient]:
    """Whose searches it answers, except the person who shared it and those who were notified of it before.

    Whether they may see it is checked for each when the message is made.
    """
    practice_id = event.target_id
    if event.target_type == _USE:
        practice_id = Adoption.objects.get(pk=event.target_id).practice_id
    uses = Adoption.objects.filter(practice=practice_id).values("pk")
    about = Q(event__target_type="practices.practice", event__target_id=practice_id)
    about |= Q(event__target_type=_USE, event__target_id__in=uses)
    deliveries = Delivery.objects.filter(about, event__kind=event.kind)
    before = set(deliveries.exclude(event=event).values_list("recipient_id", flat=True))
    matching = searches_matching(practice_id, _news(event))
    searchers = {(row.person_id, row.organisation_id) for row in matching}
    return recipients_among(
        searcher for searcher in sorted(searchers) if searcher[0] not in before | {event.person_id}
    )


def _news(event: Event) -> str:
    """Of which reader facet it is; empty where the practice itself is new to somebody."""
    if event.target_type == _USE:
        return "use:"
    return f"read_in:{event.data['language']}" if event.data.get("language") else ""


def _about_match(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """What is not open is announced by its label and a link: not even the name of the search says what it is about.

    Nor does one by uses, whatever its practice is: it says that there is one, which has readers of its own.
    """
    use = None
    if event.target_type == _USE:
        use = Adoption.objects.visible_to(actor).filter(pk=event.target_id).first()
        if use is None:
            return None
    pk = use.practice_id if use else event.target_id
    practice = Practice.objects.visible_to(actor).filter(pk=pk).select_related("search_entry").first()
    if practice is None:
        return None
    searches = own_searches_matching(actor, practice, news=_news(event), by_use=use.pk if use else None)
    if not searches:
        return None
    label = strictest(practice.label, use.handling_label) if use else practice.label
    named = [row.name for row in searches if label in OPEN_LABELS and not asks_for_uses(row)][:1]
    area = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "label": Label(label).label,
        "search": "".join(named),
        "title": practice.search_entry.title if named else "",
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
