"""What is open between a member and the secretariat: every kind in one list, what is overdue first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import (
    OPEN_FINDING_STATES,
    UNSETTLED_READING_STATES,
    AccessionState,
    CorrectionState,
    ExtensionRequestState,
    InvitedCommentState,
    PledgeState,
    PublicQuestionState,
    QuestionState,
    ReportState,
    Side,
    WaitsFor,
    WithdrawalState,
)
from alliance.models import (
    Accession,
    Correction,
    ExtensionRequest,
    InvitedComment,
    Organisation,
    Pledge,
    PublicQuestion,
    Question,
    Report,
    SecondReading,
    Withdrawal,
)
from alliance.queries.corrections import (
    WAITING,
    correction_title,
)
from alliance.queries.findings import readable_findings
from alliance.queries.local_dates import day_of, today
from alliance.queries.mediation import of_withdrawn_report
from alliance.queries.overtaken_corrections import overtaken_among
from alliance.queries.public.targets import TargetStanding
from alliance.queries.public_questions import open_public_questions
from alliance.queries.replies import may_still_reply
from alliance.queries.reviews import conclude_by
from portal.kernel.access import Actor

MAX_OF_A_KIND = 100
_ENDED_REPORT_STATES = (ReportState.PUBLISHED, ReportState.EXEMPT, ReportState.NOT_FILED)
_FILED_REPORT_STATES = (ReportState.SUBMITTED, ReportState.IN_REVIEW)
TargetOfPledge = tuple[Pledge, TargetStanding | None]


@dataclass(frozen=True, slots=True)
class OpenItemAct:
    """What can be done about it at once: the page of that act."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One open matter: what it is, where it is dealt with, until when, and who has to act next."""

    kind: Promise
    kinds: Promise  # several of them
    icon: str
    title: str
    url: str
    waits_for: WaitsFor
    due_on: date | None = None
    since: date | None = None  # since when it waits
    context: Sequence[str] = ()
    language: str = ""  # of a title in the words of people
    acts: Sequence[OpenItemAct] = ()
    stage: str = ""  # of a report: draft, unsigned, returned, filed or concluded
    third_party: str = ""  # by name: whose turn it is, where it is neither side's
    absence: str = ""  # why it waits for nobody, where nobody of the member can act

    @property
    def days_left(self) -> int | None:
        """Until its day; negative once that has passed."""
        return (self.due_on - today()).days if self.due_on else None

    @property
    def is_overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_overdue(self) -> int:
        return max(0, -(self.days_left or 0))

    @property
    def waits_for_us(self) -> bool:
        return self.waits_for == WaitsFor.SECRETARIAT


def open_items(
    actor: Actor, organisation: Organisation, targets: Iterable[TargetOfPledge] = ()
) -> list[OpenItem]:
    """Everything that is open with the member: overdue first, then what waits for the secretariat, each by its day.

    One query for each kind, at most a hundred rows of each; `targets` are those of its pledges.
    """
    items = [item for matters in open_matters(actor, organisation).values() for item in matters]
    if absence := organisation.absence:
        items = [_without_member(item, absence) for item in items]
    return sorted([*items, *undecided_targets(targets)], key=_urgency)


def open_matters(actor: Actor, organisation: Organisation) -> dict[str, list[OpenItem]]:
    """The same without targets, by what it is, as if the people of the member could act."""
    return {name: finder(actor, organisation) for name, finder in _FINDERS.items()}


def _without_member(item: OpenItem, absence: str) -> OpenItem:
    """What would wait for the member waits for nobody."""
    is_for_member = item.waits_for == WaitsFor.MEMBER
    return replace(item, waits_for=WaitsFor.NOBODY, absence=absence) if is_for_member else item


def _urgency(item: OpenItem) -> tuple[bool, bool, date, date]:
    due_on = item.due_on or date.max
    return (
        not item.is_overdue,
        not item.is_overdue and not item.waits_for_us,
        due_on,
        item.since or date.max,
    )


