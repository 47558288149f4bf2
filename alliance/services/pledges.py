"""Named writes on pledges: draft, edit, discard, sign, return, publish (countersign), revise, fulfil, withdraw."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.enums import OPEN_PLEDGE_STATES, AccessionState, PledgeState
from alliance.models import Organisation, Pledge
from alliance.queries.pledge_history import versions_of
from alliance.queries.published_states import (
    is_withdrawn,
)
from alliance.services.accessions import (
    draft_accession,
    end_accession,
    sign_accession,
    signature_fields,
)
from alliance.services.pledge_draft import (
    PledgeDraft,
    TargetDraft,
    acceded_charters,
    check_draft,
    commitment_of,
    draft_from,
    draft_of_content,
    write_draft,
)
from alliance.services.pledge_publications import record_pledge_publication
from alliance.workflows import PLEDGE
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import require_reason

__all__ = [
    "PledgeDraft",
    "TargetDraft",
    "discard_pledge",
    "draft_accession",
    "draft_pledge",
    "edit_pledge",
    "end_accession",
    "fulfil_pledge",
    "fulfilment_refusal",
    "publish_pledge",
    "republish_pledge",
    "restore_pledge",
    "return_pledge",
    "revise_pledge",
    "sign_accession",
    "sign_pledge",
    "withdraw_pledge",
]

_ENDED = (PledgeState.FULFILLED, PledgeState.WITHDRAWN)


@transaction.atomic
def draft_pledge(actor: Actor, organisation: Organisation, draft: PledgeDraft) -> Pledge:
    """Write the first draft of a pledge; nobody else sees it until it is signed.

    Raises Forbidden, or the DomainError of what cannot be pledged, or when there is a pledge to this
    commitment already.
    """
    require(actor, "pledge.draft", organisation)
    locked = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    if not locked.is_reporting:
        raise DomainError(_("Pledges are made by members and associates."))
    pledge = Pledge(organisation=locked)
    _refuse_second(pledge, draft)
    check_draft(locked, draft)
    write_draft(pledge, draft, actor.person_id)
    journal.record(actor, "pledge.draft", pledge)
    return pledge


def _refuse_second(pledge: Pledge, draft: PledgeDraft | Pledge) -> None:
    """One commitment, one pledge: a second one would be a revision of the first."""
    same = Pledge.objects.filter(
        organisation=pledge.organisation, commitment_key=draft.commitment_key, state__in=OPEN_PLEDGE_STATES
    )
    if draft.commitment_key and same.exclude(record=pledge.record).exists():
        message = _("Your organisation already has a pledge to this commitment: revise that one.")
        raise DomainError(message, field="commitment_key")


@transaction.atomic
def edit_pledge(actor: Actor, pledge: Pledge, draft: PledgeDraft, version: int) -> Pledge:
    """Change a draft; `version` is the one that the editor began from.

    Raises Forbidden, WrongState, Conflict when somebody else saved in between (both texts are kept in
    it), or the DomainError of what cannot be pledged. A revision stays with the commitment of its record.
    """
    locked = _locked(pledge)
    require(actor, "pledge.edit", locked)
    if locked.state != PledgeState.DRAFT:
        raise WrongState(_("Only a draft can be changed or deleted."))
    if locked.version != version:
        message = _("This was saved elsewhere while you were editing it.")
        raise Conflict(message, stored=locked, sent=draft)
    if locked.revision > 1 and draft.commitment_key != locked.commitment_key:
        raise DomainError(_("A revision cannot move to another commitment."), field="commitment_key")
    _refuse_second(locked, draft)
    draft = replace(draft, earlier_charter=locked.earlier_charter)
    check_draft(locked.organisation, draft)
    locked.version += 1
    write_draft(locked, draft, actor.person_id)
    journal.record(actor, "pledge.edit", locked, version=locked.version)
    return locked


def restore_pledge(actor: Actor, pledge: Pledge, number: int, version: int) -> Pledge:
    """Write an earlier version of a draft as the newest; `version` is the one that the actor has read.

    Services that are gone, or another's now, are left out. Raises as `edit_pledge`, and DomainError for a version that
    is no longer kept.
    """
    require(actor, "pledge.edit", pledge)
    row = versions_of(actor, pledge).filter(pk=number).first()
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    # the commitment stays, and with it the charter
    draft = replace(draft_of_content(pledge.organisation, row.content), commitment_key=pledge.commitment_key)
    return edit_pledge(actor, pledge, draft, version)


@transaction.atomic
def discard_pledge(actor: Actor, pledge: Pledge, version: int) -> None:
    """Discard a draft that was never signed: its text is gone, the published revision stays.

    `version` is the one that the actor has read. Raises Forbidden, WrongState, or DomainError when
    somebody saved in between, or when the secretariat has read a signed one and returned it.
    """
    locked = _locked(pledge)
    require(actor, "pledge.discard", locked)
    if locked.state != PledgeState.DRAFT:
        raise WrongState(_("Only a draft can be changed or deleted."))
    if locked.was_returned:
        raise DomainError(_("This pledge was signed and returned: change it and sign it again."))
    if locked.version != version:
        raise DomainError(_("This was saved elsewhere while you were editing it."))
    journal.record(actor, "pledge.discard", locked, revision=locked.revision)
    locked.delete()


def _locked(pledge: Pledge) -> Pledge:
    return Pledge.objects.select_for_update(of=("self",)).prefetch_related("organisation").get(pk=pledge.pk)


@transaction.atomic
def sign_pledge(actor: Actor, pledge: Pledge, version: int | None = None) -> Pledge:
    """Sign a draft, with the name and office of the membership; the secretariat countersigns it next.

    `version` is the one that the signatory has read; None for any. Raises Forbidden, WrongState, Conflict where
    somebody has saved meanwhile, or DomainError before the charter is signed or after the pledge ended.
    """
    locked = _locked(pledge)
    require(actor, "pledge.sign", locked)
    if version is not None and locked.version != version:
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=locked, sent=version)
    commitment = commitment_of(locked)
    if commitment and commitment.charter_id not in acceded_charters(locked.organisation):
        raise DomainError(_("Your organisation has not signed this charter yet: sign it first."))
    _refuse_ended(locked)
    _refuse_second(locked, locked)  # one to an earlier version may have come to the same commitment since
    return PLEDGE.apply(actor, locked, "sign", changes={**signature_fields(actor), "returned_reason": ""})


def _refuse_ended(pledge: Pledge) -> None:
    if Pledge.objects.filter(record=pledge.record, state__in=_ENDED).exists():
        raise DomainError(_("This pledge was fulfilled or withdrawn; make a new one."))


@transaction.atomic
def return_pledge(actor: Actor, pledge: Pledge, reason: str, *, version: int | None = None) -> Pledge:
    """Give a signed pledge back to its draft, with a reason for the member; `version` of the charter brought it back.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    changes = {"returned_reason": require_reason(reason), "signed_by": None, "signed_at": None}
    with acting_as(SYSTEM):  # the secretariat cannot see it any more: a draft is its organisation's
        return PLEDGE.apply(
            actor,
            pledge,
            "return",
            changes={**changes, "signatory_name": "", "signatory_office": ""},
            data={"version": version} if version else {},
        )


