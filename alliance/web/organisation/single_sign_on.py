"""Pages about single sign-on of an organisation, in both areas; its e-mail domains are in the secretariat's."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import SignInProtocol
from alliance.models import IdentityProvider
from alliance.queries.identity_providers import certificates_of, domains_of, providers_of
from alliance.services import identity_providers as services
from alliance.web.area import area_of, posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.single_sign_on import OidcForm, ProviderForm, SamlForm
from alliance.web.organisation.people import area_page, organisation_of
from alliance.web.sso.addresses import copied_addresses
from alliance.web.step_up import step_up
from alliance.workflows import EMAIL_DOMAIN, IDENTITY_PROVIDER
from portal.kernel.web import ActorRequest, get_visible_or_404, permissions, refusals_on

_FORMS: dict[SignInProtocol, type[ProviderForm]] = {
    SignInProtocol.OIDC: OidcForm,
    SignInProtocol.SAML: SamlForm,
}


@require_safe
def single_sign_on(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """The identity providers of an organisation, with their state and e-mail domains."""
    organisation = organisation_of(request, pk, "identity_provider.add")
    context = {
        "providers": providers_of(request.actor, organisation),
        "protocols": SignInProtocol.choices,
        **_addresses(request),
    }
    return area_page(request, "single_sign_on", organisation, **context)


def provider_add(request: ActorRequest, protocol: str, pk: int | None = None) -> HttpResponse:
    """Form to add an identity provider by one of the protocols."""
    if protocol not in SignInProtocol:
        raise Http404
    organisation = organisation_of(request, pk, "identity_provider.add")
    chosen = SignInProtocol(protocol)
    form = _FORMS[chosen](posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            provider = services.add_provider(request.actor, organisation, chosen, form.values())
        if form.is_valid():
            messages.success(request, _("Identity provider added"))
            return redirect(area_of(request.actor).url("provider", provider.pk))
    context = {"form": form, "protocol": chosen.label, "list_url": _list_url(request, organisation.pk)}
    return area_page(request, "provider_form", organisation, **context)


@require_safe
def provider(request: ActorRequest, pk: int) -> HttpResponse:
    """One identity provider: addresses to copy, certificates, e-mail domains, the last sign-in and the last fault."""
    row = get_provider(request, pk)
    steps = [
        each
        for each in IDENTITY_PROVIDER.available(request.actor, row)
        if each.step.action.startswith("turn")
    ]
    domains = domains_of(request.actor, row)
    context = {
        "provider": row,
        "addresses": copied_addresses(row),
        "certificates": certificates_of(row),
        "domains": [(each, EMAIL_DOMAIN.available(request.actor, each)) for each in domains],
        "steps": steps,
        "list_url": _list_url(request, row.organisation_id),
        **_addresses(request),
        **permissions(
            request.actor,
            row,
            may_change="identity_provider.change",
            may_test="identity_provider.test",
            may_add_domain="email_domain.add",
        ),
    }
    return area_page(request, "provider", row.organisation, **context)


def provider_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to change an identity provider; another issuer, client or address makes it a draft again."""
    row = get_provider(request, pk, "identity_provider.change")
    if (again := step_up(request, "identity_provider.change")) is not None:
        return again
    form_class = _FORMS[SignInProtocol(row.protocol)]
    form = form_class(
        posted_data(request),
        initial=form_class.initial_of(row),
        record_values=services.provider_values(row),
    )
    if form.is_valid():
        with form.refusals():
            services.change_provider(request.actor, row, form.values(), seen=form.cleaned_data["seen"])
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(area_of(request.actor).url("provider", pk))
    context = {
        "form": form,
        "provider": row,
        "list_url": _list_url(request, row.organisation_id),
        "provider_url": area_of(request.actor).url("provider", pk),
    }
    return area_page(request, "provider_form", row.organisation, **context)


def provider_turn_on(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a provider signs people in."""
    row = get_provider(request, pk, "identity_provider.turn_on")
    items = [
        _("everybody with an address in its domains, whom the provider confirms, can sign in"),
        _(
            "people who are not known here yet become members without any rights; the administrators are notified"
        ),
        _("it opens this organisation alone"),
    ]
    page = _confirmation(request, row, "turn_on", _("Turn the provider on"), _("The provider is on"), items)
    return confirm(request, page, lambda: services.turn_on(request.actor, row))


def provider_turn_off(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a provider signs nobody in any more."""
    row = get_provider(request, pk, "identity_provider.turn_off")
    items = [
        _("nobody can sign in through it; the sessions that came through it end at once"),
        _("people who have a password or a passkey here can use it; others need a link for a new password"),
    ]
    page = _confirmation(
        request, row, "turn_off", _("Turn the provider off"), _("The provider is off"), items
    )
    return confirm(request, page, lambda: services.turn_off(request.actor, row))


def get_provider(request: ActorRequest, pk: int, rule: str = "") -> IdentityProvider:
    """The provider that the address names. It is not there for people who do not administer the organisation."""
    row: IdentityProvider = get_visible_or_404(
        IdentityProvider.objects.select_related("organisation"), request.actor, rule=rule, pk=pk
    )
    return row


def _confirmation(
    request: ActorRequest, row: IdentityProvider, action: str, heading: str, message: str, items: list[str]
) -> Confirmation:
    url = area_of(request.actor).url("provider", row.pk)
    return Confirmation(
        rule=f"identity_provider.{action}",
        subject=row,
        heading=heading,
        title=_("What will happen"),
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=url,
        kind="primary" if action == "turn_on" else "danger",
        parent_title=row.name,
        refusal=IDENTITY_PROVIDER.refusal(request.actor, row, action),
    )


def _list_url(request: ActorRequest, organisation_id: int) -> str:
    area = area_of(request.actor)
    return (
        area.url("single-sign-on", organisation_id) if request.actor.is_host else area.url("single-sign-on")
    )


def _addresses(request: ActorRequest) -> dict[str, Any]:
    """The names of pages about providers, in the area of the actor."""
    namespace = area_of(request.actor).namespace
    names = ("provider", "provider-add", "provider-edit", "provider-turn-on", "provider-turn-off")
    return {f"{name.replace('-', '_')}_name": f"{namespace}:{name}" for name in names}
