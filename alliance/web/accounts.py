"""How allauth behaves here: accounts come by invitation only, and no letter leaves in a request."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.http import HttpRequest
from django.urls import reverse

from alliance.models import Person
from alliance.queries.texts import owes_consent
from alliance.services import accounts
from alliance.web.middleware import CONSENT_KEY


class AccountAdapter(DefaultAccountAdapter):
    """Closes the open sign-up, and hands what is written to our own services."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Somebody whose account was closed gets the same answer as a wrong password."""
        person: Person | None = super().authenticate(request, **credentials)
        return person if person and person.is_active else None

    def login(self, request: HttpRequest, user: Person) -> None:
        """Whoever has not agreed to the consent as it stands is asked before their work."""
        super().login(request, user)
        if owes_consent(user.pk):
            request.session[CONSENT_KEY] = True

    def set_password(self, user: Person, password: str) -> None:
        """A new password also ends the waiting after too many wrong ones."""
        accounts.set_password(user, password)
        self._delete_login_attempts_cached_email(context.request, email=user.email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """All sessions have ended, this one too."""
        del request
        return reverse("account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Letters are owed to the outbox by `services.accounts`; allauth sends none."""
        raise NotImplementedError(template_prefix)
