"""Notices about saved searches: a practice is there that answers one."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse

from alliance.queries.actors import recipients_among
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery, Notice, Recipient
from practices.access import entries_of_earlier_readers
from practices.enums import OPEN_LABELS, Label, strictest
from practices.models import Adoption, Practice
from practices.queries.reader_facets import USED_STATES
from practices.queries.searches import (
    asks_for_uses,
    own_searches_matching,
    searches_matching,
    tokens_asked_for,
)

_KIND, _USE = "search.match", "practices.adoption"


def _searchers(event: Event) -> list[Recipient]:
    """Whose searches it answers, except the person who shared it and those who were notified of the same before.

    Whether they may see it is checked for each when the message is made.
    """
    practice_id, news = event.target_id, _news(event.target_type, event.data)
    if event.target_type == _USE:
        practice_id = Adoption.objects.get(pk=event.target_id).practice_id
    earlier = _earlier_news(event, practice_id)
    searchers = {
        (row.person_id, row.organisation_id)
        for row in searches_matching(practice_id, news)
        if not _is_repeated(tokens_asked_for(row) & news, earlier.get((row.person_id, row.organisation_id)))
    }
    return recipients_among(searcher for searcher in sorted(searchers) if searcher[0] != event.person_id)


def _is_repeated(news: set[str], earlier: set[str] | None) -> bool:
    """One message is of the practice, and one besides of each thing that begins later, such as a use."""
    return earlier is not None and news <= earlier


def _earlier_news(event: Event, practice_id: int) -> Mapping[tuple[int, int], set[str]]:
    """By person and organisation, which news about this practice their messages were of; none of those who got none.

    A message of the practice itself that was made after this began was made with it.
    """
    present = _news(event.target_type, event.data)
    about = Q(event__target_type="practices.practice", event__target_id=practice_id)
    uses = Adoption.objects.filter(practice=practice_id).values("pk")
    about |= Q(event__target_type=_USE, event__target_id__in=uses)
    rows = Delivery.objects.filter(about, event__kind=_KIND).exclude(event=event)
    news: dict[tuple[int, int], set[str]] = defaultdict(set)
    for person, tenant, made_at, target, facts in rows.values_list(
        "recipient_id", "tenant_id", "created_at", "event__target_type", "event__data"
    ):
        of_message = _news(target, facts)
        news[person, tenant] |= present if not of_message and made_at > event.at else of_message
    return news


def _news(target: str, facts: Mapping[str, Any]) -> frozenset[str]:
    """The tokens of reader facets that began; none where the practice itself is new to somebody."""
    if target == _USE:
        return frozenset(f"use:{value}" for value in facts.get("uses", ()))
    return frozenset({f"read_in:{facts['language']}"} if facts.get("language") else ())


def _about_match(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """What is not open is announced by its label and a link: not even the name of the search says what it is about.

    Nor does one by uses, whatever its practice is: it says that there is one, which has readers of its own. Whether the
    practice answers a search by this use is asked without what began after it, so that it is answered alike whenever.
    """
    practice_id, uses = event.target_id, set[int]()
    if event.target_type == _USE:
        use = Adoption.objects.visible_to(actor).filter(pk=event.target_id).first()
        if use is None or _could_read_before(actor, event):
            return None
        practice_id, uses = use.practice_id, {use.pk, *_uses_since(actor, event, use)}
    practice = (
        Practice.objects.visible_to(actor).filter(pk=practice_id).select_related("search_entry").first()
    )
    if practice is None:
        return None
    news = _news(event.target_type, event.data)
    searches = own_searches_matching(actor, practice, news=news, without_uses=uses)
    if not searches:
        return None
    named = [row.name for row in searches if practice.label in OPEN_LABELS and not asks_for_uses(row)][:1]
    is_by_use = not named and any(asks_for_uses(row) for row in searches)
    label = strictest(practice.label, *(_labels_of_uses(actor, practice) if is_by_use else ()))
    area = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "label": Label(label).label,
        "search": "".join(named),
        "title": practice.search_entry.title if named else "",
        "url": reverse(f"{area}:practice", args=[practice.key]),
    }


def _could_read_before(actor: Actor, event: Event) -> bool:
    """Of other readers of a use: it is nothing new to those who were among the earlier ones."""
    if "earlier_readers" not in event.data:
        return False
    with acting_as(SYSTEM):  # the entry is for those whose use it is
        return Event.objects.filter(entries_of_earlier_readers(actor), pk=event.pk).exists()


def _uses_since(actor: Actor, event: Event, use: Adoption) -> set[int]:
    """The uses of its practice of which something began later, as far as the actor may see them."""
    uses = list(
        Adoption.objects.visible_to(actor).filter(practice=use.practice_id).values_list("pk", flat=True)
    )
    later = Event.objects.filter(kind=_KIND, target_type=_USE, target_id__in=uses, pk__gt=event.pk)
    with acting_as(SYSTEM):  # entries are for those whose uses they are
        return set(later.order_by().values_list("target_id", flat=True))


def _labels_of_uses(actor: Actor, practice: Practice) -> list[str]:
    """Those under which the actor knows that it is in use or has been measured: that a search is answered says so."""
    begun = Q(state__in=USED_STATES) | Q(results__before__isnull=False, results__withdrawn_at=None)
    uses = Adoption.objects.visible_to(actor).filter(begun, practice=practice).order_by().distinct()
    return [use.handling_label for use in uses]


NOTICES = (
    Notice(
        _KIND,
        "practices/email/search_match.html",
        _searchers,
        _about_match,
        ("label", "search"),
        group="searches",
    ),
)
