"""Named writes on accessions: an organisation signs a charter, the secretariat publishes it."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import AccessionState, CharterState, TextKind
from alliance.models import Accession, Charter, Organisation
from alliance.queries.charter_signatures import end_refusal
from alliance.queries.signatures import signature_of
from alliance.services import publications
from alliance.services.texts import ensure_current_text, text_to_agree_to
from alliance.workflows import ACCESSION
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_text


@transaction.atomic
def draft_accession(actor: Actor, organisation: Organisation, charter: Charter) -> Accession:
    """Begin the accession to a charter in force.

    Raises Forbidden, or DomainError when the charter is not in force or there is an accession already.
    """
    require(actor, "accession.draft", organisation)
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    if charter.state != CharterState.IN_FORCE:
        raise DomainError(_("Only a charter that is in force can be signed."))
    accessions = Accession.objects.filter(organisation=organisation, charter=charter)
    if accessions.exclude(state=AccessionState.ENDED).exists():
        raise DomainError(_("Your organisation has already acceded to this charter."))
    accession = Accession.objects.create(organisation=organisation, charter=charter, created_at=clock.now())
    journal.record(actor, "accession.draft", accession, charter=charter.pk)
    return accession


@transaction.atomic
def sign_accession(actor: Actor, accession: Accession, *, text_revision: int = 0) -> Accession:
    """Sign, with the name and office of the membership; the text that the signatory agrees to is stored with it.

    `text_revision` is the revision of that text that they have read. Raises Forbidden, WrongState, or DomainError
    when another revision holds by now.
    """
    require(actor, "accession.sign", accession)
    text = (
        text_to_agree_to(TextKind.ACCESSION, text_revision)
        if text_revision
        else ensure_current_text(TextKind.ACCESSION)
    )
    changes = {**signature_fields(actor), "text_id": text.pk}
    return ACCESSION.apply(actor, accession, "sign", changes=changes, data={"text_revision": text.revision})


def signature_fields(actor: Actor) -> dict[str, object]:
    """The fields in which a signed row keeps who signed it and when.

    Raises DomainError when nobody signs (SYSTEM) or the membership names no office.
    """
    signature = signature_of(actor)
    if signature is None or not signature.office:
        raise DomainError(
            _("Your membership has no job title: an administrator must add it before you can sign.")
        )
    return {
        "signatory_name": signature.name,
        "signatory_office": signature.office,
        "signed_by_id": signature.person_id,
        "signed_at": clock.now(),
    }


@transaction.atomic
def end_accession(actor: Actor, accession: Accession, reason: str) -> Accession:
    """End an accession in force, with a public reason.

    Raises Forbidden, WrongState, also for one to a version after which its member has signed another, or DomainError
    without a reason.
    """
    require(actor, ACCESSION.rule("end"), accession)
    if why := end_refusal(accession):
        raise WrongState(why)
    cleaned_reason = clean_text(reason, field="reason").strip()
    if not cleaned_reason:
        raise DomainError(_("Give a reason: it is published."), field="reason")
    ended = ACCESSION.apply(actor, accession, "end", changes={"ended_reason": cleaned_reason})
    publications.record_accession_publication(actor, ended)
    return ended
