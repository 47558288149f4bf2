"""Acceding to a charter: reading it, and signing it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import AccessionState, TextKind
from alliance.models import Accession, Charter, Organisation, SiteText
from alliance.queries.charters import charter_tree
from alliance.queries.pledges import accession_to, may_accede, own_organisation
from alliance.queries.texts import text_that_holds, words_of
from alliance.services import pledges
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.site import SigningForm
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404

_NAV = "workspace:pledge-list"


def _found(actor: Actor, key: str, version: int) -> Charter:
    found: Charter = get_visible_or_404(Charter.objects, actor, key=key, version=version)
    return found


@require_safe
def accession(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """The charter to read, and how far one's own accession to it is."""
    charter, actor = _found(request.actor, key, version), request.actor
    held = accession_to(actor, actor.tenant_id, charter)
    context = {
        "charter": charter,
        "chapters": charter_tree(actor, charter),
        "accession": held,
        "may_sign": may_accede(actor, charter, held),
        "words": words_of(text_agreed_to(held)),
        "nav": _NAV,
    }
    return render(request, "alliance/workspace/accession.html", context)


def text_agreed_to(held: Accession | None) -> SiteText:
    """What was agreed to with the signature; before there is one, what would be."""
    return held.text if held and held.text else text_that_holds(TextKind.ACCESSION)


def accession_sign(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """The statement, and the signature under it."""
    charter = _found(request.actor, key, version)
    organisation = own_organisation(request.actor)
    url = reverse("workspace:accession", args=[key, version])
    held = accession_to(request.actor, organisation.pk, charter)
    is_signed = held is not None and held.state in (AccessionState.SIGNED, AccessionState.PUBLISHED)
    text = text_that_holds(TextKind.ACCESSION)
    statement = _("%(name)s accedes to “%(charter)s”, version %(version)d, and undertakes to keep it.")
    items = [
        _("it carries your name and job title"),
        _("the secretariat publishes it: everyone sees who signed and when"),
        _("your organisation reports from the next cycle on"),
    ]
    page = Confirmation(
        rule="accession.draft",
        subject=organisation,
        heading=_("Sign the charter"),
        title=statement % {"name": organisation.name, "charter": charter.title, "version": version},
        items=items,
        label=_("Sign the charter"),
        cancel_url=url,
        done=_("Signed. The secretariat publishes the accession."),
        then=url,
        nav=_NAV,
        refusal=_("Your organisation has already acceded to this charter.") if is_signed else "",
        words=words_of(text),
    )
    return confirm(
        request,
        page,
        lambda seen: _sign(request.actor, organisation, charter, seen or 0),
        SigningForm,
        {"seen": text.revision or 1},
    )


def _sign(actor: Actor, organisation: Organisation, charter: Charter, seen: int) -> Accession:
    """Sign the accession that is begun, or begin one."""
    held = accession_to(actor, organisation.pk, charter)
    begun = held if held and held.state == AccessionState.DRAFT else None
    accession = begun or pledges.draft_accession(actor, organisation, charter)
    return pledges.sign_accession(actor, accession, seen=seen)
