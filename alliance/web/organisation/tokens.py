"""Pages about tokens, in both areas: the list, a new one, which is shown once, and their end."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.models import ApiToken, Organisation
from alliance.models.identity_providers import SSO_FACTOR_KEY
from alliance.queries import tokens as queries
from alliance.services import tokens
from alliance.validators.access_tokens import ACCESS_MINUTES
from alliance.web.area import area_of, form_key, posted_data, secret_form
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import NewSecretForm
from alliance.web.forms.tokens import TokenForm
from alliance.web.organisation.people import organisation_of
from alliance.web.step_up import step_up
from portal.kernel.stored_secrets import mark_of
from portal.kernel.text import format_figure
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, permissions, refusals_on


def _context(request: ActorRequest, rule: str = "") -> dict[str, object]:
    area = area_of(request.actor)
    organisation = organisation_of(request, None, rule)
    return {
        "base": area.base,
        "list_url": area.url("token-list"),
        "create_url": area.url("token-create"),
        "allow_url": area.url("token-allow"),
        "client_url": area.url("client-create"),
        "rotate_url": f"{area.namespace}:client-rotate",
        "revoke_url": f"{area.namespace}:token-revoke",
        "webhooks_url": area.url("webhook-list"),
        "organisation": organisation,
        **permissions(
            request.actor,
            organisation,
            may_allow="token.allow",
            may_notify="webhook.list",
            may_make_client="client.create",
        ),
    }


@require_safe
def token_list(request: ActorRequest) -> HttpResponse:
    """List of the API tokens that one may see."""
    context = _context(request)
    page = paginate(queries.token_list(request.actor), request)
    for token in page.object_list:
        token.validity = queries.token_state(token)
        token.days_left = queries.days_left(token)
        token.may_rotate = queries.may_rotate(request.actor, token)
    return render(request, "alliance/area/token_list.html", {**context, "page": page})


@never_cache
def token_create(request: ActorRequest) -> HttpResponse:
    """Form to create a token. Its secret is in the response to this post and nowhere else, so no redirect.

    The same form sent twice, as by a double click, shows the same token again.
    """
    context = _context(request, "token.create")
    if (again := step_up(request, "token.create")) is not None:
        return again
    form = TokenForm(posted_data(request), to_host=request.actor.is_host)
    if form.is_valid():
        with refusals_on(form):
            token, secret = tokens.create_token(
                request.actor,
                sso_factor=request.session.get(SSO_FACTOR_KEY) is True,
                form_key=form_key(request),
                **form.cleaned_data,
            )
        if form.is_valid():
            token_context = {**context, "token": token, "secret": secret}
            return render(request, "alliance/area/token_created.html", token_context)
    status = 422 if form.is_bound else 200
    return render(request, "alliance/area/token_create.html", {**context, "form": form}, status=status)


@never_cache
def client_create(request: ActorRequest) -> HttpResponse:
    """Form to make an OAuth client. Its secret is in the response to this post and nowhere else, so no redirect."""
    context = _context(request, "client.create")
    if (again := step_up(request, "client.create")) is not None:
        return again
    form = TokenForm(posted_data(request), to_host=request.actor.is_host)
    if form.is_valid():
        with refusals_on(form):
            client, secret = tokens.create_client(
                request.actor,
                sso_factor=request.session.get(SSO_FACTOR_KEY) is True,
                form_key=form_key(request),
                **form.cleaned_data,
            )
        if form.is_valid():
            return _client_page(request, context, client, secret)
    status = 422 if form.is_bound else 200
    return render(request, "alliance/area/client_create.html", {**context, "form": form}, status=status)


@never_cache
def client_rotate(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a client of one's own gets another secret, which is shown once, in the response to the post."""
    client = get_visible_or_404(
        ApiToken.objects.exclude(client_id=None), request.actor, rule="client.rotate", pk=pk, revoked_at=None
    )
    if (again := step_up(request, "client.rotate")) is not None:
        return again
    context = _context(request)
    form = NewSecretForm(posted_data(request), initial={"replaces": mark_of(client.sha256)})
    if form.is_valid():
        with refusals_on(form):
            client, secret = tokens.rotate_client(request.actor, client, secret_form(request))
        if form.is_valid():
            return _client_page(request, context, client, secret)
    status = 422 if form.is_bound else 200
    page = {**context, "form": form, "client": client}
    return render(request, "alliance/area/client_rotate.html", page, status=status)


def _client_page(
    request: ActorRequest, context: dict[str, object], client: ApiToken, secret: str
) -> HttpResponse:
    page = {**context, "token": client, "secret": secret, "minutes": ACCESS_MINUTES}
    return render(request, "alliance/area/client_created.html", page)


def token_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a token is revoked."""
    token = get_visible_or_404(ApiToken.objects, request.actor, pk=pk, revoked_at=None)
    list_url = area_of(request.actor).url("token-list")
    items = [
        _("the program that has it is refused at once; this cannot be undone"),
        _("what was done with it stays"),
    ]
    page = Confirmation(
        rule="token.revoke",
        subject=token,
        heading=_("Revoke the token “%(name)s”?") % {"name": token.name},
        title=_("What will happen"),
        items=items,
        label=_("Revoke"),
        cancel_url=list_url,
        message=_("Token revoked"),
        next_url=list_url,
        kind="danger",
        parent_title=_("API access"),
    )
    return confirm(request, page, lambda: tokens.revoke_token(request.actor, token))


def token_allow(request: ActorRequest) -> HttpResponse:
    """Confirmation page to turn API access for the whole organisation off, or on again."""
    organisation = organisation_of(request, None)
    list_url = area_of(request.actor).url("token-list")
    allowed = not organisation.tokens_allowed
    heading = _("Turn API access on") if allowed else _("Turn API access off")
    page = Confirmation(
        rule="token.allow",
        subject=organisation,
        heading=heading,
        title=_("What will happen"),
        items=_consequences(organisation, allowed),
        label=heading,
        cancel_url=list_url,
        message=_("API access is on") if allowed else _("API access is off"),
        next_url=list_url,
        kind="primary" if allowed else "danger",
        parent_title=_("API access"),
    )
    return confirm(request, page, lambda: tokens.allow_tokens(request.actor, allowed))


def _consequences(organisation: Organisation, allowed: bool) -> list[str]:
    count = queries.active_token_count(organisation)
    if allowed:
        again = ngettext("%(count)s token works again", "%(count)s tokens work again", count)
        return [
            again % {"count": format_figure(count)},
            _("everybody in the organisation can make tokens of their own"),
        ]
    stopped = ngettext(
        "%(count)s token stops working at once", "%(count)s tokens stop working at once", count
    )
    return [stopped % {"count": format_figure(count)}, _("no one in the organisation can make a new one")]