def _findings(actor: Actor, organisation: Organisation) -> list[OpenItem]:
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


def _extension_requests(actor: Actor, organisation: Organisation) -> list[OpenItem]:
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


def _pledges(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = Pledge.objects.visible_to(actor).filter(organisation=organisation, state=PledgeState.SIGNED)
    return [
        OpenItem(
            kind=gettext_lazy("Pledge"),
            kinds=gettext_lazy("Pledges"),
            icon="pen-line",
            title=row.title or row.text,
            url=reverse("secretariat:pledge", args=[row.pk]),
            waits_for=WaitsFor.SECRETARIAT,
            since=day_of(row.signed_at) if row.signed_at else None,
            context=(_("revision %(number)d") % {"number": row.revision}, row.signatory_name),
            language=row.language,
        )
        for row in rows[:MAX_OF_A_KIND]
    ]


def _accessions(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = Accession.objects.visible_to(actor).filter(organisation=organisation, state=AccessionState.SIGNED)
    return [
        OpenItem(
            kind=gettext_lazy("Accession"),
            kinds=gettext_lazy("Accessions"),
            icon="pen-line",
            title=str(row.charter),
            url=reverse("secretariat:accession-publish", args=[row.pk]),
            waits_for=WaitsFor.SECRETARIAT,
            since=day_of(row.signed_at) if row.signed_at else None,
            context=(row.signatory_name,),
        )
        for row in rows.select_related("charter")[:MAX_OF_A_KIND]
    ]


def _questions(actor: Actor, organisation: Organisation) -> list[OpenItem]:
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
    """Where a question is read: beside its measure in the review, or on the page of the review."""
    if question.measure:
        return reverse("secretariat:review-measure", args=[question.report_id, question.measure.key])
    return reverse("secretariat:review", args=[question.report_id])


def _corrections(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    waiting = Correction.objects.visible_to(actor).filter(WAITING, organisation=organisation)
    rows = list(waiting.select_related("report__cycle", "report__organisation")[:MAX_OF_A_KIND])
    overtaken = overtaken_among(rows)
    return [
        OpenItem(
            kind=gettext_lazy("Correction"),
            kinds=gettext_lazy("Corrections"),
            icon="file-pen-line",
            title=correction_title(row),
            url=reverse("secretariat:correction", args=[row.pk]),
            waits_for=WaitsFor.SECRETARIAT if row.pk in overtaken else _answering_side(row),
            due_on=None if row.pk in overtaken else row.due_on,
            since=day_of(row.decided_at or row.answered_at or row.proposed_at or row.written_at),
            context=(row.get_side_display(), row.get_state_display()),
        )
        for row in rows
    ]


def _answering_side(correction: Correction) -> WaitsFor:
    """A proposal waits for the other side until its day; whatever was answered, the secretariat decides.

    Of what has no day it decides, too: where nobody of the member can answer, or what it corrects is withdrawn.
    """
    if correction.state != CorrectionState.PROPOSED or correction.side == Side.MEMBER:
        return WaitsFor.SECRETARIAT
    is_over = correction.respond_by is None or today() > correction.respond_by
    return WaitsFor.SECRETARIAT if is_over else WaitsFor.MEMBER


def _withdrawals(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = Withdrawal.objects.visible_to(actor).filter(organisation=organisation, state=WithdrawalState.ASKED)
    return [
        OpenItem(
            kind=gettext_lazy("Withdrawal"),
            kinds=gettext_lazy("Withdrawals"),
            icon="ban",
            title=_("Withdrawal of publication No. %(number)d") % {"number": row.of_publication},
            url=reverse("secretariat:withdrawal", args=[row.pk]),
            waits_for=WaitsFor.SECRETARIAT,
            since=day_of(row.asked_at),
            context=(row.asked_by.name,),
        )
        for row in rows.select_related("asked_by")[:MAX_OF_A_KIND]
    ]


def _reports(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = Report.objects.visible_to(actor).filter(organisation=organisation)
    rows = rows.exclude(state__in=_ENDED_REPORT_STATES).select_related("cycle", "reviewer", "organisation")
    return [_report_item(row) for row in rows[:MAX_OF_A_KIND]]


def _report_item(report: Report) -> OpenItem:
    """What is written waits for the member, what is filed for the secretariat, what is concluded for a reply first."""
    stage = _stage(report)
    if stage == "filed":
        due_on, waits_for = conclude_by(report), WaitsFor.SECRETARIAT
        if report.paused_until is not None and report.paused_until >= today():
            waits_for = WaitsFor.NOBODY
    elif stage == "concluded":
        replies = may_still_reply(report, today())
        due_on, waits_for = (report.respond_by, WaitsFor.MEMBER) if replies else (None, WaitsFor.SECRETARIAT)
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


def _public_questions(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = open_public_questions(actor, organisation)[:MAX_OF_A_KIND]
    return [_public_question_item(row, organisation) for row in rows]


def _public_question_item(row: PublicQuestion, organisation: Organisation) -> OpenItem:
    """What the public asks about the member, which answers it once it is forwarded, as long as it has access."""
    is_forwarded = row.state == PublicQuestionState.OPEN and row.forwarded_at is not None
    waits_for_member = is_forwarded and organisation.has_access
    since = row.forwarded_at if is_forwarded else row.answered_at
    return OpenItem(
        kind=gettext_lazy("Question of the public"),
        kinds=gettext_lazy("Questions of the public"),
        icon="message-square",
        title=row.text,
        url=reverse("secretariat:public-question", args=[row.pk]),
        waits_for=WaitsFor.MEMBER if waits_for_member else WaitsFor.SECRETARIAT,
        since=day_of(since or row.asked_at),
        context=(row.kind_label, row.get_state_display()),
        language=row.language,
    )


def _invited_comments(actor: Actor, organisation: Organisation) -> list[OpenItem]:
    rows = InvitedComment.objects.visible_to(actor).exclude(of_withdrawn_report())
    rows = rows.filter(organisation=organisation, state=InvitedCommentState.OPEN)
    return [
        OpenItem(
            kind=gettext_lazy("Invited comment"),
            kinds=gettext_lazy("Invited comments"),
            icon="quote",
            title=row.question,
            url=reverse("secretariat:comment", args=[row.pk]),
            waits_for=WaitsFor.NOBODY,
            third_party=row.partner.name,
            due_on=row.due_on,
            since=day_of(row.invited_at),
            context=(row.measure.code, row.cycle.title),
            language=row.language,
        )
        for row in rows.select_related("partner", "measure", "cycle")[:MAX_OF_A_KIND]
    ]


def _second_readings(actor: Actor, organisation: Organisation) -> list[OpenItem]:
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


def undecided_targets(targets: Iterable[TargetOfPledge]) -> list[OpenItem]:
    """Those whose day is over and which no figure decides."""
    return [
        OpenItem(
            kind=gettext_lazy("Target"),
            kinds=gettext_lazy("Targets"),
            icon="clock-alert",
            title=standing.text,
            url=reverse("secretariat:pledge", args=[pledge.pk]),
            waits_for=WaitsFor.SECRETARIAT,
            due_on=standing.due_on,
            context=(_("Pledge"), pledge.title),
            language=pledge.language,
        )
        for pledge, standing in targets
        if standing is not None and standing.awaits_decision
    ]


# One for each kind; another kind of open matter joins here.
_FINDERS: Mapping[str, Callable[[Actor, Organisation], list[OpenItem]]] = {
    "finding": _findings,
    "extension_request": _extension_requests,
    "pledge": _pledges,
    "accession": _accessions,
    "question": _questions,
    "correction": _corrections,
    "withdrawal": _withdrawals,
    "report": _reports,
    "public_question": _public_questions,
    "invited_comment": _invited_comments,
    "second_reading": _second_readings,
}
