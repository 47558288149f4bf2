"""Reads of invited comments, for each of those who see them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from alliance import access
from alliance.access import own_rows, with_portal_access
from alliance.enums import InvitedCommentState, OrganisationKind, OrganisationState, ReportState, Role
from alliance.models import InvitedComment, Membership, Organisation, Report, WithdrawnPublication
from alliance.queries.absences import answering_members, signing_absences
from alliance.queries.last_steps import done_refusal
from alliance.queries.list_order import by_column, place_among
from alliance.queries.local_dates import day_of, today
from alliance.queries.organisations import known_by
from alliance.queries.published_states import (
    is_withdrawn,
    record_name,
)
from alliance.workflows import INVITED_COMMENT
from portal.kernel.access import ANYONE, Actor, can
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.journal import Event, last_entry_about
from portal.kernel.text import format_date
from portal.kernel.workflow import Available

BEFORE_COMMENT = (7, 1)  # days before the day of an invitation on which its partner is reminded


def _sort_columns() -> dict[str, Any]:
    return {
        "member": ByAlphabet("organisation__name"),
        "partner": ByAlphabet("partner__name"),
        "due": F("due_on"),
        "state": place_among("state", InvitedCommentState),
    }


def invited_comments(actor: Actor, words: str = "", sort: str = "") -> QuerySet[InvitedComment]:
    """What the actor may see, what waits longest first. Each with member, partner, measure and cycle.

    With the words in what was asked, the comment, or a name of member or partner. Or by the column that `sort` names,
    with a minus backwards.
    """
    rows = InvitedComment.objects.visible_to(actor)
    if words:
        named, texts = known_by(words), Q(question__icontains=words) | Q(text__icontains=words)
        rows = rows.filter(texts | Q(organisation__in=named) | Q(partner__in=named))
    related = rows.select_related("organisation", "partner", "measure__commitment", "cycle")
    settled = Case(When(state=InvitedCommentState.OPEN, then=0), default=1)
    chosen = by_column(_sort_columns(), sort) if sort else settled
    return related.order_by(chosen, "due_on", "pk")


def is_late(comment: InvitedComment) -> bool:
    """Whether it waits for its answer although the day is over; it can still be given."""
    return comment.state == InvitedCommentState.OPEN and comment.due_on < today()


def orderable_comments(rows: QuerySet[InvitedComment]) -> QuerySet[InvitedComment]:
    """Each with `by_…` for each column of the list."""
    return rows.annotate(**{f"by_{name}": column for name, column in _sort_columns().items()})


def own_invited_comments(actor: Actor) -> QuerySet[InvitedComment]:
    """Those that the actor's organisation is invited to give, or that concern its own reports."""
    rows = invited_comments(actor)
    return rows.filter(own_rows(actor) | own_rows(actor, "partner_id"))


def comments_asked_of(actor: Actor) -> QuerySet[InvitedComment]:
    """What the actor's organisation is invited to comment on and has not answered, by date; of no withdrawn report."""
    rows = invited_comments(actor).filter(own_rows(actor, "partner_id"), state=InvitedCommentState.OPEN)
    return rows.exclude(of_withdrawn_report())


def due_comment_reminders() -> list[tuple[InvitedComment, int]]:
    """The invitations of which the partner is to be reminded by now, each with the step that was reached. One query.

    Not on the day of the invitation itself, whose letter says the same, and of none on a withdrawn report.
    """
    now = today()
    rows = InvitedComment.objects.exclude(of_withdrawn_report()).filter(
        state=InvitedCommentState.OPEN,
        due_on__range=(now, now + timedelta(days=max(BEFORE_COMMENT))),
        partner__state=OrganisationState.ACTIVE,
    )
    return [
        (row, min(step for step in BEFORE_COMMENT if (row.due_on - now).days <= step))
        for row in rows
        if day_of(row.invited_at) < now
    ]


