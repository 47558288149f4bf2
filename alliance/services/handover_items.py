"""Work of the alliance that can be handed over: reviews, sections of reports, questions of colleagues, invitations."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import (
    DRAFT_REPORT_STATES,
    DRAFTING_ROLES,
    MEMBER_ROLES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    AssignmentAct,
    DelegationState,
    InvitationState,
    ReportState,
    Role,
)
from alliance.models import Delegation, Invitation, MeasureComment, Organisation, Report, SecondReading
from alliance.queries.delegations import has_ended, section_title
from alliance.queries.measure_comments import unanswered_comments
from alliance.services.assignments import record_assignment
from alliance.services.delegations import pass_on_delegation
from portal.kernel.access import SYSTEM, Actor, acting_as, can
from portal.kernel.registry import Handover, TransferableWork, register_handover

_REVIEWED = (*REVIEWABLE_REPORT_STATES, ReportState.CHANGES_REQUESTED)


def _reviews(person_id: int, tenant_id: int) -> Any:
    """The reports that the person reviews now; only the secretariat's people do."""
    if not Organisation.objects.filter(pk=tenant_id, kind="secretariat").exists():
        return Report.objects.none()
    # one that was returned stays its reviewer's while the member has it signed; what is still to come is theirs already
    reviewed = Q(state__in=(*_REVIEWED, *DRAFT_REPORT_STATES)) | Q(changes_due_on__isnull=False)
    rows = Report.objects.filter(reviewed, reviewer_id=person_id)
    return rows.select_related("organisation", "cycle")


def reviews_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[str]:
    rows = _reviews(person_id, tenant_id).visible_to(actor)
    return [f"{row.organisation.name}, {row.cycle.title}" for row in rows]


def hand_over_reviews(actor: Actor, handover: Handover) -> None:
    """The successor is their reviewer from now on."""
    for report in _reviews(handover.person_id, handover.tenant_id):
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


def invitations_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[str]:
    rows = _invitations(person_id, tenant_id).visible_to(actor)
    return [row.name for row in rows]


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


def _delegations(person_id: int, tenant_id: int) -> Any:
    """The sections of reports that the person has still to write."""
    rows = Delegation.objects.filter(
        organisation_id=tenant_id, assignee_id=person_id, state=DelegationState.OPEN
    )
    return rows.select_related("report__cycle", "commitment", "measure").order_by("pk")


def sections_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[str]:
    rows = _delegations(person_id, tenant_id).visible_to(actor)
    return [f"{section_title(row.section)}, {row.report.cycle.title}" for row in rows if not has_ended(row)]


def hand_over_sections(actor: Actor, handover: Handover) -> None:
    """The successor writes them from now on; what they have already ends."""
    del actor
    with acting_as(SYSTEM):  # the secretariat, which may end a membership, sees none of them
        for delegation in _delegations(handover.person_id, handover.tenant_id):
            pass_on_delegation(delegation, handover.successor_id)


def refuse_sections(
    actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]
) -> dict[int, str]:
    """Whoever does not write reports."""
    del actor
    with acting_as(SYSTEM):
        if not _delegations(person_id, tenant_id).exists():
            return {}
    return {
        successor.person_id or 0: _("may not write reports")
        for successor in successors
        if not successor.has(*DRAFTING_ROLES)
    }


def questions_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[str]:
    rows = unanswered_comments(actor, person_id, tenant_id)
    return list(dict.fromkeys(f"{section_title(row.measure)}, {row.report.cycle.title}" for row in rows))


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
            gettext_lazy("Sections of reports"), sections_to_hand_over, hand_over_sections, refuse_sections
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
