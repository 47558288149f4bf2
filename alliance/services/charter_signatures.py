"""Named writes on how signatures carry over to a later version: it is announced, members object, signatures follow."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CharterState, SignatureRule
from alliance.models import Accession, Charter, Organisation, SignatureObjection
from alliance.queries.charter_problems import in_force_obstacle, refuse_other_check
from alliance.queries.charter_signatures import (
    carried_accessions,
    published_accessions,
    standing_objections,
    version_in_force,
    would_carry_over,
)
from alliance.queries.last_steps import with_last_entry
from alliance.queries.local_dates import today
from alliance.queries.supersession import Supersession
from alliance.services.accessions import signature_fields
from alliance.services.publications import record_signatures_publication
from alliance.workflows import ACCESSION
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import reader_language, require_reason


@transaction.atomic
def announce_charter(
    actor: Actor, charter: Charter, signatures: str, *, checked_at: datetime | None = None
) -> Charter:
    """Announce a checked draft to the members, who can read it from now on; until it is recalled it is fixed.

    `signatures` is a SignatureRule. Where signatures carry over, members can object for as many days as the version in
    force says. The dry run has to be started again; `checked_at` is the one that the actor has read. Raises Forbidden,
    WrongState when it is no draft, was announced or checked again, or its day is set, or DomainError without a version
    in force, where that does not provide for carrying over, and where the draft could not be put in force.
    """
    require(actor, "charter.announce", charter)
    locked = _locked_draft(charter)
    if locked.announced_at is not None:
        refusal = _("This draft was announced already.")
        raise WrongState(with_last_entry(actor, refusal, locked, "charter.announce"))
    _refuse_planned_day(locked)
    refuse_other_check(locked, checked_at)
    earlier = version_in_force(locked)
    if earlier is None:
        raise DomainError(_("No version is in force: there are no signatures that could carry over."))
    carries_over = signatures == SignatureRule.CARRY_OVER
    if carries_over and earlier.later_signatures != SignatureRule.CARRY_OVER:
        message = _("Version %(version)d does not provide for it: each member signs a later version anew.")
        raise DomainError(message % {"version": earlier.version}, field="signatures")
    if obstacle := in_force_obstacle(locked):
        raise DomainError(obstacle)
    locked.announced_at, locked.signatures = clock.now(), signatures
    locked.objections_until = today() + timedelta(days=earlier.notice_days or 0) if carries_over else None
    _save_announcement(locked)
    _record(actor, "charter.announce", locked)
    return locked


@transaction.atomic
def recall_announcement(actor: Actor, charter: Charter) -> Charter:
    """Recall the announcement: the draft can be changed again, the objections to it and its dry run are over.

    Raises Forbidden, or WrongState when it is no draft, was not announced, or its day is set.
    """
    require(actor, "charter.recall_announcement", charter)
    locked = _locked_draft(charter)
    if locked.announced_at is None:
        refusal = _("This draft was not announced.")
        raise WrongState(with_last_entry(actor, refusal, locked, "charter.recall_announcement"))
    _refuse_planned_day(locked)
    standing_objections(locked).update(withdrawn_at=clock.now())
    locked.announced_at, locked.signatures, locked.objections_until = None, "", None
    locked.checked_at, locked.check_result = None, {}  # it has counted signatures that carry over
    _save_announcement(locked)
    _record(actor, "charter.recall_announcement", locked)
    return locked


@transaction.atomic
def make_objection(
    actor: Actor, organisation: Organisation, charter: Charter, reason: str
) -> SignatureObjection:
    """Object, signed, to an announced version: the member stays on the version that it signed.

    Raises Forbidden, WrongState once the days of notice are over, or DomainError without a reason, without a signature
    that would carry over, and for a second objection.
    """
    require(actor, "objection.make", organisation)
    cleaned_reason = require_reason(reason)
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    locked = Charter.objects.get(pk=charter.pk)
    _refuse_closed(locked)
    if not would_carry_over(organisation.pk, locked):
        raise DomainError(_("Your organisation has no signature that would carry over to this version."))
    if standing_objections(locked).filter(organisation=organisation).exists():
        raise DomainError(_("Your organisation has objected already."))
    objection = SignatureObjection.objects.create(
        charter=locked,
        organisation=organisation,
        reason=cleaned_reason,
        language=reader_language(),
        **signature_fields(actor),
    )
    journal.record(actor, "objection.make", objection, charter=locked.pk)
    return objection


@transaction.atomic
def withdraw_objection(actor: Actor, objection: SignatureObjection) -> SignatureObjection:
    """Withdraw an objection while objections can be made: the signature carries over after all.

    Raises Forbidden, or WrongState when it was withdrawn or the days of notice are over.
    """
    require(actor, "objection.withdraw", objection)
    locked = SignatureObjection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if locked.withdrawn_at is not None:
        refusal = _("This objection was withdrawn already.")
        raise WrongState(with_last_entry(actor, refusal, locked, "objection.withdraw"))
    _refuse_closed(locked.charter)
    locked.withdrawn_at = clock.now()
    locked.save(update_fields=["withdrawn_at"])
    journal.record(actor, "objection.withdraw", locked, charter=locked.charter_id)
    return locked


def carry_over_signatures(actor: Actor, charter: Charter, supersession: Supersession) -> int:
    """Let the signatures under a version hold for the next, as announced, and publish all of them at once.

    Whoever objected stays on the version that they signed. Returns how many carry over. Called within putting the
    version in force.
    """
    if charter.signatures != SignatureRule.CARRY_OVER:
        return 0
    superseded = supersession.superseded
    carried = [
        _carry_over(actor, charter, row, supersession.moved_of(row.organisation_id))
        for row in carried_accessions(charter, superseded)
    ]
    published = published_accessions(superseded).values("organisation_id")
    objections = standing_objections(charter).filter(organisation__in=published)
    record_signatures_publication(
        actor, charter, superseded, carried, list(objections.select_related("organisation"))
    )
    return len(carried)


def _carry_over(actor: Actor, charter: Charter, accession: Accession, moved: Mapping[str, int]) -> Accession:
    """The accession to the next version; `moved` are its member's pledges that follow and return, for the letter."""
    row = Accession.objects.create(
        organisation=accession.organisation,
        charter=charter,
        carried_from=accession,
        signatory_name=accession.signatory_name,
        signatory_office=accession.signatory_office,
        signed_by_id=accession.signed_by_id,
        signed_at=accession.signed_at,
        text_id=accession.text_id,
        created_at=clock.now(),
    )
    return ACCESSION.apply(actor, row, "carry_over", data={"charter": charter.pk, **moved})


def _locked_draft(charter: Charter) -> Charter:
    locked = Charter.objects.select_for_update(of=("self",), no_key=True).get(pk=charter.pk)
    if locked.state != CharterState.DRAFT:
        raise WrongState(_("Only a draft can be announced."))
    return locked


def _refuse_planned_day(charter: Charter) -> None:
    if charter.planned_on is not None:
        raise WrongState(_("A day is set on which this draft comes into force: cancel that day first."))


def _refuse_closed(charter: Charter) -> None:
    is_draft = charter.state == CharterState.DRAFT
    if not is_draft or charter.objections_until is None or today() > charter.objections_until:
        raise WrongState(_("Objections to this version cannot be made or withdrawn now."))


def _save_announcement(charter: Charter) -> None:
    charter.save(
        update_fields=["announced_at", "signatures", "objections_until", "checked_at", "check_result"]
    )


def _record(actor: Actor, kind: str, charter: Charter) -> None:
    """The version stands in the entry too: whoever was notified of it may not see the draft any more."""
    journal.record(actor, kind, charter, key=charter.key, version=charter.version)
