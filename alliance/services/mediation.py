"""Named writes on invited comments: a partner is invited, comments or declines, and both sides let it be public."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import InvitedCommentState, OrganisationKind, OrganisationState
from alliance.models import InvitedComment, Measure, Organisation, Report
from alliance.queries.local_dates import today
from alliance.queries.mediation import comment_refusal, invitation_refusal, publication_refusal
from alliance.validators.languages import text_language
from alliance.workflows import INVITED_COMMENT
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import clean_text, refuse_long, require_reason

MAX_COMMENT, MAX_QUESTION = 4000, 2000


@transaction.atomic
def invite_comment(
    actor: Actor,
    report: Report,
    measure: Measure,
    partner: Organisation,
    *,
    question: str,
    due_on: date,
    language: str = "",
) -> InvitedComment:
    """Invite a partner to comment on one measure of a published report; its people are notified.

    Raises Forbidden, WrongState while the report is not published or once it is withdrawn, or DomainError where the
    measure is of another charter, the organisation is no active partner, it is invited already, the date is over, or of
    the text.
    """
    rows = Report.objects.select_for_update(of=("self",)).prefetch_related("organisation", "cycle")
    locked = rows.get(pk=report.pk)
    require(actor, "invited_comment.invite", locked)
    if why := invitation_refusal(locked):
        raise WrongState(why)
    if measure.charter_id != locked.charter_id:
        raise DomainError(_("Not found"))
    if partner.kind != OrganisationKind.PARTNER or partner.state != OrganisationState.ACTIVE:
        raise DomainError(_("Choose a partner that takes part in the alliance."), field="partner")
    if due_on <= today():
        raise DomainError(_("Choose a day that is still to come."), field="due_on")
    invited = InvitedComment.objects.filter(report=locked, measure=measure, partner=partner)
    if invited.filter(state="open").exists():
        raise DomainError(_("This partner is invited already."), field="partner")
    comment = InvitedComment.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        cycle_id=locked.cycle_id,
        measure=measure,
        partner=partner,
        question=_required(question, "question", MAX_QUESTION),
        language=text_language(language),
        due_on=due_on,
        invited_by_id=person_of(actor),
        invited_at=clock.now(),
    )
    _record(actor, "invite", comment)
    return comment


@transaction.atomic
def give_comment(
    actor: Actor, comment: InvitedComment, text: str, language: str = "", *, agrees: bool
) -> InvitedComment:
    """Comment for the partner: the member and the reviewer read it, and everybody if the member agrees as well.

    Raises Forbidden, WrongState once it is answered, declined or withdrawn or while the report is withdrawn, or
    DomainError of the text.
    """
    if agrees:
        require(actor, "invited_comment.partner_agree", comment)
    return INVITED_COMMENT.apply(
        actor,
        comment,
        "give",
        changes={
            "text": _required(text, "text", MAX_COMMENT),
            "text_language": text_language(language),
            "given_by_id": person_of(actor),
            "given_at": clock.now(),
            "partner_agrees": agrees,
        },
        data=_subject(comment),
        check=_refuse_withdrawn_report,
    )


@transaction.atomic
def decline_comment(actor: Actor, comment: InvitedComment, reason: str) -> InvitedComment:
    """Decline for the partner; the secretariat reads the reason. Raises Forbidden, WrongState, or DomainError."""
    changes = {"reason": require_reason(reason)}
    return INVITED_COMMENT.apply(actor, comment, "decline", changes=changes, data=_subject(comment))


@transaction.atomic
def withdraw_invitation(actor: Actor, comment: InvitedComment, reason: str) -> InvitedComment:
    """Withdraw the invitation, and the comment where it is given; the partner reads the reason.

    Nobody but the partner and the secretariat reads such a comment any more: the member, which could read one that was
    given, is notified that it is gone. Raises Forbidden, WrongState, or DomainError.
    """
    before: InvitedComment = (
        InvitedComment.objects.select_for_update(of=("self",)).prefetch_related("measure").get(pk=comment.pk)
    )
    if before.is_public:
        require(actor, "invited_comment.withdraw_published", before)
    changes = {"reason": require_reason(reason)}
    data = {
        **_subject(comment),
        "measure": before.measure.key,
        "was_given": before.state == InvitedCommentState.ANSWERED,
        "member_agreed": before.member_agrees,
    }
    withdrawn = INVITED_COMMENT.apply(actor, before, "withdraw", changes=changes, data=data)
    if before.is_public:
        touch_public_revision()
    return withdrawn


@transaction.atomic
def change_partner_consent(actor: Actor, comment: InvitedComment, *, agrees: bool) -> InvitedComment:
    """Let the comment be public as far as its partner is concerned, or no longer.

    Where the member has agreed before, it is public by that, and both sides are notified. Raises Forbidden, or
    WrongState; also where it would agree while the report is withdrawn.
    """
    return _consent(actor, comment, "partner_agree", "partner_agrees", agrees=agrees)


@transaction.atomic
def change_member_consent(actor: Actor, comment: InvitedComment, *, agrees: bool) -> InvitedComment:
    """The same as far as the member is concerned; what was published without it is so no longer by that alone.

    Where the partner has agreed before, it is public by that, and both sides are notified.

    Raises Forbidden, WrongState.
    """
    return _consent(actor, comment, "member_agree", "member_agrees", agrees=agrees)


@transaction.atomic
def publish_comment(actor: Actor, comment: InvitedComment) -> InvitedComment:
    """Publish, for the secretariat, a comment to which nobody could agree for long: no signatory has access.

    Partner and member are notified. The public page says that the member has not agreed, and why; once a signatory has
    access again, the member ends the publication when it wants to.

    Raises Forbidden, or WrongState that says why it cannot be published so.
    """
    rows = InvitedComment.objects.select_for_update(of=("self",)).prefetch_related("organisation", "cycle")
    locked: InvitedComment = rows.get(pk=comment.pk)
    require(actor, INVITED_COMMENT.rule("publish"), locked)
    if why := publication_refusal(actor, locked):
        raise WrongState(why)
    locked.published_without_member_at = clock.now()
    locked.save(update_fields=["published_without_member_at"])
    _record(actor, "publish", locked)
    touch_public_revision()
    return locked


def _consent(actor: Actor, comment: InvitedComment, act: str, column: str, *, agrees: bool) -> InvitedComment:
    locked: InvitedComment = InvitedComment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    require(actor, INVITED_COMMENT.rule(act), locked)
    if locked.state not in INVITED_COMMENT.acts[act]:
        raise WrongState(_("There is no comment yet."))
    if agrees:
        _refuse_withdrawn_report(locked)
    was_public = locked.is_public
    setattr(locked, column, agrees)
    if act == "member_agree" or not agrees:  # a publication that has ended does not begin again by itself
        locked.published_without_member_at = None
    locked.save(update_fields=[column, "published_without_member_at"])
    _record(actor, act, locked, agrees=agrees)
    if locked.is_public and not was_public:
        _record(actor, "become_public", locked)
    if locked.is_public != was_public:
        touch_public_revision()
    return locked


def _refuse_withdrawn_report(comment: InvitedComment) -> dict[str, object]:
    """Raise WrongState while its report is withdrawn; the journal has nothing of it."""
    if why := comment_refusal(comment):
        raise WrongState(why)
    return {}


def _record(actor: Actor, act: str, comment: InvitedComment, **data: object) -> None:
    journal.record(actor, INVITED_COMMENT.rule(act), comment, **_subject(comment), **data)


def _subject(comment: InvitedComment) -> dict[str, object]:
    return {
        "report": comment.report_id,
        "organisation": comment.organisation_id,
        "partner": comment.partner_id,
    }


def _required(text: str, field: str, most: int) -> str:
    cleaned = clean_text(text, field=field).strip()
    if not cleaned:
        raise DomainError(_("Write something."), field=field)
    return refuse_long(cleaned, most, field=field)
