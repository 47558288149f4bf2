"""A member objects to an announced charter version, and withdraws that."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import SignatureObjection
from alliance.queries.charter_signatures import can_object_now, own_objection, would_carry_over
from alliance.queries.pledges import own_organisation
from alliance.services.charter_signatures import make_objection, withdraw_objection
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.objects import get_charter
from portal.kernel.web import ActorRequest, get_visible_or_404

_NAV = "workspace:pledge-list"


def charter_object(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Confirmation page before an objection is signed: the organisation stays on the version that it signed."""
    charter = get_charter(request.actor, key, version)
    organisation = own_organisation(request.actor)
    url = reverse("workspace:accession", args=[key, version])
    refusal = ""
    if not can_object_now(charter):
        refusal = _("Objections to this version cannot be made or withdrawn now.")
    elif not would_carry_over(organisation.pk, charter):
        refusal = _("Your organisation has no signature that would carry over to this version.")
    elif own_objection(request.actor, charter):
        refusal = _("Your organisation has objected already.")
    page = Confirmation(
        rule="objection.make",
        subject=organisation,
        heading=_("Object to this version"),
        title=_("%(name)s objects to “%(charter)s”, version %(version)d:")
        % {"name": organisation.name, "charter": charter.title, "version": version},
        items=[
            _("your organisation’s signature does not carry over: you stay on the version that you signed"),
            _("the secretariat reads the reason, with your name and job title"),
            _(
                "once this version is in force, everybody reads that your organisation objected, and on which day; "
                "the reason stays with the secretariat"
            ),
            _("you can withdraw the objection while objections can be made, and sign this version later"),
        ],
        label=_("Object"),
        cancel_url=url,
        message=_("Objection signed"),
        next_url=url,
        nav=_NAV,
        parent_title=charter.title,
        refusal=refusal,
    )

    def act(*, reason: str) -> None:
        make_objection(request.actor, organisation, charter, reason)

    return confirm(request, page, act, ReasonForm)


def objection_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an objection is withdrawn: the signature carries over after all."""
    objection: SignatureObjection = get_visible_or_404(
        SignatureObjection.objects, request.actor, rule="objection.withdraw", pk=pk
    )
    charter = objection.charter
    url = reverse("workspace:accession", args=[charter.key, charter.version])
    is_open = objection.withdrawn_at is None and can_object_now(charter)
    page = Confirmation(
        rule="objection.withdraw",
        subject=objection,
        heading=_("Withdraw the objection"),
        title=_("“%(title)s”, version %(version)d:") % {"title": charter.title, "version": charter.version},
        items=[_("your organisation’s signature carries over to this version once it is in force")],
        label=_("Withdraw the objection"),
        cancel_url=url,
        message=_("Objection withdrawn"),
        next_url=url,
        nav=_NAV,
        parent_title=charter.title,
        refusal="" if is_open else _("Objections to this version cannot be made or withdrawn now."),
    )
    return confirm(request, page, lambda: withdraw_objection(request.actor, objection))
