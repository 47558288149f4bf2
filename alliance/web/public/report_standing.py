"""Which revision of a report a page shows: the one that holds, the one of a day or of a number, the one withdrawn."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import PublishedReport, WithdrawnPublication
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.public.record import last_number_on, number_of_revision
from alliance.queries.public.reports import published_report, report_on, withdrawn_report


@dataclass(frozen=True, slots=True)
class StandingReport:
    """A report, or a notice, as of now or as of an earlier day; `error` says why the day shows nothing.

    `withdrawal` is set on every revision of a record that is withdrawn now.
    """

    report: PublishedReport | None
    day: date | None = None
    withdrawal: WithdrawnPublication | None = None
    error: str = ""

    @property
    def is_past(self) -> bool:
        """It is not what holds now: replaced since, or withdrawn."""
        return self.report is not None and self.report.valid_to is not None

    @property
    def is_current(self) -> bool:
        """It holds now: neither replaced nor withdrawn."""
        return self.report is not None and not self.is_past and self.withdrawal is None

    @property
    def is_replaced(self) -> bool:
        """It is an earlier revision, and not the one that holds or was withdrawn."""
        is_withdrawn_one = (
            self.report is not None
            and self.withdrawal is not None
            and self.report.valid_to == self.withdrawal.valid_from
        )
        return self.is_past and not is_withdrawn_one

    @property
    def context(self) -> dict[str, Any]:
        """What the page's template reads of it."""
        return {
            "standing": self.is_replaced,
            "on": self.day.isoformat() if self.day else "",
            "on_error": self.error,
            "withdrawal": self.withdrawal,
            "correct_url": self.correct_url,
        }

    @property
    def correct_url(self) -> str:
        """Where who may correct it begins a correction of one of its values; empty where nobody can."""
        if self.report is None or not self.is_current:
            return ""
        return reverse("correct-published", args=[self.report.organisation.slug, self.report.cycle.slug])


def standing_report(request: HttpRequest, slug: str, cycle: str) -> StandingReport:
    """The report as the query asks for it. Raises Http404 for a day or a revision that there is not."""
    day, revision = request.GET.get("on", ""), request.GET.get("revision", "")
    if revision:
        number = number_of_revision("report", f"{slug}/{cycle}", int(revision))
        report = report_on(slug, cycle, number) if number else None
        if report is None:
            raise Http404
        return StandingReport(report, withdrawal=_as_of_now(slug, cycle).withdrawal)
    now = _as_of_now(slug, cycle)
    return _as_of_day(now, slug, cycle, day) if day else now


def _as_of_now(slug: str, cycle: str) -> StandingReport:
    report = published_report(slug, cycle)
    withdrawn = withdrawn_report(slug, cycle) if report is None else None
    return StandingReport(withdrawn[1], withdrawal=withdrawn[0]) if withdrawn else StandingReport(report)


def _as_of_day(now: StandingReport, slug: str, cycle: str, text: str) -> StandingReport:
    """The report as it stood at the end of the day; with an error where it was not public yet."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if now.report is None:
        return now
    # the record of a day to come is that of today; the last day that there is has no end
    report = report_on(slug, cycle, last_number_on(end_of_day(min(day, today()))))
    if report is None:
        sentence = _("On this day the report was not public. Choose a later one.")
        return StandingReport(now.report, day, now.withdrawal, sentence)
    return StandingReport(report, day, now.withdrawal)
