"""Pages about tokens, on both desks: the list, a new one, which is shown once, and their end."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.models import ApiToken, Organisation
from alliance.queries import tokens as queries
from alliance.services import tokens
from alliance.web.confirm import Confirmation, confirm
from alliance.web.desk import desk_of, posted
from alliance.web.forms.tokens import TokenForm
from alliance.web.people import organisation_of
from portal.kernel.templatetags.portal_ui import figure
from portal.kernel.web import ActorRequest, get_visible_or_404, page_of, permissions, shown


def _context(request: ActorRequest, rule: str = "") -> dict[str, object]:
    desk = desk_of(request.actor)
    organisation = organisation_of(request, None, rule)
    return {
        "base": desk.base,
        "list_url": desk.url("token-list"),
        "create_url": desk.url("token-create"),
        "allow_url": desk.url("token-allow"),
        "revoke_url": f"{desk.namespace}:token-revoke",
        "organisation": organisation,
        **permissions(request.actor, organisation, may_allow="token.allow"),
    }


@require_safe
def token_list(request: ActorRequest) -> HttpResponse:
    context = _context(request)
    page = page_of(queries.token_list(request.actor), request)
    for token in page.object_list:
        token.standing = queries.standing_of(token)
        token.days_left = queries.days_left(token)
    return render(request, "alliance/desk/token_list.html", {**context, "page": page})


@never_cache
def token_create(request: ActorRequest) -> HttpResponse:
    """Make a token. Its secret stands on the answer to this post and nowhere else, so there is no redirect."""
    context = _context(request, "token.create")
    form = TokenForm(posted(request), to_host=request.actor.is_host)
    if form.is_valid():
        with shown(form):
            token, secret = tokens.create_token(request.actor, **form.cleaned_data)
        if form.is_valid():
            made = {**context, "token": token, "secret": secret}
            return render(request, "alliance/desk/token_made.html", made)
    status = 422 if form.is_bound else 200
    return render(request, "alliance/desk/token_create.html", {**context, "form": form}, status=status)


def token_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    token = get_visible_or_404(ApiToken.objects, request.actor, pk=pk, revoked_at=None)
    list_url = desk_of(request.actor).url("token-list")
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
        done=_("Token revoked"),
        then=list_url,
        kind="danger",
        place=_("API access"),
    )
    return confirm(request, page, lambda: tokens.revoke_token(request.actor, token))


def token_allow(request: ActorRequest) -> HttpResponse:
    """Turn access for programs off for the whole organisation, or on again."""
    organisation = organisation_of(request, None)
    list_url = desk_of(request.actor).url("token-list")
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
        done=_("API access is on") if allowed else _("API access is off"),
        then=list_url,
        kind="primary" if allowed else "danger",
        place=_("API access"),
    )
    return confirm(request, page, lambda: tokens.allow_tokens(request.actor, allowed))


def _consequences(organisation: Organisation, allowed: bool) -> list[str]:
    count = queries.tokens_in(organisation)
    if allowed:
        again = ngettext("%(count)s token works again", "%(count)s tokens work again", count)
        return [
            again % {"count": figure(count)},
            _("everybody in the organisation can make tokens of their own"),
        ]
    stopped = ngettext(
        "%(count)s token stops working at once", "%(count)s tokens stop working at once", count
    )
    return [stopped % {"count": figure(count)}, _("nobody in the organisation can make a new one")]
