"""Work of the alliance that can be handed over: reviews, sections of reports, questions, files, invitations."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import (
    DRAFT_REPORT_STATES,
    DRAFTING_ROLES,
    LIVE_DELEGATION_STATES,
    MEMBER_ROLES,
    OPEN_UPLOAD_STATES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    AssignmentAct,
    DelegationState,
    InvitationState,
    ReportState,
    Role,
)
from alliance.models import (
    REPORT_LOCK_ORDER,
    Delegation,
    Invitation,
    MeasureComment,
    Organisation,
    Report,
    ReportUpload,
    SecondReading,
)
from alliance.queries.delegations import delegation_title, has_ended
from alliance.queries.measure_comments import comment_place, unanswered_comments
from alliance.services.assignments import record_assignment
from alliance.services.delegations import pass_on_delegation
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as, can
from portal.kernel.registry import Handover, TransferableWork, WorkPiece, register_handover

_OF_SECTION = ("report__cycle", "commitment", "measure", "assignee")
_REVIEWED = (*REVIEWABLE_REPORT_STATES, ReportState.CHANGES_REQUESTED)


def _reviews(person_id: int, tenant_id: int) -> Any:
    """The reports that the person reviews now; only the secretariat's people do."""
    if not Organisation.objects.filter(pk=tenant_id, kind="secretariat").exists():
        return Report.objects.none()
    # one that was returned stays its reviewer's while the member has it signed; what is still to come is theirs already
    reviewed = Q(state__in=(*_REVIEWED, *DRAFT_REPORT_STATES)) | Q(changes_due_on__isnull=False)
    rows = Report.objects.filter(reviewed, reviewer_id=person_id)
    return rows.select_related("organisation", "cycle").order_by(*REPORT_LOCK_ORDER)


def reviews_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _reviews(person_id, tenant_id).visible_to(actor)
    return [
        WorkPiece(
            f"{row.organisation.name}, {row.cycle.title}", reverse("secretariat:report-story", args=[row.pk])
        )
        for row in rows
    ]


def hand_over_reviews(actor: Actor, handover: Handover) -> None:
    """The successor is their reviewer from now on."""
    # what a colleague takes over at this moment stays theirs
    for report in _reviews(handover.person_id, handover.tenant_id).select_for_update(of=("self",)):
        report.reviewer_id = handover.successor_id
        report.save(update_fields=["reviewer"])
        record_assignment(actor, report, AssignmentAct.HAND_OVER, handover.person_id)


def refuse_reviews(
    actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]
) -> dict[int, str]:
    """Whoever does not review, has a conflict of interest with one of the reports, or is its second reader."""
    del actor
    reports = list(_reviews(person_id, tenant_id))
    readings = SecondReading.objects.filter(report__in=reports, state__in=UNSETTLED_READING_STATES)
    readers = set(readings.values_list("reader", flat=True))
    refusals = {}
    for successor in successors:
        number = successor.person_id or 0
        if not all(can(successor, "report.take_over", report) for report in reports):
            is_reviewer = successor.is_host and successor.has(Role.REVIEWER)
            refusals[number] = _("has a conflict of interest") if is_reviewer else _("is not a reviewer")
        elif number in readers:
            refusals[number] = _("is the second reader of one of the reports")
    return refusals


def _invitations(person_id: int, tenant_id: int) -> Any:
    return Invitation.objects.filter(
        organisation_id=tenant_id, invited_by_id=person_id, state=InvitationState.OPEN
    )


def invitations_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _invitations(person_id, tenant_id).visible_to(actor)
    page = reverse("secretariat:member", args=[tenant_id]) if actor.is_host else reverse("workspace:people")
    return [WorkPiece(row.name, page) for row in rows]


def hand_over_invitations(actor: Actor, handover: Handover) -> None:
    """The successor is recorded as the inviter."""
    del actor
    _invitations(handover.person_id, handover.tenant_id).update(invited_by_id=handover.successor_id)


def refuse_invitations(
    actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]
) -> dict[int, str]:
    """Whoever may not invite anybody."""
    del actor
    organisation = Organisation.objects.get(pk=tenant_id)
    if not _invitations(person_id, tenant_id).exists():
        return {}
    return {
        successor.person_id or 0: _("may not invite people")
        for successor in successors
        if not can(successor, "membership.invite", organisation)
    }


# --- Sections of reports: to write, and given to others -------------------------------------------


def _delegations(person_id: int, tenant_id: int) -> Any:
    """The sections of reports that the person has still to write."""
    rows = Delegation.objects.filter(
        organisation_id=tenant_id, assignee_id=person_id, state=DelegationState.OPEN
    )
    return rows.select_related(*_OF_SECTION).order_by("pk")


def _given_delegations(person_id: int, tenant_id: int) -> Any:
    """The sections that the person has given to colleagues: they are told how those go on, and take them back."""
    rows = Delegation.objects.filter(
        organisation_id=tenant_id, given_by_id=person_id, state__in=LIVE_DELEGATION_STATES
    )
    return rows.exclude(assignee_id=person_id).select_related(*_OF_SECTION).order_by("pk")


def sections_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _delegations(person_id, tenant_id).visible_to(actor)
    return [WorkPiece(delegation_title(row), _page_of(row)) for row in rows if not has_ended(row)]


def given_sections_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    """Each with who has it, or has handed it back."""
    rows = _given_delegations(person_id, tenant_id).visible_to(actor)
    return [
        WorkPiece(f"{delegation_title(row)}: {row.assignee.name}", _page_of(row))
        for row in rows
        if not has_ended(row)
    ]


def _page_of(delegation: Delegation) -> str:
    return reverse("workspace:delegation", args=[delegation.pk])


