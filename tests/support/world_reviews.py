"""Submissions and reviews of the small alliance, in each state, and what both sides say to each other."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from alliance.enums import CycleState, ReportState, Role
from alliance.models import (
    ChangesRequest,
    Charter,
    Commitment,
    Cycle,
    CycleDateChange,
    CycleDecision,
    DeclaredInterest,
    EarlierVerdict,
    Finding,
    FindingEntry,
    InternalNote,
    Measure,
    MemberLetter,
    Person,
    Question,
    Report,
    ReportDecision,
    ReportExemption,
    ReportReminder,
    Response,
    ReviewAssignment,
    ReviewDraft,
    ReviewPause,
    SavedView,
    SecondOpinion,
    SecondReading,
    Submission,
    Verdict,
)
from tests.factories import Cast, make_cycle, make_person, make_report
from tests.support.canaries import canary
from tests.support.submissions import body_of, make_submission, submitted_figure
from tests.support.world_evidence import citation_of, make_evidence

UrlKwargs = dict[str, Any]
BATCH = UUID("ba7c4000-0000-4000-8000-000000000001")  # which an address names


def make_reviews(cast: Cast, charter: Charter, places: Mapping[str, UrlKwargs]) -> dict[str, UrlKwargs]:
    """A report in each state of the review, with all that the secretariat and the member say to each other."""
    made: dict[str, UrlKwargs] = {}
    account = {
        "record": str(places["own pledge"]["record"]),
        "title": "Lessons",
        "text": canary("account"),
        "language": "en",
    }
    disclosure = {"disclosure": "public", "disclosure_reason": ""}
    for slug, state in (
        ("2025-h1", ReportState.SUBMITTED),
        ("2024-h2", ReportState.IN_REVIEW),
        ("2024-h1", ReportState.CONCLUDED),
        ("2023-h1", ReportState.CHANGES_REQUESTED),
    ):
        report = make_report(make_cycle(charter, slug, CycleState.CLOSED), cast.aurora)
        words = {"answer": canary("submission"), "statement": canary("statement")}
        figure = submitted_figure("content-actioned", "20", service="aurora-live")
        figures = {"search": [figure]} if state == ReportState.CONCLUDED else {}
        measures = body_of(report, figures=figures, answer=words["answer"])["measures"]
        measures[0]["evidence"] = [citation_of(places["adoption.red"])]
        make_submission(report, state, pledges=[{**account, **disclosure}], measures=measures, **words)
        made[f"report.{state.value}"] = {"pk": report.pk}
        made[f"cycle.{state.value}"] = {"slug": slug}
    due_on = timezone.localdate() + timedelta(days=14)
    Report.objects.filter(state=ReportState.CHANGES_REQUESTED).update(changes_due_on=due_on)
    reviewed = Report.objects.get(cycle__slug="2024-h2")
    measure = Measure.objects.get(charter=charter, key="search")
    submitted = make_evidence(reviewed, measure, "filed-evidence", submitted_at=timezone.now())
    question = _questions_and_notes(cast, reviewed, measure)
    Verdict.objects.create(
        report=reviewed, organisation=reviewed.organisation, submission=reviewed.submissions.get(),
        commitment=measure.commitment, measure=Measure.objects.get(charter=charter, key="speed"),
        value="limited", reason=canary("open-verdict"), given_by=cast.rita, batch=BATCH,
    )  # fmt: skip
    made |= _allocation(cast, reviewed, measure)
    made["finding.edit"] = _drafts_and_findings(cast, reviewed, measure)
    made["finding.withdraw"] = {**made["finding.edit"], "action": "withdraw"}
    made |= _judge(cast, charter, Report.objects.get(cycle__slug="2024-h1"))
    for kind in ("close", "publish"):
        CycleDecision.objects.create(
            cycle=Cycle.objects.get(slug="2024-h1"),
            kind=kind,
            reason=canary(f"{kind}-reason"),
            decided_by=cast.mona,
        )
    _make_date_change(cast, Cycle.objects.get(slug="2024-h1"))
    ReportReminder.objects.create(
        report=reviewed, organisation=reviewed.organisation, text=canary("reminder-text"), sent_by=cast.mona
    )
    letter = MemberLetter.objects.create(
        organisation=reviewed.organisation, subject=canary("letter-subject"), text=canary("letter-text"),
        language="en", written_by=cast.mona,
    )  # fmt: skip
    pk = reviewed.pk
    return made | {
        "evidence.submitted": {"pk": submitted.pk},
        "letter": {"pk": letter.pk},
        "question": {"pk": question.pk},
        "receipt": {"pk": pk, "number": 1},
        "review.batch": {"pk": pk, "batch": BATCH},
        "review.verdict": {"pk": pk, "key": "speed"},
        "review.pledge": {"pk": pk, **places["own pledge"]},
        "review.measure": {"pk": pk, "key": "search"},
        "review.commitment": {"pk": pk, "key": "find"},
    }


def _allocation(cast: Cast, report: Report, measure: Measure) -> dict[str, UrlKwargs]:
    """A pause, readings by Nils who reads them and by Olga who differs, an interest of Otto's, a view of Mona's."""
    of_report = {"report": report, "organisation": report.organisation}
    nils, olga = (make_person(name, cast.secretariat, Role.REVIEWER) for name in ("Nils", "Olga"))
    ReviewAssignment.objects.create(
        act="take_over", reviewer=cast.rita, note=canary("assignment"), assigned_by=cast.rita, **of_report
    )
    day = timezone.localdate()
    until = day + timedelta(days=30)
    Report.objects.filter(pk=report.pk).update(paused_until=until)
    ReviewPause.objects.create(
        starts_on=day,
        ends_on=until,
        planned_ends_on=until,
        reason=canary("pause"),
        paused_by=cast.rita,
        **of_report,
    )
    SecondReading.objects.create(reader=nils, request=canary("reading"), asked_by=cast.rita, **of_report)
    differing = SecondReading.objects.create(
        reader=olga, state="differs", measure_keys=["speed"], asked_by=cast.rita, **of_report
    )
    SecondOpinion.objects.create(
        reading=differing, organisation=report.organisation, value="complete", verdict_value="limited",
        measure=Measure.objects.get(charter_id=measure.charter_id, key="speed"), reason=canary("opinion"),
    )  # fmt: skip
    returned = Report.objects.get(cycle__slug="2023-h1")
    own = SecondReading.objects.create(
        report=returned, organisation=returned.organisation, reader=cast.rita, asked_by=cast.mona
    )
    otto = Person.objects.get(name="Otto")
    interest = DeclaredInterest.objects.create(
        person=otto, organisation=cast.beacon, reason=canary("interest"), recorded_by=cast.mona
    )
    view = SavedView.objects.create(person=cast.mona, name=canary("kept-view"), query="show=mine")
    desk_view = SavedView.objects.create(
        person=cast.mona, of="cycle", name=canary("kept-desk-view"), query="show=unfiled"
    )
    return {
        "cycle.view": {"slug": "2026-h1", "pk": desk_view.pk},
        "reading.asked": {"pk": SecondReading.objects.get(reader=nils).pk},
        "reading.own": {"pk": own.pk},
        "reading.measure": {"pk": own.pk, "key": "search"},
        "reading.differs": {"pk": differing.pk},
        "interest": {"pk": interest.pk},
        "view": {"pk": view.pk},
    }


def _make_date_change(cast: Cast, cycle: Cycle) -> None:
    """The reports of the cycle are due a week later than was announced: everybody reads why."""
    week = timedelta(days=7)
    CycleDateChange.objects.create(
        cycle=cycle, due_on_before=cycle.due_on - week, due_on=cycle.due_on,
        grace_ends_on_before=cycle.grace_ends_on - week, grace_ends_on=cycle.grace_ends_on,
        reason_en="A public holiday.", reason_ru="Праздничный день.", changed_by=cast.mona,
    )  # fmt: skip


def _questions_and_notes(cast: Cast, report: Report, measure: Measure) -> Question:
    of_report = {"report": report, "organisation": report.organisation}
    ChangesRequest.objects.create(
        summary=canary("changes"),
        submission=report.submissions.get(),
        requested_by=cast.rita,
        due_on=timezone.localdate() + timedelta(days=14),
        **of_report,
    )
    InternalNote.objects.create(report=report, text=canary("note"), written_by=cast.rita)
    Question.objects.create(
        text=canary("question"), answer=canary("question-answer"), state="answered", asked_by=cast.rita,
        answered_by=cast.alice, **of_report,
    )  # fmt: skip
    return Question.objects.create(text=canary("question"), measure=measure, asked_by=cast.rita, **of_report)


def _drafts_and_findings(cast: Cast, report: Report, measure: Measure) -> UrlKwargs:
    """What waits in a review that goes on; returns where its finding is edited."""
    texts = {"value": "limited", "reason": canary("review-draft"), "language": "en", "version": "0"}
    ReviewDraft.objects.create(
        report=report, person=cast.rita, step="measure:search", kind="verdict", texts=texts
    )
    finding = make_finding(cast, report, measure, canary("open-finding"))
    return {"pk": finding.pk, "action": "edit"}


def make_finding(cast: Cast, report: Report, measure: Measure, text: str, **others: Any) -> Finding:
    """A finding with one entry, due in a month."""
    finding = Finding.objects.create(
        report=report, organisation=report.organisation, measure=measure, text=text, language="en",
        due_on=timezone.localdate() + timedelta(days=30), written_by=cast.rita, **others,
    )  # fmt: skip
    FindingEntry.objects.create(
        finding=finding, kind="reopen", text=text, language="en", written_by=cast.rita
    )
    return finding


def _judge(cast: Cast, charter: Charter, report: Report) -> dict[str, UrlKwargs]:
    """Verdicts that are concluded and not public yet, and the reply to them."""
    make_verdicts(cast, charter, report, report.submissions.get(), canary("verdict"), canary("difference"))
    Response.objects.create(
        report=report, organisation=report.organisation, text=canary("response"), language="en",
        signatory_name="Sven", signed_by=cast.sven,
    )  # fmt: skip
    _make_decisions(cast, report)
    respond_by = timezone.localdate() + timedelta(days=7)
    Report.objects.filter(pk=report.pk).update(
        respond_by=respond_by, concluded_at=timezone.now() - timedelta(days=1)
    )
    measure = Measure.objects.get(charter=charter, key="search")
    finding = make_finding(cast, report, measure, canary("finding"))
    FindingEntry.objects.create(
        finding=finding, kind="redraft", text=canary("redraft"), language="en", written_by=cast.rita
    )
    done = make_finding(cast, report, measure, canary("finding-done"), state="done", done_at=timezone.now())
    ended = {"withdrawn_at": timezone.now()}
    make_finding(cast, report, measure, canary("finding-withdrawn"), state="withdrawn", **ended)
    make_finding(cast, report, measure, canary("finding-discarded"), state="discarded", **ended)
    return {
        "report.respond": {"pk": report.pk, "commitment": "find"},
        "finding": {"pk": finding.pk},
        "finding.complete": {"pk": finding.pk, "action": "complete"},
        "finding.carry": {"pk": finding.pk, "action": "carry"},
        "finding.withdraw.concluded": {"pk": finding.pk, "action": "withdraw"},
        "finding.reopen": {"pk": done.pk, "action": "reopen"},
        "earlier_verdicts": {"pk": report.pk, "decision": report.decisions.get(kind="reopen").pk},
    }


def _make_decisions(cast: Cast, report: Report) -> None:
    """The report was recalled once and its review reopened once, with the verdicts that the member had read."""
    of_report = {"report": report, "organisation": report.organisation}
    recalled = make_submission(report, report.state, number=9)
    ReportDecision.objects.create(
        kind="recall", submission=recalled, reason=canary("recall"), decided_by=cast.sven, **of_report
    )
    reopening = ReportDecision.objects.create(
        kind="reopen", submission=report.submissions.last(), reason=canary("reopen"), decided_by=cast.rita,
        **of_report,
    )  # fmt: skip
    ReportExemption.objects.create(reason=canary("exemption"), decided_by=cast.mona, **of_report)
    verdict = report.verdicts.filter(measure=None)[0]
    EarlierVerdict.objects.create(
        decision=reopening, organisation=report.organisation, commitment=verdict.commitment, value="not_started",
        reason=canary("earlier-verdict"), given_by=cast.rita, given_at=verdict.given_at,
    )  # fmt: skip


def make_verdicts(
    cast: Cast, charter: Charter, report: Report, submission: Submission, reason: str, difference: str = ""
) -> None:
    for commitment in Commitment.objects.filter(charter=charter):
        for measure in (None, *commitment.measures.all()):
            Verdict.objects.create(
                report=report, organisation=report.organisation, submission=submission, commitment=commitment,
                measure=measure, value="limited", reason=reason, difference=difference, given_by=cast.rita,
            )  # fmt: skip