def of_withdrawn_report() -> Exists:
    """Whether the report that an invitation is about is withdrawn."""
    slugs = OuterRef("organisation__slug"), Value("/"), OuterRef("cycle__slug")
    record = Concat(*slugs, output_field=CharField())
    return Exists(WithdrawnPublication.objects.current().filter(type="report", record=record))


def comment_refusal(comment: InvitedComment) -> str:
    """Why nothing can be said on its report now for everybody to read; empty where it can. One query.

    Its partner does not see the report itself.
    """
    if is_withdrawn("report", f"{comment.organisation.slug}/{comment.cycle.slug}"):
        return _(
            "The report is withdrawn: a comment on it can be given and made public once it is published again."
        )
    return ""


def comment_steps(actor: Actor, comment: InvitedComment) -> list[Available]:
    """The steps that the actor may take, each with what blocks it. Up to one query."""
    steps = INVITED_COMMENT.available(actor, comment)
    if comment.is_public and not can(actor, "invited_comment.withdraw_published", comment):
        steps = [row for row in steps if row.step.action != "withdraw"]
    return [
        replace(row, blocked=comment_refusal(comment)) if row.step.action == "give" else row for row in steps
    ]


def comment_acts(actor: Actor, comment: InvitedComment) -> list[str]:
    """Which consents the actor can give or take back now, and whether it can publish, by name. Up to five queries."""
    acts = [act for act in INVITED_COMMENT.acts if INVITED_COMMENT.is_available(actor, comment, act)]
    if "publish" in acts and (comment.is_public or publication_refusal(actor, comment)):
        acts.remove("publish")
    if all(can_be_ended(comment, act) for act in acts) or not comment_refusal(comment):
        return acts
    return [act for act in acts if can_be_ended(comment, act)]


DAYS_WITHOUT_MEMBER = 30  # nobody of it could agree for so long, before the secretariat publishes a comment


def waits_for_nobody(comment: InvitedComment) -> bool:
    """Whether it is given and not public, and its member has no signatory with access. At most one query."""
    is_waiting = comment.state == InvitedCommentState.ANSWERED and not comment.is_public
    return is_waiting and comment.organisation_id not in answering_members([comment.organisation_id])


def can_be_published_from(comment: InvitedComment) -> date | None:
    """From which day the secretariat may publish it without its member; None where that can agree, or once it is so.

    At most two queries.
    """
    if not waits_for_nobody(comment) or comment.given_at is None:
        return None
    absence = signing_absences([comment.organisation_id]).get(comment.organisation_id)
    if absence is None or absence.since is None:
        return None
    return max(absence.since, day_of(comment.given_at)) + timedelta(days=DAYS_WITHOUT_MEMBER)


def publication_refusal(actor: Actor, comment: InvitedComment) -> str:
    """Why the secretariat cannot publish it now without the agreement of its member; empty where it can.

    Up to four queries.
    """
    if comment.state == InvitedCommentState.WITHDRAWN:
        return _("The comment is withdrawn.") if comment.text else _("The invitation is withdrawn.")
    if comment.state != InvitedCommentState.ANSWERED:
        return _("There is no comment yet.")
    if comment.is_public:
        kinds = ("invited_comment.publish", "invited_comment.become_public")
        return done_refusal(actor, last_entry_about(comment, *kinds))
    if not waits_for_nobody(comment):
        return _("The member has a signatory with access, who agrees to the publication or does not.")
    if not comment.partner_agrees:
        return _("The partner has not agreed to the publication.")
    if words := refusal_of_member(comment):
        return words
    day = can_be_published_from(comment)
    if day is None or today() < day:
        words = _(
            "It can be published without the member from %(day)s, after %(days)d days on which nobody could agree."
        )
        return words % {"day": format_date(day) if day else "", "days": DAYS_WITHOUT_MEMBER}
    return comment_refusal(comment)


