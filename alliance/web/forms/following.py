"""What is filled in by somebody who follows the public record by e-mail."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliance.enums import LetterPace
from alliance.services.subscriptions import Asking
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.person_check import PersonCheckForm
from portal.kernel.web import StrictForm


def _language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language of the letters"),
        choices=lambda: [(code, capfirst(str(name))) for code, name in settings.LANGUAGES],
        initial=lambda: get_language(),
        widget=forms.RadioSelect,
    )


def _pace_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("How often"),
        choices=LetterPace.choices,
        initial=LetterPace.DAILY,
        help_text=_("In the morning, and only when something is new."),
        widget=forms.RadioSelect,
    )


class FollowForm(PersonCheckForm):
    """An address, and how letters are to come."""

    email = AddressField(
        label=_("E-mail"),
        help_text=_("A link to confirm goes there. The address is used for these letters alone."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = _language_field()
    pace = _pace_field()

    def asking(self, kind: str, key: str) -> Asking:
        """The values as the service takes them."""
        cleaned: dict[str, Any] = self.cleaned_data
        return Asking(kind, key, cleaned["email"], cleaned["language"], cleaned["pace"])


class LettersForm(StrictForm):
    """How the letters of all subscriptions come."""

    language = _language_field()
    pace = _pace_field()
