"""How a person wants to be notified of a group of notices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from portal.kernel.journal import Event
from portal.kernel.notices.groups import group_of
from portal.kernel.notices.models import NoticePreference, Pace
from portal.kernel.notices.registry import Notice, Recipient


def paces_of(person_id: int) -> dict[str, Pace]:
    """What this person has chosen, by group. One query."""
    rows = NoticePreference.objects.filter(person_id=person_id)
    return {group: Pace(pace) for group, pace in rows.values_list("group", "pace")}


def paces_for(notice: Notice, recipients: Iterable[Recipient]) -> dict[int, dict[str, Pace]]:
    """What these people have chosen for the groups of the notice, by person, then by group. One query."""
    rows = NoticePreference.objects.filter(
        person__in={recipient.person_id for recipient in recipients},
        group__in={notice.group, notice.host_group},
    )
    chosen: dict[int, dict[str, Pace]] = defaultdict(dict)
    for person, group, pace in rows.values_list("person", "group", "pace"):
        chosen[person][group] = Pace(pace)
    return chosen


def pace_of(group: str, pace: Pace | None) -> Pace:
    """The pace that holds: what cannot be chosen comes at once, whatever was chosen."""
    notice_group = group_of(group)
    if notice_group is None or notice_group.always:
        return Pace.AT_ONCE
    return pace or notice_group.pace


def pace_for(notice: Notice, event: Event, recipient: Recipient, chosen: Mapping[str, Pace | None]) -> Pace:
    """The pace of this event for this recipient, who has `chosen` by group: what is compulsory comes at once."""
    if notice.compulsory_reason(event, recipient):
        return Pace.AT_ONCE
    group = notice.group_for(recipient.actor)
    return pace_of(group, chosen.get(group))


def choose_paces(person_id: int, chosen: Mapping[str, Pace]) -> dict[str, str]:
    """Keep the choices; returns those that are new. What comes always, and what is no group, is left out."""
    before = paces_of(person_id)
    changed = {
        key: pace
        for key, pace in chosen.items()
        if (group := group_of(key)) and not group.always and before.get(key, group.pace) != pace
    }
    for key, pace in changed.items():
        NoticePreference.objects.update_or_create(person_id=person_id, group=key, defaults={"pace": pace})
    return {key: str(pace) for key, pace in changed.items()}
