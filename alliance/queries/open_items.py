"""What is open between a member and the secretariat: every kind in one list, what is overdue first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import (
    AccessionState,
    CorrectionState,
    InvitedCommentState,
    PledgeState,
    PublicQuestionState,
    Side,
    WaitsFor,
    WithdrawalState,
)
from alliance.models import (
    Accession,
    Correction,
    InvitedComment,
    Organisation,
    Pledge,
    PublicQuestion,
    Withdrawal,
)
from alliance.queries.corrections import WAITING, correction_title
from alliance.queries.local_dates import day_of, today
from alliance.queries.mediation import of_withdrawn_report
from alliance.queries.open_item import MAX_OF_A_KIND, OpenItem
from alliance.queries.open_review_items import (
    extension_request_items,
    finding_items,
    question_items,
    report_items,
    second_reading_items,
)
from alliance.queries.overtaken_corrections import overtaken_among
from alliance.queries.public.targets import TargetStanding
from alliance.queries.public_questions import open_public_questions
from portal.kernel.access import Actor

TargetOfPledge = tuple[Pledge, TargetStanding | None]


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
    rows = rows.select_related("partner", "measure", "cycle")
    return [invited_comment_item(row) for row in rows[:MAX_OF_A_KIND]]


def invited_comment_item(row: InvitedComment) -> OpenItem:
    """A comment that is asked of a partner; its partner, measure and cycle are read with it."""
    return OpenItem(
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
    "finding": finding_items,
    "extension_request": extension_request_items,
    "pledge": _pledges,
    "accession": _accessions,
    "question": question_items,
    "correction": _corrections,
    "withdrawal": _withdrawals,
    "report": report_items,
    "public_question": _public_questions,
    "invited_comment": _invited_comments,
    "second_reading": second_reading_items,
}
