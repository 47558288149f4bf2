"""Acts on a report by people of the cast, and reports that are submitted or concluded."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Charter, Commitment, Measure, Report, Response, Verdict
from alliance.services.reviews import give_verdict, request_changes, start_review
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.submissions import make_submission, submitted_figure
from tests.support.working_copies import fill_report


def make_submitted_report(cast: Cast) -> Report:
    """Aurora's report, filled in and submitted once; Rita is to review it."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    act(cast, "sven", submit_report, report)
    Report.objects.update(reviewer=cast.rita)
    report.refresh_from_db()
    return report


def act(cast: Cast, name: str, service: Any, report: Report, *args: Any, **kwargs: Any) -> Any:
    with acting_as(cast.actor(name)) as actor:
        return service(actor, report, *args, **kwargs)


def state_of(report: Report) -> str:
    with acting_as(SYSTEM):
        report.refresh_from_db()
    return report.state


def judge_all(cast: Cast, report: Report, value: str) -> None:
    with acting_as(cast.actor("rita")) as rita:
        for rows, name in ((Measure.objects, "measure"), (Commitment.objects, "commitment")):
            for row in rows.filter(charter=report.cycle.charter):
                versions = Verdict.objects.filter(
                    report=report,
                    **({"measure": row} if name == "measure" else {"commitment": row, "measure": None}),
                )
                version = versions.values_list("version", flat=True).first() or 0
                subject: dict[str, Any] = {name: row}
                give_verdict(rita, report, value=value, reason=f"It is {value}.", version=version, **subject)


def returned(cast: Cast, report: Report, days: int = 10) -> Report:
    act(cast, "rita", start_review, report)
    due_on = timezone.localdate() + timedelta(days=days)
    return act(cast, "rita", request_changes, report, "Count the nights.", "en", due_on)


def make_concluded_report(cast: Cast, charter: Charter) -> Report:
    """Aurora's report with three figures, one of them kept; one verdict, one reply; the cycle is closed."""
    report = make_report(make_cycle(charter, state=CycleState.CLOSED), cast.aurora)
    figures = [
        submitted_figure("content-actioned", "10", service="aurora-kids"),
        submitted_figure("content-actioned", "20", service="aurora-live"),
        submitted_figure("found-proactively", "80", service="aurora-kids", disclosure="secretariat"),
    ]
    make_submission(report, ReportState.CONCLUDED, figures={"search": figures})
    with acting_as(SYSTEM):
        measure = Measure.objects.get(charter=charter, key="search")
        common = {"report": report, "organisation": cast.aurora}
        submission = report.submissions.get()
        Verdict.objects.create(
            **common,
            submission=submission,
            measure=measure,
            value="limited",
            reason="Begun.",
            given_by=cast.rita,
        )
        Response.objects.create(
            **common, text="We go on.", language="en", signatory_name="Sven", signed_by=cast.sven
        )
    return report
