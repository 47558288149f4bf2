"""Acceding to a charter: reading it, and signing it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import AccessionState, CharterState, TextKind
from alliance.models import Accession, Charter, Organisation, SiteText
from alliance.queries.charter_signatures import (
    can_object_now,
    may_object,
    own_objection,
    stands_by_earlier_version,
    would_carry_over,
)
from alliance.queries.charter_versions import texts_compared
from alliance.queries.charters import charter_tree
from alliance.queries.pledges import accession_to, may_accede, own_organisation
from alliance.queries.texts import current_text, text_for_reader
from alliance.services import pledges
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.site import SigningForm
from alliance.web.moved_pledges import moved_pledges
from alliance.web.objects import get_charter
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest

_NAV = "workspace:pledge-list"


@require_safe
def accession(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """One charter, with the state of one's own accession to it."""
    charter, actor = get_charter(request.actor, key, version), request.actor
    accession = accession_to(actor, actor.tenant_id, charter)
    context = {
        "charter": charter,
        "chapters": charter_tree(actor, charter),
        "accession": accession,
        "objection": own_objection(actor, charter),
        "may_object": may_object(actor, charter),
        "can_object_now": can_object_now(charter),
        "would_carry_over": would_carry_over(actor.tenant_id, charter),
        # what it would agree to anew; once it has signed, the public page says so
        "comparison": None if _has_signed(accession) else texts_compared(actor, charter),
        "may_sign": may_accede(actor, charter, accession),
        "body": text_for_reader(agreed_text(accession)),
        "nav": _NAV,
    }
    return render(request, "alliance/workspace/accession.html", context)


def _has_signed(accession: Accession | None) -> bool:
    return accession is not None and accession.state in (AccessionState.SIGNED, AccessionState.PUBLISHED)


def agreed_text(accession: Accession | None) -> SiteText:
    """What was agreed to with the signature; before there is one, what would be."""
    return accession.text if accession and accession.text else current_text(TextKind.ACCESSION)


def accession_sign(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before a charter is signed: the statement and its consequences."""
    charter = get_charter(request.actor, key, version)
    organisation = own_organisation(request.actor)
    url = reverse("workspace:accession", args=[key, version])
    accession = accession_to(request.actor, organisation.pk, charter)
    refusal = ""
    if charter.state != CharterState.IN_FORCE:
        refusal = _("Only a charter that is in force can be signed.")
    elif _has_signed(accession):
        refusal = _("Your organisation has already acceded to this charter.")
    text = current_text(TextKind.ACCESSION)
    statement = _("%(name)s accedes to “%(charter)s”, version %(version)d, and undertakes to comply with it.")
    items = [
        _("your name and job title are shown on it"),
        _("the secretariat publishes it: everyone sees who signed and when"),
        _reports(organisation, charter),
        *moved_pledges(organisation.pk, charter),
    ]
    page = Confirmation(
        rule="accession.draft",
        final_rule="accession.sign",
        subject=organisation,
        heading=_("Sign the charter"),
        title=statement % {"name": organisation.name, "charter": charter.title, "version": version},
        items=items,
        label=_("Sign the charter"),
        cancel_url=url,
        message=_("Signed. The secretariat publishes the accession."),
        next_url=url,
        nav=_NAV,
        refusal=refusal,
        agreement_text=text_for_reader(text),
    )
    return confirm(
        request,
        page,
        lambda text_revision: _sign(request.actor, organisation, charter, text_revision or 0),
        SigningForm,
        {"text_revision": text.revision or 1},
    )


def _reports(organisation: Organisation, charter: Charter) -> str:
    """From when on it reports, or its reports answer to this version."""
    if stands_by_earlier_version(organisation.pk, charter):
        return _(
            "in cycles on it that are opened after the publication your reports answer to this version; in those that "
            "are open, to the one that you signed before"
        )
    return _(
        "your organisation reports from the next cycle on; the secretariat may include it in one that is open"
    )


def _sign(actor: Actor, organisation: Organisation, charter: Charter, text_revision: int) -> Accession:
    """Sign the accession that is begun, or begin one."""
    current_accession = accession_to(actor, organisation.pk, charter)
    begun = (
        current_accession if current_accession and current_accession.state == AccessionState.DRAFT else None
    )
    accession = begun or pledges.draft_accession(actor, organisation, charter)
    return pledges.sign_accession(actor, accession, text_revision=text_revision)
