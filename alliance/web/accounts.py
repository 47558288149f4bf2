"""Accounts come by invitation only; allauth does the rest."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes the open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False