def hand_over_sections(actor: Actor, handover: Handover) -> None:
    """The successor writes them from now on; what they have already ends."""
    with acting_as(SYSTEM):  # the secretariat, which may end a membership, sees none of them
        rows = _delegations(handover.person_id, handover.tenant_id).select_for_update(of=("self",))
        passed_on = [row for row in rows if not has_ended(row)]
        for delegation in passed_on:
            pass_on_delegation(delegation, handover.successor_id)
        _record_takeover(actor, "delegation.take_over", passed_on, handover)


def hand_over_given_sections(actor: Actor, handover: Handover) -> None:
    """The successor is who gave them: is notified when they are handed back, and gets them if nobody writes them."""
    with acting_as(SYSTEM):
        rows = _given_delegations(handover.person_id, handover.tenant_id).select_for_update(of=("self",))
        given = [row for row in rows if not has_ended(row)]
        for delegation in given:
            delegation.given_by_id = handover.successor_id
            delegation.save(update_fields=["given_by"])
        _record_takeover(actor, "delegation.take_over_given", given, handover)


def _record_takeover(actor: Actor, kind: str, delegations: Sequence[Delegation], handover: Handover) -> None:
    """One entry for all of them, beside the one of the membership, which says that work went over."""
    if delegations:
        people = {"person": handover.person_id, "successor": handover.successor_id}
        journal.record(actor, kind, delegations[0], delegations=[row.pk for row in delegations], **people)


def _refuse_who_writes_no_reports(
    rows_of: Callable[[int, int], Any],
) -> Callable[[Actor, int, int, Sequence[Actor]], dict[int, str]]:
    """Whoever does not write reports; nobody, where there is no such work."""

    def refusals(actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]) -> dict[int, str]:
        del actor
        with acting_as(SYSTEM):
            if not rows_of(person_id, tenant_id).exists():
                return {}
        return {
            successor.person_id or 0: _("may not write reports")
            for successor in successors
            if not successor.has(*DRAFTING_ROLES)
        }

    return refusals


# --- Files with answers, and questions of colleagues ----------------------------------------------


def _uploads(person_id: int, tenant_id: int) -> Any:
    """The files that the person has uploaded to reports and nobody has saved or thrown away."""
    rows = ReportUpload.objects.filter(
        organisation_id=tenant_id, person_id=person_id, state__in=OPEN_UPLOAD_STATES
    )
    return rows.only("pk", "name", "report__cycle__title").select_related("report__cycle").order_by("pk")


def uploads_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _uploads(person_id, tenant_id).visible_to(actor)
    return [
        WorkPiece(f"{row.name}, {row.report.cycle.title}", reverse("workspace:report-upload", args=[row.pk]))
        for row in rows
    ]


def hand_over_uploads(actor: Actor, handover: Handover) -> None:
    """The successor is notified when they are read, and before they are deleted unused."""
    with acting_as(SYSTEM):
        for upload in _uploads(handover.person_id, handover.tenant_id).select_for_update(of=("self",)):
            ReportUpload.objects.filter(pk=upload.pk).update(person_id=handover.successor_id)
            people = {"person": handover.person_id, "successor": handover.successor_id}
            journal.record(actor, "report_upload.take_over", upload, **people)


def questions_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = unanswered_comments(actor, person_id, tenant_id)
    by_measure = {(row.report_id, row.measure_id): row for row in rows}
    return [WorkPiece(*comment_place(row)) for row in by_measure.values()]


def hand_over_questions(actor: Actor, handover: Handover) -> None:
    """The successor is asked too, from now on; the message stays as it was written."""
    del actor
    with acting_as(SYSTEM) as system:
        waiting = [row.pk for row in unanswered_comments(system, handover.person_id, handover.tenant_id)]
        # nobody waits for their own answer
        rows = MeasureComment.objects.exclude(written_by=handover.successor_id).filter(pk__in=waiting)
        for comment in rows.select_for_update(of=("self",)):
            comment.mentions = sorted({*comment.mentions, handover.successor_id})
            comment.save(update_fields=["mentions"])


def refuse_questions(
    actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]
) -> dict[int, str]:
    """Whoever has no rights in the organisation, and cannot be mentioned."""
    del actor
    with acting_as(SYSTEM) as system:
        if not unanswered_comments(system, person_id, tenant_id):
            return {}
    return {
        successor.person_id or 0: _("has no rights here yet")
        for successor in successors
        if not successor.has(*MEMBER_ROLES)
    }


def register_handovers() -> None:
    """Called once, when the app is ready."""
    register_handover(
        "reviews",
        TransferableWork(gettext_lazy("Reviews"), reviews_to_hand_over, hand_over_reviews, refuse_reviews),
    )
    register_handover(
        "sections",
        TransferableWork(
            gettext_lazy("Sections of reports"),
            sections_to_hand_over,
            hand_over_sections,
            _refuse_who_writes_no_reports(_delegations),
        ),
    )
    register_handover(
        "given_sections",
        TransferableWork(
            gettext_lazy("Sections given to colleagues"),
            given_sections_to_hand_over,
            hand_over_given_sections,
            _refuse_who_writes_no_reports(_given_delegations),
        ),
    )
    register_handover(
        "uploads",
        TransferableWork(
            gettext_lazy("Files with answers that nobody has saved yet"),
            uploads_to_hand_over,
            hand_over_uploads,
            _refuse_who_writes_no_reports(_uploads),
        ),
    )
    register_handover(
        "questions",
        TransferableWork(
            gettext_lazy("Questions of colleagues that wait for an answer"),
            questions_to_hand_over,
            hand_over_questions,
            refuse_questions,
        ),
    )
    register_handover(
        "invitations",
        TransferableWork(
            gettext_lazy("Open invitations"),
            invitations_to_hand_over,
            hand_over_invitations,
            refuse_invitations,
        ),
    )
