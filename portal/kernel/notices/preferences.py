"""How a person wants to be notified: one pace for all groups of notices, and exceptions for single groups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from portal.kernel.journal import Event
from portal.kernel.notices.groups import group_of
from portal.kernel.notices.models import ALL_GROUPS, NoticePreference, Pace
from portal.kernel.notices.registry import Notice, Recipient

OVERALL_PACES = (Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY)  # what can be chosen for all groups in one
_DEFAULTS = {ALL_GROUPS: Pace.AT_ONCE}  # what holds where nothing is stored


def paces_of(person_id: int) -> dict[str, Pace]:
    """What this person has chosen, by group; under `ALL_GROUPS` the pace of all others. One query."""
    rows = NoticePreference.objects.filter(person_id=person_id)
    return {group: Pace(pace) for group, pace in rows.values_list("group", "pace")}


def paces_for(notice: Notice, recipients: Iterable[Recipient]) -> dict[int, dict[str, Pace]]:
    """What these people have chosen for the groups of the notice, by person, then by group. One query."""
    rows = NoticePreference.objects.filter(
        person__in={recipient.person_id for recipient in recipients},
        group__in={notice.group, notice.host_group, ALL_GROUPS},
    )
    chosen: dict[int, dict[str, Pace]] = defaultdict(dict)
    for person, group, pace in rows.values_list("person", "group", "pace"):
        chosen[person][group] = Pace(pace)
    return chosen


def people_turned_off(group: str, people: Iterable[int]) -> frozenset[int]:
    """Those of these people who have turned the group off. One query."""
    rows = NoticePreference.objects.filter(person__in=list(people), group=group, pace=Pace.OFF)
    return frozenset(rows.values_list("person_id", flat=True))


def pace_of(group: str, chosen: Mapping[str, Pace]) -> Pace:
    """The pace that holds: what cannot be chosen comes at once, whatever was chosen."""
    notice_group = group_of(group)
    if notice_group is None or notice_group.always:
        return Pace.AT_ONCE
    if notice_group.comes_weekly:
        return Pace.OFF if chosen.get(group) == Pace.OFF else Pace.WEEKLY
    return chosen.get(group) or chosen.get(ALL_GROUPS) or notice_group.pace


def pace_for(notice: Notice, event: Event, recipient: Recipient, chosen: Mapping[str, Pace]) -> Pace:
    """The pace of this event for this recipient, who has `chosen` by group: what is compulsory comes at once.

    Whether it is compulsory takes queries, and is asked only where something else was chosen.
    """
    pace = pace_of(notice.group_for(recipient.actor), chosen)
    if pace != Pace.AT_ONCE and notice.compulsory_reason(event, recipient):
        return Pace.AT_ONCE
    return pace


def choose_paces(person_id: int, chosen: Mapping[str, Pace | None]) -> dict[str, str]:
    """Keep the choices, None for the pace of all groups; returns those that are new, '' for None.

    What comes always, what is no group, and a pace that cannot be chosen for all is left out. The pace that a group had
    before it was turned off is kept with it.
    """
    before = paces_of(person_id)
    changed = {
        key: pace
        for key, pace in chosen.items()
        if _can_be_chosen(key, pace) and before.get(key, _DEFAULTS.get(key)) != pace
    }
    for key, pace in changed.items():
        if pace is None:
            NoticePreference.objects.filter(person_id=person_id, group=key).delete()
            continue
        earlier = before.get(key, "") if pace == Pace.OFF else ""
        NoticePreference.objects.update_or_create(
            person_id=person_id, group=key, defaults={"pace": pace, "pace_before": earlier}
        )
    return {key: str(pace or "") for key, pace in changed.items()}


def _can_be_chosen(key: str, pace: Pace | None) -> bool:
    if key == ALL_GROUPS:
        return pace is None or pace in OVERALL_PACES
    group = group_of(key)
    return group is not None and not group.always


def paces_before_off(person_id: int, groups: Iterable[str]) -> dict[str, Pace | None]:
    """Of those of the groups that are turned off, the pace that each had before; None where none was chosen."""
    rows = NoticePreference.objects.filter(person_id=person_id, group__in=list(groups), pace=Pace.OFF)
    return {
        group: Pace(before) if before else None for group, before in rows.values_list("group", "pace_before")
    }
