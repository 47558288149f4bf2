"""What a reminder says to its reader: how much time is left, whose turn it is, and what there is to do.

Each property is worded in the language that is active.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import ReportState
from alliance.models import Report
from alliance.queries.deadlines import CHANGES, CHANGES_DUE, DUE, OVERDUE, RESPONSE, RESUME
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.report_progress import Progress


@dataclass(frozen=True, slots=True)
class ReminderText:
    """The day that it is about, and the day for which it was planned."""

    on: date
    planned_on: date

    @property
    def days_left(self) -> int:
        return (self.on - today()).days

    @property
    def ends_at(self) -> datetime | None:
        """24:00 of the last day on which something can be done; None where nothing ends."""
        return end_of_day(self.on)

    @property
    def time(self) -> str:
        """How much time is left."""
        return days_left(self.days_left)


@dataclass(frozen=True, slots=True)
class ReportReminder(ReminderText):
    """A reminder of one report, to one reader. `progress`: of the working copy, where it is theirs to fill in."""

    kind: str
    report: Report
    is_signatory: bool
    progress: Progress | None = None

    @property
    def is_last_day(self) -> bool:
        return self.ends_at == end_of_day(today())

    @property
    def ends_at(self) -> datetime | None:
        if self.kind == OVERDUE:
            return end_of_day(self.report.grace_ends_on)
        return end_of_day(self.on) if self.kind in (DUE, CHANGES_DUE, RESPONSE) else None

    @property
    def headline(self) -> str:
        """The time and the task, for the subject and the first line."""
        return f"{self.time}: {self.task}"

    @property
    def time(self) -> str:
        """How much time is left, or has passed."""
        days = self.days_left
        if self.kind in (DUE, CHANGES_DUE, RESPONSE):
            return days_left(days)
        if self.kind == RESUME:
            sentence = ngettext(
                "Not submitted again, %(n)d day late", "Not submitted again, %(n)d days late", -days
            )
            return sentence % {"n": -days}
        if self.kind == OVERDUE:
            return self._overdue_time()
        if self.kind == CHANGES:
            sentence = ngettext("Changes requested %(n)d day ago", "Changes requested %(n)d days ago", -days)
        else:
            sentence = ngettext("Waiting for %(n)d day", "Waiting for %(n)d days", -days)
        return sentence % {"n": -days}

    def _overdue_time(self) -> str:
        """How much of the grace is left: the letter itself names both days."""
        if self.is_last_day:
            return _("Last day of grace")
        left = (self.report.grace_ends_on - today()).days
        sentence = ngettext("Overdue, %(n)d day of grace left", "Overdue, %(n)d days of grace left", left)
        return sentence % {"n": left}

    @property
    def task(self) -> str:
        """What there is to do, and by whom, as it concerns this reader."""
        if self.kind in (CHANGES, CHANGES_DUE):
            return _("correct the report and submit it again")
        if self.kind == RESUME:
            return _("the review can go on")
        if self.kind == RESPONSE:
            return _("your reply to the verdicts") if self.is_signatory else _("a reply to the verdicts")
        if self.kind not in (DUE, OVERDUE):
            return _("a review has to begin")
        if self.report.state == ReportState.AWAITING_SIGN_OFF:
            return _("your signature") if self.is_signatory else _("a signatory has to sign")
        return self._drafting_task()

    def _drafting_task(self) -> str:
        if self.progress is None or self.progress.is_complete:
            return _("your signature") if self.is_signatory else _("ask for sign-off")
        if not self.progress.done:
            return _("the report has not been begun")
        n = self.open_answers
        return ngettext("%(n)d answer is open", "%(n)d answers are open", n) % {"n": n}

    @property
    def open_answers(self) -> int:
        return self.progress.required - self.progress.done if self.progress else 0

    @property
    def action(self) -> str:
        """The words of the one button."""
        if self.kind == RESPONSE:
            return _("Write the reply") if self.is_signatory else _("Read the verdicts")
        return _("Sign and submit the report") if self.is_for_signature else _("Open the report")

    @property
    def is_for_signature(self) -> bool:
        """Whether the reader is the one who can end it with a signature now."""
        waits = self.report.state == ReportState.AWAITING_SIGN_OFF
        return waits and self.is_signatory and self.kind in (DUE, OVERDUE)


def days_left(days: int) -> str:
    """7 days left; on the last one that it is the last."""
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days} if days > 0 else _("Last day")
