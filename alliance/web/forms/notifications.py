"""What people choose of letters, and by what the secretariat looks for those that were sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.queries.deliveries import FAILED
from portal.kernel.notices import Channel, DeliveryState, Group, Pace
from portal.kernel.web import StrictForm


class PacesForm(StrictForm):
    """One choice for each group that lets one choose."""

    def __init__(self, *args: Any, groups: Sequence[Group], paces: Mapping[str, Pace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in groups:
            self.fields[group.key] = forms.ChoiceField(
                label=str(group.name),
                help_text=str(group.about),
                choices=Pace.choices,
                initial=paces.get(group.key, group.pace),
            )

    def paces(self) -> dict[str, Pace]:
        return {key: Pace(value) for key, value in self.cleaned_data.items()}


class LetterFilterForm(forms.Form):
    """Whom a letter about an account was sent to."""

    only_narrows = True  # its field is not marked as optional

    person = forms.CharField(label=_("Person"), required=False, max_length=150)


class DeliveryFilterForm(forms.Form):
    """Whom something was sent to, of what sort, on which day, and what became of it."""

    only_narrows = True  # its fields are not marked as optional

    person = forms.CharField(label=_("Person"), required=False, max_length=150)
    group = forms.ChoiceField(label=_("Kind"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All")), *Channel.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *DeliveryState.choices, (FAILED, _("Failed"))],
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, groups: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", _("All")), *((each.key, each.name) for each in groups)]  # type: ignore[attr-defined]  # a field of choices
