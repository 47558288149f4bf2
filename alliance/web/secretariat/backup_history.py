"""The last nights of backups, as the page of operations shows them: one square each, the earliest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from alliance.queries.local_dates import day_of, end_of_day, today
from portal.kernel.monitoring import BackupOutcome, BackupRun, backups_since, first_noted_backup

NIGHTS = 14
_MISSING, _NOT_NOTED = "missing", "not-noted"
_ICONS = {
    BackupOutcome.GOOD.value: "circle-check",
    BackupOutcome.DAMAGED.value: "triangle-alert",
    BackupOutcome.FAILED.value: "circle-alert",
    _MISSING: "circle-alert",
    _NOT_NOTED: "circle-question-mark",
}
_WORDS = {
    BackupOutcome.GOOD.value: _("there is a backup"),
    BackupOutcome.DAMAGED.value: _("there is a backup, with damaged files"),
    BackupOutcome.FAILED.value: _("the backup failed"),
    _MISSING: _("there is no backup"),
    _NOT_NOTED: _("nothing was noted yet"),
}


@dataclass(frozen=True, slots=True)
class BackupNight:
    """What became of the backup of one day."""

    day: date
    outcome: str

    @property
    def icon(self) -> str:
        return _ICONS[self.outcome]

    @property
    def words(self) -> str:
        return str(_WORDS[self.outcome])


def last_nights() -> Sequence[BackupNight]:
    """The last fourteen days up to today, each with the best backup that was tried on it.

    Today is missing nothing before its backup was tried: it may be still to come. Two queries.
    """
    day, begun = today(), first_noted_backup()
    first = day - timedelta(days=NIGHTS - 1)
    best = _best_by_day(backups_since(end_of_day(first - timedelta(days=1))))
    nights = [
        BackupNight(night, best.get(night, "")) for night in (first + timedelta(n) for n in range(NIGHTS))
    ]
    return [
        night
        if night.outcome
        else BackupNight(
            night.day, _MISSING if begun is not None and night.day > day_of(begun) else _NOT_NOTED
        )
        for night in nights
        if night.outcome or night.day != day
    ]


def _best_by_day(runs: Sequence[BackupRun]) -> Mapping[date, str]:
    order = [BackupOutcome.FAILED, BackupOutcome.DAMAGED, BackupOutcome.GOOD]
    best: dict[date, str] = {}
    for run in sorted(runs, key=lambda run: order.index(BackupOutcome(run.outcome))):
        best[day_of(run.at)] = run.outcome
    return best
