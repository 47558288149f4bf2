"""Forms about oneself: name, language, address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.enums import TimeFormat
from alliance.queries.handover import HandoverOptions
from alliance.services.handover import FIELD, field_of
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.time_zones import ZoneField
from portal.kernel.notices import MORNING_HOURS
from portal.kernel.registry import handover_kinds
from portal.kernel.web import StrictForm

_NOBODY = "nobody"


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

    email = AddressField(
        label=_("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SuccessorForm(StrictForm):
    """Who takes over a person's work: all of it, and by kind where somebody else takes that over."""

    successor = forms.ChoiceField(label=_("Who takes over"))

    def __init__(self, *args: Any, options: HandoverOptions, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.also_posted = [field_of(kind) for kind in handover_kinds()]  # of work that ended meanwhile
        self._must_choose = required
        none = _("Choose one") if required else _("No one: the work stays where it is")
        field = self.fields[FIELD]
        field.choices = [("", none), *_unrefused(options, options.refusals)]  # type: ignore[attr-defined]  # a choice
        field.help_text = _("Their rights do not change.")
        field.required = False
        self._kinds = [option.work.key for option in options.kinds] if len(options.kinds) > 1 else []
        for option in options.kinds if self._kinds else ():
            self.fields[field_of(option.work.key)] = forms.ChoiceField(
                label=format_lazy("{label}: {work}", label=_("Who takes over"), work=option.label),
                required=False,
                choices=[
                    ("", _("The person chosen for everything")),
                    (_NOBODY, _("No one: the work stays where it is")),
                    *_unrefused(options, option.refusals),
                ],
            )

    def clean(self) -> dict[str, Any]:
        """Somebody has to be chosen where that is what the page is for."""
        cleaned = super().clean() or {}
        chosen = [cleaned.get(FIELD), *(cleaned.get(field_of(kind)) for kind in self._kinds)]
        if self._must_choose and not self.errors and not set(chosen) - {"", _NOBODY}:
            self.add_error(FIELD, _("Choose one"))
        return cleaned

    def by_kind(self) -> dict[str, int | None]:
        """Who takes over the kinds that have a choice of their own; None: nobody does."""
        chosen = {kind: self.cleaned_data[field_of(kind)] for kind in self._kinds}
        return {kind: None if value == _NOBODY else int(value) for kind, value in chosen.items() if value}


def _unrefused(options: HandoverOptions, refusals: Mapping[int, str]) -> list[tuple[str, str]]:
    return [(str(person.pk), person.name) for person in options.colleagues if person.pk not in refusals]
