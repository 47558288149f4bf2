"""What was done with backups, good or not: a row for each, which commands write and the page of operations reads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

import structlog
from django.db import DatabaseError, transaction

from portal.kernel.monitoring.models import BackupOutcome, BackupRun, BackupRunKind

_MOST_DETAIL = 500
_logger = structlog.get_logger(__name__)


@contextmanager
def noting_backup_run(kind: BackupRunKind, archive: Path) -> Iterator[BackupRun]:
    """Note how the act on the archive ends, and how long it took; a failure is noted with its reason, and goes on.

    The row may be changed until then. Somebody who breaks off reading an archive has learnt nothing of it: that is not
    noted, as it is of a backup that was broken off. Where the database takes no note (an archive is looked at on
    another machine), that is logged alone: the act counts, and not the note.
    """
    run, begun = BackupRun(kind=kind, archive=archive.name), monotonic()
    is_noted = True
    try:
        yield run
    except BaseException as failure:  # interrupted, too
        is_noted = kind == BackupRunKind.BACKUP or not isinstance(failure, KeyboardInterrupt)
        run.outcome, run.detail = BackupOutcome.FAILED, str(failure) or type(failure).__name__
        raise
    finally:
        run.seconds = round(monotonic() - begun)
        if is_noted:
            note_backup_run(run)


def note_backup_run(run: BackupRun) -> bool:
    """Store the row; False where the database does not take it."""
    run.archive, run.detail = run.archive[-200:], run.detail[:_MOST_DETAIL]
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except DatabaseError as failure:
        _logger.warning("backup_run_not_noted", kind=run.kind, error=type(failure).__name__)
        return False
    return True


@dataclass(frozen=True, slots=True)
class LastRuns:
    """Of one kind: the last one, and the last that did not fail."""

    last: BackupRun | None = None
    last_done: BackupRun | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the last one failed."""
        return self.last is not None and self.last.outcome == BackupOutcome.FAILED


def last_backup_runs() -> Mapping[str, LastRuns]:
    """For each kind what happened last. One query."""
    rows = BackupRun.objects.order_by("kind", "outcome", "-at", "-pk").distinct("kind", "outcome")
    by_kind: dict[str, list[BackupRun]] = {kind: [] for kind in BackupRunKind.values}
    for run in rows:
        by_kind[run.kind].append(run)
    return {
        kind: LastRuns(
            max(runs, key=_moment, default=None),
            max((run for run in runs if run.outcome != BackupOutcome.FAILED), key=_moment, default=None),
        )
        for kind, runs in by_kind.items()
    }


def _moment(run: BackupRun) -> tuple[datetime, int]:
    return run.at, run.pk


def backups_since(moment: datetime) -> list[BackupRun]:
    """The backups that were tried since then, the first one first. One query."""
    return list(BackupRun.objects.filter(kind=BackupRunKind.BACKUP, at__gte=moment).order_by("at", "pk"))


def first_noted_backup() -> datetime | None:
    """Since when backups are noted; None before the first. One query."""
    rows = BackupRun.objects.filter(kind=BackupRunKind.BACKUP).order_by("at")
    moment: datetime | None = rows.values_list("at", flat=True).first()
    return moment