@transaction.atomic
def publish_pledge(actor: Actor, pledge: Pledge) -> Pledge:
    """Countersign a signed pledge and publish it; it takes the place of the revision that was public.

    Raises Forbidden, WrongState, or DomainError while the accession is not published.
    """
    locked = _locked(pledge)
    require(actor, "pledge.publish", locked)
    if locked.state != PledgeState.SIGNED:
        raise WrongState(_("Only a signed pledge can be countersigned."))
    commitment = commitment_of(locked)
    if commitment and commitment.charter_id not in acceded_charters(
        locked.organisation, AccessionState.PUBLISHED
    ):
        raise DomainError(_("The accession to this charter is not published yet: publish it first."))
    _refuse_ended(locked)
    _refuse_second(locked, locked)
    for earlier in Pledge.objects.filter(record=locked.record, state=PledgeState.PUBLISHED):
        PLEDGE.apply(actor, earlier, "replace", data={"by": locked.pk})
    changes = {"countersigned_by_id": actor.person_id, "countersigned_at": clock.now()}
    published = PLEDGE.apply(actor, locked, "publish", changes=changes)
    record_pledge_publication(actor, published, commitment_of(published))
    return published


def republish_pledge(actor: Actor, pledge: Pledge) -> Pledge:
    """Publish what has become of a published pledge: the keys of its charter, or its end.

    While its publication is withdrawn nothing: `publish_again` publishes it as it is by then.
    """
    if not is_withdrawn("pledge", str(pledge.record)):
        record_pledge_publication(actor, pledge, commitment_of(pledge))
    return pledge


@transaction.atomic
def revise_pledge(actor: Actor, pledge: Pledge) -> Pledge:
    """Begin the next revision of a published pledge as a draft with the same content; the published one stays.

    Raises Forbidden, WrongState, or DomainError when a revision is in work already.
    """
    locked = _locked(pledge)
    require(actor, "pledge.revise", locked)
    if locked.state != PledgeState.PUBLISHED:
        raise WrongState(_("Only a published pledge can be revised."))
    revisions = Pledge.objects.filter(record=locked.record)
    if revisions.filter(state__in=(PledgeState.DRAFT, PledgeState.SIGNED)).exists():
        raise DomainError(_("A revision of this pledge is already being prepared."))
    last = revisions.aggregate(last=Max("revision"))["last"]
    revision = Pledge(organisation=locked.organisation, record=locked.record, revision=last + 1)
    write_draft(revision, draft_from(locked), actor.person_id)
    journal.record(actor, "pledge.revise", revision, revises=locked.pk)
    return revision


@transaction.atomic
def fulfil_pledge(actor: Actor, pledge: Pledge) -> Pledge:
    """Record, publicly, that a pledge is fulfilled. Raises Forbidden, WrongState, also while it is not public."""
    fulfilled = PLEDGE.apply(actor, pledge, "fulfil")
    if why := fulfilment_refusal(fulfilled):
        raise WrongState(why)
    return republish_pledge(actor, fulfilled)


def fulfilment_refusal(pledge: Pledge) -> str:
    """Why nobody can record that it is fulfilled: its publication is withdrawn; empty where it is not. One query."""
    if not is_withdrawn("pledge", str(pledge.record)):
        return ""
    return _("The publication of this pledge is withdrawn: publish it again first, under Withdrawals.")


@transaction.atomic
def withdraw_pledge(actor: Actor, pledge: Pledge, reason: str) -> Pledge:
    """Withdraw a published pledge with a public reason; it stays readable with a notice.

    While its publication is withdrawn nobody reads that, unless it is published again. Raises Forbidden, WrongState, or
    DomainError without a reason.
    """
    changes = {"ended_reason": require_reason(reason)}
    return republish_pledge(actor, PLEDGE.apply(actor, pledge, "withdraw", changes=changes))
