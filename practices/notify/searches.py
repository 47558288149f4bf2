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
from practices.enums import OPEN_LABELS, Label, UseFilter, strictest
from practices.models import Adoption, Practice
from practices.queries.reader_facets import USED_STATES
from practices.queries.searches import (
    asks_for_uses,
    own_searches_matching,
    searches_matching,
    tokens_asked_for,
)

_KIND, _USE = "search.match", "practices.adoption"
_ITSELF = "practice"  # what a message is of where the practice itself is new to somebody
_LIKE_OURS = f"use:{UseFilter.LIKE_OURS}"


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
        if not _is_repeated(tokens_asked_for(row), news, earlier[row.person_id, row.organisation_id])
    }
    return recipients_among(searcher for searcher in sorted(searchers) if searcher[0] != event.person_id)


def _is_repeated(asked: set[str], news: frozenset[str], earlier: set[str]) -> bool:
    """One message is of the practice, and one besides of each thing that begins later, such as a use.

    After a message of such a thing alone, the practice itself is news of searches that ask for none of these.
    """
    if news:
        return asked & news <= earlier
    return _ITSELF in earlier or bool(earlier and asked)


def _earlier_news(event: Event, practice_id: int) -> defaultdict[tuple[int, int], set[str]]:
    """By person and organisation, which news about this practice their messages were of; none of those who got none.

    A message of the practice itself that was made after this began was made with it. Of a service like one's own a
    message may have said nothing, since that differs by reader: of another use or kind of service it is not counted.
    """
    present, occasion = _news(event.target_type, event.data), _occasion(event.target_id, event.data)
    about = Q(event__target_type="practices.practice", event__target_id=practice_id)
    uses = Adoption.objects.filter(practice=practice_id).values("pk")
    about |= Q(event__target_type=_USE, event__target_id__in=uses)
    rows = Delivery.objects.filter(about, event__kind=_KIND).exclude(event=event)
    news: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for person, tenant, made_at, target, pk, facts in rows.values_list(
        "recipient_id", "tenant_id", "created_at", "event__target_type", "event__target_id", "event__data"
    ):
        of_message = _news(target, facts)
        if not of_message:
            news[person, tenant] |= {_ITSELF, *(present if made_at > event.at else ())}
        elif present and _occasion(pk, facts) != occasion:
            news[person, tenant] |= of_message - {_LIKE_OURS}
        else:
            news[person, tenant] |= of_message
    return news


def _occasion(use: int, facts: Mapping[str, Any]) -> tuple[int, str | None]:
    """By what a service becomes one like the reader's own: this use, or a result of it of this kind of service."""
    return use, facts.get("service_kind")


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
    practice_id, uses, results = event.target_id, set[int](), set[int]()
    if event.target_type == _USE:
        use = Adoption.objects.visible_to(actor).filter(pk=event.target_id).first()
        if use is None or _could_read_before(actor, event):
            return None
        practice_id = use.practice_id
        uses, results = _begun_since(actor, event, practice_id)
    practice = (
        Practice.objects.visible_to(actor).filter(pk=practice_id).select_related("search_entry").first()
    )
    if practice is None:
        return None
    news = _news(event.target_type, event.data)
    searches = own_searches_matching(actor, practice, news=news, without_uses=uses, without_results=results)
    if not searches:
        return None
    # what asks for no reader facet is the news where a use or a language was told of before
    searches.sort(key=lambda row: bool(tokens_asked_for(row)))
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


def _begun_since(actor: Actor, event: Event, practice_id: int) -> tuple[set[int], set[int]]:
    """What began with the event or later: uses of its practice, as far as the actor may see them, and results."""
    uses = list(Adoption.objects.visible_to(actor).filter(practice=practice_id).values_list("pk", flat=True))
    since = Event.objects.filter(kind=_KIND, target_type=_USE, target_id__in=uses, pk__gte=event.pk)
    with acting_as(SYSTEM):  # entries are for those whose uses they are
        begun = list(since.order_by().values_list("target_id", "data"))
    return (
        {use for use, facts in begun if "result" not in facts},
        {facts["result"] for _use, facts in begun if "result" in facts},
    )


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
