"""When the people of a member had no access to the portal, and which day a term ends on without such days."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from alliance.enums import OrganisationState
from alliance.models import Organisation
from alliance.queries.local_dates import day_of, today
from alliance.workflows import ORGANISATION
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event

ENDS = [ORGANISATION.rule(step) for step in ("withdraw", "expel", "merge")]
LOSSES = [ORGANISATION.rule("suspend"), *ENDS]
RETURNS = [ORGANISATION.rule(step) for step in ("reinstate", "take_back_merger")]

Period = tuple[date, date]  # the first day that does not count, and the first one that counts again


def access_changes(organisations: Iterable[int]) -> list[tuple[int, str, datetime]]:
    """Each loss and return of access of these members, in their order: member, kind of event, moment. One query.

    Read as SYSTEM: some of the entries are the secretariat's own, and all readers are told the same.
    """
    with acting_as(SYSTEM):
        events = Event.objects.filter(
            target_type=Organisation._meta.label_lower,
            target_id__in=set(organisations),
            kind__in=(*LOSSES, *RETURNS),
        )
        return list(events.order_by("pk").values_list("target_id", "kind", "at"))


def absences(organisations: Iterable[int]) -> dict[int, list[Period]]:
    """By member the days on which its people lost access and had it again. One query.

    Of a member without access now the last period ends today.
    """
    periods: dict[int, list[Period]] = {}
    lost_on: dict[int, date] = {}
    for organisation, kind, at in access_changes(organisations):
        if kind in LOSSES:
            lost_on.setdefault(organisation, day_of(at))
        elif organisation in lost_on:
            periods.setdefault(organisation, []).append((lost_on.pop(organisation), day_of(at)))
    for organisation, day in lost_on.items():
        periods.setdefault(organisation, []).append((day, today()))
    return periods


def membership_ends(organisations: Collection[int]) -> dict[int, date]:
    """The first day on which each of these organisations that have left was a member no more. Two queries at most."""
    left = Organisation.objects.filter(pk__in=organisations, state=OrganisationState.FORMER)
    merged_on = dict(left.order_by().values_list("pk", "merged_on")) if organisations else {}
    if not merged_on:
        return {}
    recorded = {pk: day_of(at) for pk, kind, at in access_changes(merged_on) if kind in ENDS}
    return recorded | {pk: day for pk, day in merged_on.items() if day is not None}


def returned_since(moment: datetime) -> set[int]:
    """The members whose people have had access again since then. One query."""
    with acting_as(SYSTEM):
        events = Event.objects.filter(
            target_type=Organisation._meta.label_lower, kind__in=RETURNS, at__gte=moment
        )
        return set(events.order_by().values_list("target_id", flat=True))


def last_day_without(periods: Iterable[Period], begin: date, until: date) -> date:
    """The last day of a term from `begin` to `until`, where the days of these periods do not count.

    A day of two of them is left out once.
    """
    reached = begin
    for since, again in sorted(periods):
        first = max(since, reached)
        if first <= until and again > first:
            until, reached = until + (again - first), again
    return until
