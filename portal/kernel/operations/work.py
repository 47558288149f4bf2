"""Work in the background, counted by kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from portal.kernel.jobs import Job, JobState


@dataclass(frozen=True, slots=True)
class KindCount:
    """How much work of a kind is not finished. Of what waits, `due` is that whose time has come.

    `waiting_since`: when that of the oldest came.
    """

    kind: str
    waiting: int
    due: int
    running: int
    failed: int
    on_hold: int
    waiting_since: datetime | None

    @property
    def oldest(self) -> timedelta | None:
        return None if self.waiting_since is None else timezone.now() - self.waiting_since


def work_by_kind() -> Mapping[str, KindCount]:
    """What is not finished, by kind. One query."""
    due = Q(state=JobState.READY, next_at__lte=timezone.now())
    rows = (
        # each state apart: so its index is used, where most jobs are done
        Job.objects.filter(
            Q(state__in=(JobState.READY, JobState.LEASED))
            | Q(state=JobState.DEAD)
            | Q(state=JobState.ON_HOLD)
        )
        .order_by()
        .values("kind")
        .annotate(
            waiting=Count("pk", filter=Q(state=JobState.READY)),
            due=Count("pk", filter=due),
            running=Count("pk", filter=Q(state=JobState.LEASED)),
            failed=Count("pk", filter=Q(state=JobState.DEAD)),
            on_hold=Count("pk", filter=Q(state=JobState.ON_HOLD)),
            waiting_since=Min("next_at", filter=due),
        )
    )
    return {row["kind"]: KindCount(**row) for row in rows}
