"""What is open about a member's reports and their reviews: filing, questions, findings, second readings."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import (
    OPEN_FINDING_STATES,
    UNSETTLED_READING_STATES,
    ExtensionRequestState,
    QuestionState,
    ReportState,
    WaitsFor,
)
from alliance.models import ExtensionRequest, Organisation, Question, Report, SecondReading
from alliance.queries.findings import readable_findings
from alliance.queries.local_dates import day_of, today
from alliance.queries.obligations import required_reports
from alliance.queries.open_item import MAX_OF_A_KIND, OpenItem, OpenItemAct
from alliance.queries.reply_days import reports_with_running_replies
from alliance.queries.reviews import conclude_by
from portal.kernel.access import Actor

_ENDED_REPORT_STATES = (ReportState.PUBLISHED, ReportState.EXEMPT, ReportState.NOT_FILED)
_FILED_REPORT_STATES = (ReportState.SUBMITTED, ReportState.IN_REVIEW)


def report_items(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    """Those that somebody has still to deal with. Up to two queries, two more where the member has left."""
    rows = Report.objects.visible_to(actor).filter(organisation=organisation)
    rows = rows.exclude(state__in=_ENDED_REPORT_STATES).select_related("cycle", "reviewer", "organisation")
    required = required_reports(rows[:MAX_OF_A_KIND])
    concluded = [row for row in required if _stage(row) == "concluded"]
    replying = {row.pk for row in reports_with_running_replies(concluded, today())}
    return [_report_item(row, is_reply_awaited=row.pk in replying) for row in required]


def _report_item(report: Report, *, is_reply_awaited: bool) -> OpenItem:
    """What is written waits for the member, what is filed for the secretariat, what is concluded for a reply first."""
    stage = _stage(report)
    if stage == "filed":
        due_on, waits_for = conclude_by(report), WaitsFor.SECRETARIAT
        if report.paused_until is not None and report.paused_until >= today():
            waits_for = WaitsFor.NOBODY
    elif stage == "concluded":
        due_on, waits_for = None, WaitsFor.SECRETARIAT
        if is_reply_awaited:
            due_on, waits_for = report.respond_by, WaitsFor.MEMBER
    else:
        due_on, waits_for = report.deadline, WaitsFor.MEMBER
        is_over = report.changes_due_on is not None and report.changes_due_on < today()
        if is_over or (stage == "returned" and not report.organisation.has_access):
            waits_for = WaitsFor.SECRETARIAT  # the review can be resumed
    is_reviewed = stage in ("filed", "concluded") or report.state == ReportState.CHANGES_REQUESTED
    return OpenItem(
        kind=gettext_lazy("Report"),
        kinds=gettext_lazy("Reports"),
        icon="file-text",
        title=_("Report for %(cycle)s") % {"cycle": report.cycle.title},
        url=reverse("secretariat:review", args=[report.pk])
        if is_reviewed
        else reverse("secretariat:cycle", args=[report.cycle.slug]),
        stage=stage,
        waits_for=waits_for,
        due_on=due_on,
        context=(report.get_state_display(), report.reviewer.name if report.reviewer else ""),
    )


def _stage(report: Report) -> str:
    if report.state in _FILED_REPORT_STATES:
        return "filed"
    if report.state == ReportState.CONCLUDED:
        return "concluded"
    if report.state == ReportState.CHANGES_REQUESTED or report.changes_due_on is not None:
        return "returned"
    return "draft" if report.state == ReportState.DRAFT else "unsigned"


def extension_request_items(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = ExtensionRequest.objects.visible_to(actor).filter(
        organisation=organisation, state=ExtensionRequestState.OPEN
    )
    return [
        OpenItem(
            kind=gettext_lazy("Request for more time"),
            kinds=gettext_lazy("Requests for more time"),
            icon="calendar-plus",
            title=row.reason,
            url=reverse("secretariat:cycle", args=[row.report.cycle.slug]),
            waits_for=WaitsFor.SECRETARIAT,
            due_on=row.report.deadline,
            since=day_of(row.asked_at),
            context=(row.report.cycle.title, row.asked_by.name),
            acts=(
                OpenItemAct(_("Grant"), reverse("secretariat:report-extend", args=[row.report_id])),
                OpenItemAct(_("Refuse"), reverse("secretariat:extension-refuse", args=[row.pk])),
            ),
        )
        for row in rows.select_related("report__cycle", "asked_by")[:MAX_OF_A_KIND]
    ]


def question_items(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = Question.objects.visible_to(actor).filter(
        organisation=organisation, state__in=(QuestionState.OPEN, QuestionState.ANSWERED)
    )
    return [
        OpenItem(
            kind=gettext_lazy("Question"),
            kinds=gettext_lazy("Questions"),
            icon="message-circle-question-mark",
            title=row.text,
            url=place_of_question(row),
            waits_for=WaitsFor.SECRETARIAT if row.answered_at else WaitsFor.MEMBER,
            since=day_of(row.answered_at or row.asked_at),
            context=(row.measure.code if row.measure else "", row.report.cycle.title, row.asked_by.name),
            language=row.language,
        )
        for row in rows.select_related("measure", "report__cycle", "asked_by")[:MAX_OF_A_KIND]
    ]


def place_of_question(question: Question) -> str:
    """Where a question is read and acted on: on the page of the review, also where its measure is no longer asked."""
    return f"{reverse('secretariat:review', args=[question.report_id])}#question-{question.pk}"


def finding_items(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = readable_findings(actor).filter(organisation=organisation, state__in=OPEN_FINDING_STATES)
    return [
        OpenItem(
            kind=gettext_lazy("Finding"),
            kinds=gettext_lazy("Findings"),
            icon="flag",
            title=row.text,
            url=reverse("secretariat:finding", args=[row.pk]),
            # what the member has reported done waits until somebody has looked
            waits_for=WaitsFor.SECRETARIAT if row.claimed_at else WaitsFor.MEMBER,
            due_on=None if row.claimed_at else row.due_on,
            since=day_of(row.claimed_at or row.written_at),
            context=(row.measure.code, row.report.cycle.title),
            language=row.language,
        )
        for row in rows.select_related("measure", "report__cycle").order_by("due_on")[:MAX_OF_A_KIND]
    ]


def second_reading_items(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    """Until each is over, the review is not concluded."""
    rows = SecondReading.objects.visible_to(actor).filter(
        organisation=organisation, state__in=UNSETTLED_READING_STATES
    )
    return [
        OpenItem(
            kind=gettext_lazy("Second reading"),
            kinds=gettext_lazy("Second readings"),
            icon="eye",
            title=_("Report for %(cycle)s") % {"cycle": row.report.cycle.title},
            url=reverse("secretariat:second-reading", args=[row.pk]),
            waits_for=WaitsFor.SECRETARIAT,
            since=day_of(row.answered_at or row.asked_at),
            context=(row.get_state_display(), row.reader.name),
        )
        for row in rows.select_related("report__cycle", "reader")[:MAX_OF_A_KIND]
    ]
