"""Before an act of weight, and before changes of the account, the portal asks again who it is.

Whoever has said it within ten minutes is not asked. It is asked when the page is opened, before anything is typed;
where that has stood open for longer, a script asks in a dialog above the form, which stays as it is. Without scripts
the post is held: it is shown with everything that was typed and a field for the password, and the same is sent again.
"""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.web.sso.addresses import confirmation_address
from portal.kernel.access import needs_step_up
from portal.kernel.limits import TooMany
from portal.kernel.web import CONFIRM_PASSWORD, post_on_hold

CONFIRMED_AT = "confirmed_at"  # in the session: seconds since the epoch


def record_confirmation(request: HttpRequest) -> None:
    """At every sign-in and reauthentication: who it is was said just now, by whatever way."""
    request.session[CONFIRMED_AT] = time.time()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether it was said within the last ten minutes; a clock that is set back makes nothing recent."""
    age = time.time() - request.session.get(CONFIRMED_AT, 0)
    return bool(abs(age) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def read_confirmation(request: Any) -> None:
    """Check the password that came with a post on hold; what is wrong with it stands on the page that holds it.

    Before the view and its transaction: a refusal of the act does not undo the new key of the session.
    """
    password = request.POST.get(CONFIRM_PASSWORD) if request.method == "POST" else None
    if password is None or not request.user.is_authenticated or is_confirmed(request):
        return
    try:
        if get_adapter().reauthenticate(request.user, password):
            request.session.cycle_key()  # one that was copied before is worth nothing
            record_confirmation(request)
        else:
            request.confirmation_fault = _("Wrong password. Enter it again.")
    except TooMany as refusal:
        minutes = -(-refusal.seconds // 60)
        text = ngettext(
            "Too many attempts. Try again in %(minutes)d minute.",
            "Too many attempts. Try again in %(minutes)d minutes.",
            minutes,
        )
        request.confirmation_fault = text % {"minutes": minutes}


def confirmation_facts(request: Any) -> dict[str, Any]:
    """For the dialog above a form: whether it was said, and where it is, `confirm` in the dialog, `beside` it in a tab.

    Neither has an address for a session that is asked nowhere; its posts are held as they come.
    """
    if not request.user.is_authenticated or is_confirmed(request):
        return {"confirmed": request.user.is_authenticated}
    ways = get_adapter().get_reauthentication_methods(request.user)
    confirm = f"{ways[0]['url']}?{urlencode({'next': request.path})}" if ways else ""
    beside = confirmation_address(request, reverse("reauthenticated"))
    return {"confirmed": False, "confirm": confirm, "beside": beside}


def step_up(request: HttpRequest, rule: str) -> HttpResponse | None:
    """Ask again before an act of weight; None where the rule is of none, or it was said within ten minutes."""
    return reauthenticate(request) if needs_step_up(rule) else None


def reauthenticate(request: HttpRequest) -> HttpResponse | None:
    """Ask who it is: on a page that leads back here, or for a post on the page that holds it. None where it was said.

    A session that came through an identity provider may say it there too; who has neither password nor second factor
    here says it nowhere else.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    request.asks_confirmation = True  # type: ignore[attr-defined]  # its page says so to the dialog's script
    if is_confirmed(request):
        return None
    ways = get_adapter().get_reauthentication_methods(request.user)  # the password first, a passkey last
    if request.method != "POST":
        if ways:
            return redirect_to_login(request.get_full_path(), ways[0]["url"])
        address = confirmation_address(request, request.get_full_path())
        return redirect(address) if address else None
    has_password = bool(ways) and ways[0]["id"] == "reauthenticate"
    has_factor = len(ways) > has_password  # its page names the provider too
    back = reverse("reauthenticated")
    at_provider = "" if has_factor else confirmation_address(request, back)
    if not ways and not at_provider:
        return None
    return post_on_hold(
        request,
        403,
        "account/post_unconfirmed.html",
        field=CONFIRM_PASSWORD,
        has_password=has_password,
        has_factor=has_factor,
        at_provider=bool(at_provider),
        confirm=at_provider or f"{ways[-1]['url']}?{urlencode({'next': back})}",
        fault=getattr(request, "confirmation_fault", ""),
    )
