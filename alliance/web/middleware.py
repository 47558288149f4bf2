"""Makes the actor, guards the areas, and opens the transaction that knows who acts."""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, InterfaceError, transaction
from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from alliance.models.identity_providers import ORGANISATION_OF_PROVIDER_KEY
from alliance.queries.actors import PersonMemberships, actor_from, actor_without_organisation, memberships_of
from alliance.queries.identity_providers import required_provider_for
from alliance.web.account.known_devices import write_cookie
from alliance.web.account.pending_posts import hold_post
from alliance.web.acting_for import (
    LANGUAGE_KEY,
    ORGANISATION_KEY,
    note_on_page,
    refuse_page_of_another_organisation,
)
from alliance.web.lost_access import lost_access_of, notify_of_lost_access
from alliance.web.required_factor import open_mandate, refuse_without_factor
from alliance.web.step_up import read_confirmation
from portal.kernel import clock, text
from portal.kernel.access import ANYONE, set_context
from portal.kernel.web import (
    PAGE_PERSON,
    csrf_failure,
    is_scripted_form,
    method_not_allowed,
    referring_path,
    refuse_autosave,
)

# set by signing in, for a person who has not agreed to the current consent; gone when they do
MUST_CONSENT_KEY = "must_consent"
_PUBLIC_AREA = "public"
_SIGNED_IN_AREAS = ("workspace", "secretariat")
_ACCOUNT_PAGES = ("/accounts/", "/session/")  # where people sign in, join, and look after their accounts
_OWN_DOCUMENTS = "/documents/"  # of no area; each is one person's
_OWN_DATA = {
    "personal-data",
    "personal-data-file",
}  # of an account, and open to nobody with a password alone either
_NO_DATABASE = {
    "root", "health-live", "health-ready", "metrics", "csp-report", "display-css", "site-logo", "robots",
    "security-txt", "favicon", "oauth-metadata",
}  # fmt: skip
# They ask an identity provider, and wait for it: in no transaction. Their views open one for what they write.
_WITHOUT_TRANSACTION = {"sso-login", "sso-callback"}
# What would give somebody a sign-in of their own, or shows what belongs to all their organisations: not through the
# provider of one of them, which would open the others by that, those too that give no rights yet.
_OWN_SIGN_IN_PAGES = {
    "account_change_password", "email-change", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn",
    "mfa_remove_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
    "personal-data", "personal-data-progress", "personal-data-file", "personal-data-erase",
}  # fmt: skip
# What pages ask for again and again, or when they are shown: progress, presence, the corner of cached pages.
_ASKED_BY_PAGES = {
    "session-account-menu",
    "session-taken",
    "personal-data-progress",
    "document-progress",
    "report-presence",
    "operations-state",
}
_OPEN_DATA = (
    "/data/"  # of no language; read by everybody as nobody in particular, and by pages of other sites
)
# Pages and their forms use no other; a view that forgets to limit them is guarded all the same.
_METHODS = ("GET", "HEAD", "POST")


class ActorMiddleware:
    """Everything behind this middleware runs in one transaction, with `request.actor` set.

    Public pages see nobody but ANYONE, so that one cached copy serves everyone. The workspace is for people
    of member organisations, the secretariat's area for the secretariat; for others these do not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if hasattr(request, "actor"):  # the API's own middleware has made it, and opened the transaction
            return self.get_response(request)
        is_asked_elsewhere = request.method == "OPTIONS" and request.path_info.startswith(_OPEN_DATA)
        if request.method not in _METHODS and not is_asked_elsewhere:
            return method_not_allowed(request, HttpResponseNotAllowed(_METHODS))
        clock.activate_local_zone()
        name, area = _resolved(request.path_info, translation.get_language())
        request.actor, request.person_memberships = ANYONE, PersonMemberships((), frozenset())  # type: ignore[attr-defined]  # see ActorRequest
        if name in _NO_DATABASE:
            return self.get_response(request)
        if name in _WITHOUT_TRANSACTION:
            with transaction.atomic():
                set_context(ANYONE, identifying=True)
                _identify(request)
            response = self.get_response(request)
            write_cookie(request, response)
            return response
        response = self._respond(request, name, area)
        write_cookie(request, response)
        # after the transaction: until its end the row would be locked for the other windows of the same person
        if area != _PUBLIC_AREA and not _is_background(request, name) and request.user.is_authenticated:
            with suppress(DatabaseError, InterfaceError):  # the act is done, whatever happens now
                request.session.record_use()  # type: ignore[attr-defined]  # of our own session engine
        return response

    def _respond(self, request: HttpRequest, name: str, area: str) -> HttpResponseBase:
        with transaction.atomic(), text.use_time_format():
            if area != _PUBLIC_AREA and settings.SESSION_COOKIE_NAME in request.COOKIES:
                set_context(ANYONE, identifying=True)
                _identify(request)
            refusal = _redirect_to_own_sign_in(request, name) or _refuse_or_redirect(request, name, area)
            if refusal is not None:
                return refusal
            _set_context(request)
            # pages of these areas are one person's: no proxy caches them, and a browser asks before it shows
            # one again
            response = self.get_response(request)
            if area in _SIGNED_IN_AREAS:
                response.headers.setdefault("Cache-Control", "private, no-cache")
            # from here on the database may have stored it, even when it does not say so any more
            request.may_be_saved = True  # type: ignore[attr-defined]  # for the page of an outage
            return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse what was sent from a page of another organisation; 404 for an area that is not for this actor.

        After the check of the form's token: until then nobody may switch.
        """
        del view, args, kwargs
        read_confirmation(request)
        area = getattr(request, "area", "")
        if area not in _SIGNED_IN_AREAS:
            return None
        refusal = _refuse_page_of_another_person(request) or refuse_page_of_another_organisation(request)
        if refusal is None:
            notify_of_lost_access(request)
        if refusal is None and not _is_open(request, area):
            raise Http404
        return refusal


