"""Notices about practices: moderated, shared, updated, retired, recalled."""

from collections.abc import Callable

from django.urls import reverse

from alliance.enums import Grant
from alliance.notify.who import staff
from portal.kernel.access import Actor
from portal.kernel.models import Delivery, Event
from portal.kernel.notices import Recipient
from practices.access import named
from practices.models import GroupMembership, Opening, Practice
from practices.notify.letters import Context, letter, notice, page_of
from practices.notify.who import (
    adopters_of,
    each_once,
    followers_of,
    is_of_source,
    people_named,
    source_of,
)
from practices.queries.recalls import own_trace

_NAMING = ("practice.share_directly", "practice.widen")


def _practice(event: Event) -> Practice:
    return Practice.objects.get(pk=event.target_id)


# --- Who -------------------------------------------------------------------------------------


def _managers(event: Event) -> list[Recipient]:
    return each_once(event, staff(Grant.MANAGER))


def _source(event: Event) -> list[Recipient]:
    return each_once(event, source_of(_practice(event)))


def _source_and_named(event: Event) -> list[Recipient]:
    """Also the people whom a practice names, by themselves or by their groups."""
    practice = _practice(event)
    members = GroupMembership.objects.filter(group__in=practice.reader_groups, ended_at__isnull=True)
    grouped = [named(*pair) for pair in members.values_list("person_id", "organisation_id")]
    return each_once(event, source_of(practice), people_named([*practice.reader_people, *grouped]))


def _newly_named(event: Event) -> list[Recipient]:
    """Whom it names by themselves or by their groups, but those who were told so before."""
    told = Delivery.objects.filter(event__kind__in=_NAMING, event__target_id=event.target_id)
    before = set(told.exclude(event=event).values_list("recipient_id", "tenant_id"))
    source = {one.person_id for one in source_of(_practice(event))}
    return [
        one
        for one in _source_and_named(event)
        if (one.person_id, one.tenant_id) not in before and one.person_id not in source
    ]


def _readers(event: Event) -> list[Recipient]:
    """Who uses or follows it."""
    practice = _practice(event)
    return each_once(event, adopters_of(practice), followers_of(practice))


def _source_and_readers(event: Event) -> list[Recipient]:
    return each_once(event, _source(event), _readers(event))


def _who_opened(event: Event) -> list[Recipient]:
    """Whoever had opened it, and who uses it; of what the world read also who followed it."""
    practice = _practice(event)
    lines = Opening.objects.filter(practice=practice).order_by().distinct()
    opened = people_named(named(*pair) for pair in lines.values_list("person_id", "organisation_id"))
    return each_once(event, opened, adopters_of(practice), followers_of(practice))


# --- What ------------------------------------------------------------------------------------


def _about(actor: Actor, event: Event) -> Context | None:
    return _told(actor, event, event.kind)


def _told(actor: Actor, event: Event, what: str) -> Context | None:
    practice = Practice.objects.visible_to(actor).filter(pk=event.target_id).first()
    if practice is None:
        return None
    url = reverse(page_of(actor, "practice"), args=[practice.key])
    return letter(actor, event, what, url, practice.label)


def _named(actor: Actor, event: Event) -> Context | None:
    return _told(actor, event, "practice.named")


def _for_source_or(what: str, for_source: str) -> Callable[[Actor, Event], Context | None]:
    """The news for those at the source, and for everybody else."""

    def context(actor: Actor, event: Event) -> Context | None:
        practice = Practice.objects.visible_to(actor).filter(pk=event.target_id).first()
        if practice is None:
            return None
        return _told(actor, event, for_source if is_of_source(actor, practice) else what)

    return context


def _recalled(actor: Actor, event: Event) -> Context | None:
    """To people who see it no more: by the label under which they knew it, and a page that says what they need."""
    trace = own_trace(actor, event.target_id)
    if trace is None:
        return None
    url = reverse(page_of(actor, "practice-recalled"))
    return {**letter(actor, event, event.kind, url, trace.label), "title": "", "by": ""}


NOTICES = (
    notice("practice.submit", _managers, _about, group="moderation"),
    notice("practice.return", _source, _about, group="own_practices"),
    notice("practice.share", _source, _about, group="own_practices"),
    notice(
        "practice.share_directly",
        _source_and_named,
        _for_source_or("practice.named", "practice.share"),
        group="practices",
    ),
    notice("practice.widen", _newly_named, _named, group="practices"),
    notice("practice.update", _readers, _about, group="practices"),
    notice("practice.propose_update", _managers, _about, group="moderation"),
    notice(
        "practice.share_update",
        _source_and_readers,
        _for_source_or("practice.update", "practice.share_update"),
        group="practices",
    ),
    notice("practice.return_update", _source, _about, group="own_practices"),
    notice("practice.retire", _readers, _about, group="practices"),
    notice("practice.recall", _who_opened, _recalled, names=False, group="recalls"),
)
