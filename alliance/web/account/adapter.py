"""How allauth behaves here: accounts come by invitation only, and no letter leaves in a request."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Person
from alliance.queries.identity_providers import required_provider_for
from alliance.queries.texts import must_consent
from alliance.services import accounts
from alliance.validators.addresses import canonical_address
from alliance.web.account import guesses
from alliance.web.account.session import remember_language
from alliance.web.middleware import MUST_CONSENT_KEY
from alliance.web.sso.views import continue_page
from alliance.web.step_up import is_confirmed

log = structlog.get_logger(__name__)


def account_digest(email: str) -> str:
    """What the log calls the address that somebody typed: the same for the same one, and not to be read back."""
    return salted_hmac("alliance.account-in-logs", canonical_address(email), algorithm="sha256").hexdigest()[
        :16
    ]


def refuse_passkey(request: HttpRequest) -> HttpResponse:
    """The same answer for every fault of a passkey or its account."""
    log.warning("sign_in_failed", method="passkey")
    messages.error(request, _("This passkey is not known here. Sign in with your password."))
    return redirect("account_login")


class AccountAdapter(DefaultAccountAdapter):
    """Closes the open sign-up, and hands what is written to our own services."""

    error_messages = {  # noqa: RUF012 - allauth declares a dict
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "The e-mail address or the password is wrong. Enter both again."
        ),
        "enter_current_password": gettext_lazy("Wrong password. Enter it again."),
        "incorrect_password": gettext_lazy("Wrong password. Enter it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def get_login_stages(self) -> list[str]:
        """What stands between the password and the session: the second step alone, as ours."""
        return ["alliance.web.account.waiting_sign_in.SecondStep"]

    def is_safe_url(self, url: str) -> bool:
        """Whether somebody may be led there afterwards: not to what is no address (`http://[`)."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The person with this address and password who may sign in. Unknown, wrong and closed take the same time."""
        email = canonical_address(str(credentials.get("email", "")))
        tries = guesses.of_password(request, email)
        tries.count()
        person: Person | None = authenticate(request, **{**credentials, "email": email})
        AuthenticationBackend.unstash_authenticated_user()
        if person is None:
            log.warning("sign_in_failed", method="password", account=account_digest(email))
        else:
            tries.give_back()
        return person

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Whether it is this person's password."""
        tries = guesses.of_reauthentication(user)
        tries.count()
        is_right = user.check_password(password)
        if is_right:
            tries.give_back()
        else:
            log.warning("reauthentication_failed", method="password", person=user.pk)
        return is_right

    def pre_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse | None:
        """Whose domain has to sign in through its organisation is led there, also with a passkey."""
        if "sso" not in (facts.get("signal_kwargs") or {}):
            row = required_provider_for(user.email)
            if row is not None:
                return continue_page(request, row, is_required=True)
        response: HttpResponse | None = super().pre_login(request, user, **facts)
        return response

    def is_reauthentication_required(self, *, app: str) -> bool:
        """As everywhere here: not within ten minutes of any sign-in or reauthentication."""
        del app
        return not is_confirmed(context.request)

    def login(self, request: HttpRequest, user: Person) -> None:
        """A person who has not agreed to the current consent is asked for it first."""
        super().login(request, user)
        if must_consent(user.pk):
            request.session[MUST_CONSENT_KEY] = True

    def post_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse:
        """However the session ends, the next page of signing in is in the language of who was signed in."""
        response: HttpResponse = super().post_login(request, user, **facts)
        remember_language(response, user.language)
        return response

    def set_password(self, user: Person, password: str) -> None:
        """A new password also ends the waiting after too many wrong ones, where it was set and on known devices."""
        accounts.set_password(user, password)
        guesses.forget_passwords(self.request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """All sessions have ended, this one too."""
        del request
        return reverse("account_login")

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """A passkey of a closed account gets the same answer as an unknown one."""
        del user
        return refuse_passkey(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Letters are queued by `services.accounts`; allauth sends none."""
        raise NotImplementedError(template_prefix)