def refusal_of_member(comment: InvitedComment) -> str:
    """That its member does not agree to it, as the secretariat reads in the journal; empty unless that was said.

    One query.
    """
    entries = Event.objects.filter(
        target_type=comment._meta.label_lower,
        target_id=comment.pk,
        kind=INVITED_COMMENT.rule("member_agree"),
    )
    consents = [data["agrees"] for data in entries.order_by("-pk").values_list("data", flat=True)[:2]]
    if consents[:1] != [False]:
        return ""
    if consents[1:] == [True]:
        return _("The member had agreed and has taken that back: its word stands.")
    return _("The member has said that it does not agree: its word stands.")


def possible_on_comment(actor: Actor, comment: InvitedComment) -> set[str]:
    """The names of the steps that nothing blocks, and of the consents: for the buttons of a page."""
    steps = comment_steps(actor, comment)
    return {row.step.action for row in steps if not row.blocked} | set(comment_acts(actor, comment))


def has_agreed(comment: InvitedComment, act: str) -> bool:
    """Whether the side whose consent the act is has given it until now."""
    return comment.partner_agrees if act == "partner_agree" else comment.member_agrees


def can_be_ended(comment: InvitedComment, act: str) -> bool:
    """Whether the side whose consent the act is can end what it has agreed to, or what is public without it."""
    return has_agreed(comment, act) or (act == "member_agree" and comment.is_public_without_member)


def invitation_refusal(report: Report) -> str:
    """Why no partner can be invited to comment on the report now; empty where one can. Up to one query."""
    if report.state != ReportState.PUBLISHED:
        return _("A partner can comment only on what is published.")
    if is_withdrawn("report", record_name(report)):
        return _("The report is withdrawn: a partner can comment only on what is published.")
    return ""


def invitable_partners(actor: Actor) -> QuerySet[Organisation]:
    """The partners that may be invited, by name."""
    rows = Organisation.objects.visible_to(actor).filter(
        kind=OrganisationKind.PARTNER, state=OrganisationState.ACTIVE
    )
    return rows.order_by(ByAlphabet("name"))


def partners_without_editors(partners: Iterable[int]) -> set[int]:
    """Those of these partners at which nobody can comment: no editor with access has an open account. One query."""
    numbers = set(partners)
    rows = Membership.objects.current().filter(
        with_portal_access(), organisation__in=numbers, roles__overlap=[Role.EDITOR], person__is_active=True
    )
    return numbers - set(rows.order_by().values_list("organisation_id", flat=True))


def silence_of_partner(comment: InvitedComment) -> str:
    """That nobody of its partner can answer an invitation that is open; empty where somebody can. One query."""
    is_open = comment.state == InvitedCommentState.OPEN
    if not is_open or not partners_without_editors([comment.partner_id]):
        return ""
    words = _(
        "Nobody can comment for %(partner)s now: it has no editor with an open account and access to the portal."
    )
    return words % {"partner": comment.partner.name}


def published_comments() -> QuerySet[InvitedComment]:
    """The comments that everybody reads, each with member, cycle, measure and partner."""
    rows = InvitedComment.objects.visible_to(ANYONE).filter(access.published_comments())
    return rows.select_related("organisation", "cycle", "measure", "partner")


def comments_without_member(actor: Actor, organisation_id: int) -> list[InvitedComment]:
    """Those on the member's reports that everybody reads although it has not agreed, the earliest first. One query."""
    rows = invited_comments(actor).filter(
        access.published_comments(), organisation=organisation_id, member_agrees=False
    )
    return list(rows.order_by("published_without_member_at", "pk"))


def public_comments(organisation_id: int, cycle_id: int) -> dict[str, list[InvitedComment]]:
    """The comments on a report that everybody reads, by measure. One query."""
    rows = published_comments().filter(organisation_id=organisation_id, cycle_id=cycle_id)
    comments: dict[str, list[InvitedComment]] = {}
    for row in rows.order_by("given_at", "pk"):
        comments.setdefault(row.measure.key, []).append(row)
    return comments
