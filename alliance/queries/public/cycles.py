"""Reads of reporting cycles."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from alliance.enums import CycleState
from alliance.models import Cycle, CycleDateChange
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication, cached_for_page, number_read_as_of


def cycles() -> QuerySet[Cycle]:
    """The cycles that are public, the latest first: open, closed and published ones."""
    return Cycle.objects.visible_to(ANYONE).select_related("charter").order_by("-starts_on", "-pk")


@cached_for_page
def published_cycles() -> Sequence[Cycle]:
    """The cycles whose verdicts are published, the latest first; those that were, where the record is read as of a day.

    One query, two in the past.
    """
    rows, number = cycles().filter(state=CycleState.PUBLISHED), number_read_as_of()
    if number is not None:
        until = Publication.objects.filter(number=number).values_list("published_at", flat=True).first()
        rows = rows.filter(published_at__lte=until) if until else rows.none()
    return tuple(rows)


def latest_cycle() -> Cycle | None:
    """The last of the published cycles."""
    return next(iter(published_cycles()), None)


def cycle(slug: str) -> Cycle | None:
    return cycles().filter(slug=slug).first()


def date_changes(cycle: Cycle) -> Sequence[CycleDateChange]:
    """The dates of a cycle that were moved while it was open, in order. One query."""
    return list(CycleDateChange.objects.visible_to(ANYONE).filter(cycle=cycle))


def with_dates_of(
    cycle: Cycle, changes: Sequence[CycleDateChange], moment: datetime
) -> list[CycleDateChange]:
    """Give the cycle the days that it had at this moment. Returns those of its changes that were made by then."""
    later = [change for change in changes if change.changed_at >= moment]
    if later:
        cycle.due_on, cycle.publish_on = later[0].due_on_before, later[0].publish_on_before
    return [change for change in changes if change.changed_at < moment]


def previous_cycle(cycle: Cycle, cycles: Sequence[Cycle]) -> Cycle | None:
    """The cycle before the chosen one on the same charter, whatever its version."""
    same = [
        each for each in cycles if each.charter.key == cycle.charter.key and each.starts_on < cycle.starts_on
    ]
    return max(same, key=lambda each: each.starts_on, default=None)
