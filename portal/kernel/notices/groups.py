"""The groups of notices that people choose a pace for, and the order of the labels of letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from portal.kernel.notices.models import Pace


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of notices that belong together for those who get them.

    `always` is a sentence on why it cannot be turned off or delayed. `for_host`: for those who act for the host
    (True), for all others (False), or for everybody (None). Only people with one of the `roles` get them; everybody,
    where it names none. `remains` is a sentence on what of it is compulsory for whom, and comes when it is turned off,
    too. Unless somebody chooses, letters come at its `pace`; one that `comes_weekly` comes so or not at all.
    """

    key: str
    name: str | Promise
    about: str | Promise
    always: str | Promise = ""
    for_host: bool | None = None
    pace: Pace = Pace.AT_ONCE
    roles: tuple[str, ...] = ()
    remains: str | Promise = ""
    comes_weekly: bool = False


_GROUPS: dict[str, Group] = {}
_LABELS: list[str] = []


def register_groups(*groups: Group) -> None:
    """In the order in which people read them."""
    _GROUPS.update({group.key: group for group in groups})


def group_of(key: str) -> Group | None:
    """The group of that name; None when there is none (any more)."""
    return _GROUPS.get(key)


def groups_for(host_flags: Iterable[bool]) -> list[Group]:
    """The groups that concern somebody who works in these areas (`True`: the host's)."""
    at = set(host_flags)
    return [group for group in _GROUPS.values() if group.for_host is None or group.for_host in at]


def order_labels(labels: Sequence[str]) -> None:
    """Name the labels that messages bear as `label`, from the most open to the strictest."""
    _LABELS[:] = labels


def strictest_label(labels: Iterable[str]) -> str:
    """The strictest of them; empty where none has a label."""
    known_labels = [label for label in labels if label in _LABELS]
    return max(known_labels, key=_LABELS.index, default="")
