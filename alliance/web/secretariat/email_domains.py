"""E-mail domains of identity providers: whose they are, and whether their people must sign in there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import EmailDomain
from alliance.services import email_domains as services
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.forms.single_sign_on import DomainForm
from alliance.web.organisation.people import area_page
from alliance.web.organisation.single_sign_on import get_provider
from alliance.web.step_up import step_up
from alliance.workflows import EMAIL_DOMAIN
from portal.kernel.web import ActorRequest, get_visible_or_404, refusals_on


def domain_add(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to let a provider speak for the addresses of an e-mail domain."""
    row = get_provider(request, pk, "email_domain.add")
    if (again := step_up(request, "email_domain.add")) is not None:
        return again
    provider_url = reverse("secretariat:provider", args=[pk])
    form = DomainForm(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            services.add_domain(request.actor, row, form.cleaned_data["domain"])
        if form.is_valid():
            messages.success(request, _("E-mail domain added"))
            return redirect(provider_url)
    context = {"form": form, "provider": row, "provider_url": provider_url}
    return area_page(request, "domain_add", row.organisation, **context)


def domain_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a domain is taken from its provider."""
    row = _get_domain(request, pk, "email_domain.remove")
    items = [_("people with an address of this domain can no longer sign in through the provider")]
    page = _confirmation(
        request, row, "remove", _("Remove the domain %(domain)s"), _("E-mail domain removed"), items
    )
    return confirm(request, page, lambda: services.remove_domain(request.actor, row))


def domain_enforce(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before people of a domain must sign in through its provider."""
    row = _get_domain(request, pk, "email_domain.enforce")
    items = [
        _("passwords and passkeys of people with an address of this domain no longer sign them in"),
        _("they act for this organisation alone: for another one they need another address"),
        _("sessions that are open stay open"),
    ]
    page = _confirmation(
        request,
        row,
        "enforce",
        _("Require single sign-on for %(domain)s"),
        _("Single sign-on is required"),
        items,
    )
    return confirm(request, page, lambda: services.enforce_domain(request.actor, row))


def domain_suspend(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to let people of a domain sign in by themselves while the provider is away, with the reason."""
    row = _get_domain(request, pk, "email_domain.suspend")
    items = [
        _(
            "people with an address of this domain can use their password or passkey until you require it again"
        )
    ]
    page = _confirmation(
        request, row, "suspend", _("Suspend single sign-on for %(domain)s"), _("No longer required"), items
    )
    return confirm(
        request, page, lambda reason: services.suspend_domain(request.actor, row, reason), ReasonForm
    )


def domain_relax(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before people of a domain may choose how they sign in."""
    row = _get_domain(request, pk, "email_domain.relax")
    items = [_("people with an address of this domain choose how they sign in")]
    page = _confirmation(
        request,
        row,
        "relax",
        _("Make single sign-on optional for %(domain)s"),
        _("No longer required"),
        items,
    )
    return confirm(request, page, lambda: services.relax_domain(request.actor, row))


def _get_domain(request: ActorRequest, pk: int, rule: str) -> EmailDomain:
    row: EmailDomain = get_visible_or_404(
        EmailDomain.objects.select_related("provider"), request.actor, rule=rule, pk=pk
    )
    return row


def _confirmation(
    request: ActorRequest, row: EmailDomain, action: str, heading: str, message: str, items: list[str]
) -> Confirmation:
    url = reverse("secretariat:provider", args=[row.provider_id])
    title = heading % {"domain": row.name}
    return Confirmation(
        rule=f"email_domain.{action}",
        subject=row,
        heading=title,
        title=_("What will happen"),
        items=items,
        label=title,
        cancel_url=url,
        message=message,
        next_url=url,
        kind="danger" if action == "remove" else "primary",
        nav="secretariat:member-list",
        parent_title=row.provider.name,
        refusal="" if action == "remove" else EMAIL_DOMAIN.refusal(request.actor, row, action),
    )