def _is_background(request: HttpRequest, name: str) -> bool:
    """Whether a page asks by itself, and nobody has done anything: that keeps no session alive.

    Of most requests the page's script says so (`static/js/shell.js`).
    """
    return name in _ASKED_BY_PAGES or "Background" in request.headers


@lru_cache(maxsize=2048)
def _resolved(path: str, language: str) -> tuple[str, str]:
    """The name and the area of a page. Which addresses there are depends on the language, too."""
    try:
        match = resolve(path)
    except Resolver404:
        return "", _area_of(path)
    return match.url_name or "", match.namespaces[0] if match.namespaces else _area_of(path)


def _area_of(path: str) -> str:
    """Whatever is below the prefix of a language is public, pages of the site among them, and the open data."""
    prefixes = (_OPEN_DATA, *(f"/{code}/" for code, _name in settings.LANGUAGES))
    return _PUBLIC_AREA if path.startswith(prefixes) else ""


def _identify(request: Any) -> None:
    if not request.user.is_authenticated:
        return
    memberships = memberships_of(request.user.pk)
    vouched = request.session.get(ORGANISATION_OF_PROVIDER_KEY)
    # an identity provider vouches for people in its own organisation alone
    request.person_memberships = memberships.only_in(vouched) if vouched else memberships
    request.actor = actor_from(request.person_memberships, request.session.get(ORGANISATION_KEY))
    if len(memberships.memberships) > 1:
        request.switch = reverse("session-organisation")  # for the page of what is not there
    request.lost_access = lost_access_of(request)
    text.set_time_format(request.user.time_format)
    request.LANGUAGE_CODE = request.session.get(LANGUAGE_KEY) or request.user.language
    translation.activate(request.LANGUAGE_CODE)


def _set_context(request: Any) -> None:
    """On the pages of accounts people are themselves, even where they belong nowhere any more."""
    if not request.path_info.startswith(_ACCOUNT_PAGES):
        set_context(request.actor)
        return
    is_alone = request.user.is_authenticated and not request.actor.is_person
    request.person_actor = actor_without_organisation(request.user) if is_alone else request.actor
    set_context(request.person_actor, identifying=True)


def _refuse_or_redirect(request: Any, name: str, area: str) -> HttpResponseBase | None:
    if area not in _SIGNED_IN_AREAS:
        is_own = name in _OWN_DATA or request.path_info.startswith(_OWN_DOCUMENTS)
        return refuse_without_factor(request) if is_own and request.user.is_authenticated else None
    if not request.user.is_authenticated:
        return _redirect_to_sign_in(request)
    request.area = area  # whether it is open to this actor is asked before the view
    if not request.session.get(MUST_CONSENT_KEY):
        return refuse_without_factor(request)
    # there first, and from there back to the page
    back = request.get_full_path() if request.method != "POST" else referring_path(request)
    return redirect(f"{reverse('consent')}?{urlencode({'next': back})}")


def _redirect_to_own_sign_in(request: Any, name: str) -> HttpResponseBase | None:
    if name not in _OWN_SIGN_IN_PAGES or request.person_memberships.reaches_all:
        return None
    # who can sign in nowhere else would never get past a factor that is required; an app opens nothing by itself
    if name == "mfa_activate_totp" and required_provider_for(request.user.email) and open_mandate(request):
        return None
    return redirect("sso-own-sign-in")


def _is_open(request: Any, area: str) -> bool:
    return request.actor.is_person and request.actor.is_host == (area == "secretariat")


def _redirect_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """From there back to the page; what a form has sent meanwhile waits for the same person.

    A script is answered 401: its page, which may hold what somebody is typing, asks to sign in above itself.
    """
    if _is_script(request):
        return _note_signed_out(request)
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    address = hold_post(request)
    if address:
        messages.warning(
            request, _("You were signed out. What you just sent is kept for an hour: sign in to send it.")
        )
        return redirect_to_login(address)
    messages.warning(
        request,
        _(
            "You were signed out, so what you just sent was not saved. Sign in and enter it again; "
            "the back button of your browser may still have it."
        ),
    )
    return redirect_to_login(referring_path(request))


def _refuse_page_of_another_person(request: Any) -> HttpResponseBase | None:
    """The answer to what was sent from a page of somebody else, who has used this browser before; else None.

    It holds nothing of what they typed.
    """
    person = request.POST.get(PAGE_PERSON) if request.method == "POST" else None
    if not person or not request.user.is_authenticated or person == str(request.user.pk):
        return None
    return _note_signed_out(request) if _is_script(request) else csrf_failure(request)


def _is_script(request: HttpRequest) -> bool:
    """Whether a page's script asks, and not the browser for a page to show."""
    return (
        request.headers.get("HX-Request") == "true"
        or request.headers.get("Sec-Fetch-Mode") in ("cors", "same-origin")
        or request.headers.get("Accept") == "application/json"
        or is_scripted_form(request)
    )


def _note_signed_out(request: HttpRequest) -> HttpResponseBase:
    page = text.split_address(request.headers.get("HX-Current-URL", "")).path
    sign_in = redirect_to_login(page or request.path).url
    if request.method != "POST" and request.headers.get("HX-Request") == "true":
        return note_on_page(request, {"sign_in": sign_in})
    return refuse_autosave({"sign_in": sign_in}, HTTPStatus.UNAUTHORIZED)
