"""Beat's scheduler, without a file: the schedule stands in the code, and nothing has to be remembered of it.

Celery's own keeps in a file when each task last ran, and lets a new beat wait for the whole interval. Here a new beat,
on a machine that knows nothing, does at once what is due: tasks only queue what is not queued already.
"""

from datetime import timedelta
from typing import Any

from celery.beat import ScheduleEntry
from celery.beat import Scheduler as InMemoryScheduler

from portal.kernel import monitoring

_MOST_SECONDS_ASLEEP = 10.0  # so that whoever looks after it sees that it runs


class _DueAtOnce(ScheduleEntry):
    """An entry that has not run yet is due, as if it had run one interval ago."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if not self.total_run_count:
            self.last_run_at -= timedelta(seconds=self.schedule.seconds)


class Scheduler(InMemoryScheduler):
    Entry = _DueAtOnce

    def install_default_entries(self, data: object) -> None:
        """None: Celery's own entry cleans up results, and none are kept."""

    def tick(self, *args: Any, **named: Any) -> float:
        """One round; says that the process runs."""
        monitoring.note_running()
        return min(float(super().tick(*args, **named)), _MOST_SECONDS_ASLEEP)
