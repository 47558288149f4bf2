"""The secret address of a person's calendar: made, made anew, turned off; and what a program reads at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from alliance.models import CalendarAddress
from alliance.queries.actors import actor_from
from alliance.queries.cycle_calendar import CalendarEntry, own_calendar
from alliance.queries.local_dates import today
from alliance.services.secret_addresses import end_address, lock_address, replace_address
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.stored_secrets import SecretForm

_MEMORY = timedelta(days=400)  # how long a day that has passed stays in the calendar

GivenEvents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """What a program reads: events by UID as they are given out, and whose calendar it is."""

    events: GivenEvents
    organisation_id: int
    organisation_name: str
    language: str


@transaction.atomic
def create_calendar_address(actor: Actor, form: SecretForm | None = None) -> str:
    """Make the address of one's calendar, in place of the earlier one, which ends at once; returns its secret part.

    The secret is never stored. With a form it follows from it: the same form sent twice gives the same address.
    What programs know of earlier events stays: their UIDs are the same. Raises WrongState for an older form.
    """
    address, secret = replace_address(CalendarAddress, actor, "alliance.calendar", form)
    journal.record(actor, "calendar_address.create", address)
    return secret


@transaction.atomic
def end_calendar_address(actor: Actor) -> bool:
    """Turn one's own calendar off: programs get nothing from now on. Returns whether there was one."""
    address = end_address(CalendarAddress, actor, events={})
    if address is None:
        return False
    journal.record(actor, "calendar_address.end", address)
    return True


@transaction.atomic
def read_calendar_feed(secret: str) -> CalendarFeed | None:
    """The calendar of this address as its owner may read it now; None where there is none, or its owner lost access.

    Notes what is given out and that it was read, to the hour. As SYSTEM, then as the owner.
    """
    if (locked := lock_address(CalendarAddress, secret)) is None:
        return None
    address, memberships = locked
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    with (
        translation.override(address.person.language),
        acting_as(actor_from(memberships, address.organisation_id)) as owner,
    ):
        events = merge_events(address.events, own_calendar(owner), today(), now)
        name = address.organisation.name
    if events != address.events or address.used_at != hour:
        with acting_as(SYSTEM):
            address.events, address.used_at = events, hour
            address.save(update_fields=["events", "used_at"])
    return CalendarFeed(events, address.organisation_id, name, address.person.language)


def merge_events(
    given: GivenEvents, entries: Iterable[CalendarEntry], now_day: date, now: datetime
) -> dict[str, Any]:
    """What is given out now, after what was given out last.

    What has moved or is called otherwise gets the next SEQUENCE; what is no longer due is CANCELLED while its day is
    still to come, and stays as it was once that has passed.
    """
    moment = now.isoformat(timespec="seconds")
    events: dict[str, Any] = {}
    for entry in entries:
        uid = f"{entry.name}-{entry.key}"
        facts = {
            "day": entry.day.isoformat(),
            "text": f"{entry.text} ({entry.title})",
            "page": entry.page,
            "cancelled": False,
        }
        events[uid] = _next(given.get(uid), facts, moment)
    for uid, event in given.items():
        day = date.fromisoformat(event["day"])
        if uid in events or day < now_day - _MEMORY:
            continue
        facts = {
            "day": event["day"],
            "text": event["text"],
            "page": event.get("page", ""),
            "cancelled": event["cancelled"] or day >= now_day,
        }
        events[uid] = _next(event, facts, moment)
    return events


def _next(given: Mapping[str, Any] | None, facts: dict[str, Any], moment: str) -> dict[str, Any]:
    if given is None:
        return {**facts, "sequence": 0, "changed": moment}
    # what was given out before its page was noted has none
    if all(given.get(name, "") == value for name, value in facts.items()):
        return dict(given)
    return {**facts, "sequence": given["sequence"] + 1, "changed": moment}
