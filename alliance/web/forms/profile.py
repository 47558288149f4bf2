"""Forms about oneself: name, language, address."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alliance.enums import TimeFormat
from portal.kernel.web import StrictForm


class ProfileForm(StrictForm):
    """Name, language, and how times are written."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        help_text=_("What you signed before keeps the earlier name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_format = forms.ChoiceField(label=_("Time format"), choices=TimeFormat.choices)


class EmailForm(StrictForm):
    """The address to sign in with from now on."""

    email = forms.EmailField(
        label=_("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SuccessorForm(StrictForm):
    """Who takes over a person's work."""

    successor = forms.ChoiceField(label=_("Who takes over"))

    def __init__(self, *args: Any, colleagues: list[tuple[int, str]], required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        none = _("Choose one") if required else _("No one: the work stays where it is")
        field.choices = [("", none), *colleagues]  # type: ignore[attr-defined]  # a choice field
        field.required = required
        field.help_text = _("Their rights do not change: choose a colleague who may edit.")
