"""Forms about oneself: name, language, address."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alliance.enums import TimeFormat
from alliance.web.forms.time_zones import ZoneField
from portal.kernel.notices import MORNING_HOURS
from portal.kernel.web import StrictForm


class ProfileForm(StrictForm):
    """Name, language, how times are written, and when the working morning begins."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        help_text=_("What you signed before keeps the earlier name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_format = forms.ChoiceField(label=_("Time format"), choices=TimeFormat.choices)
    time_zone = ZoneField(
        label=_("Your time zone"),
        max_length=64,
        required=False,
        help_text=_(
            "Type a city or a part of the name. If left empty, it is the alliance’s. Deadlines always end at 24:00 in "
            "the alliance’s time zone."
        ),
    )
    morning_hour = forms.TypedChoiceField(
        label=_("Your morning begins at"),
        choices=[(hour, f"{hour}:00") for hour in MORNING_HOURS],
        coerce=int,
        help_text=_(
            "Reminders come by e-mail on working days from this hour on; last warnings on the last day itself."
        ),
    )


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
