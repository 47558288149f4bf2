"""What people choose of letters, and by what the secretariat looks for those that were sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.queries.deliveries import FAILED
from alliance.web.forms.days import DayField
from portal.kernel.notices import ALL_GROUPS, OVERALL_PACES, Channel, DeliveryState, Group, Pace
from portal.kernel.web import StrictForm, set_choices


class PacesForm(StrictForm):
    """One choice for all groups, and below it one for each group that lets one choose: the same, or an exception.

    The page posts beside each field what it showed: what another window has changed meanwhile, and this one has not,
    stays.
    """

    only_narrows = True  # its fields are not marked as optional

    def __init__(self, *args: Any, groups: Sequence[Group], paces: Mapping[str, Pace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[ALL_GROUPS] = forms.ChoiceField(
            label=_("All e-mails"),
            widget=forms.RadioSelect,
            choices=[(pace.value, pace.label) for pace in OVERALL_PACES],
            initial=paces.get(ALL_GROUPS, Pace.AT_ONCE),
            show_hidden_initial=True,
        )
        for group in groups:
            self.fields[group.key] = forms.ChoiceField(
                label=str(group.name),
                help_text=str(group.about),
                choices=_choices(group),
                initial=paces.get(group.key, ""),
                required=False,
                show_hidden_initial=True,
            )
        self.also_posted = [self.add_initial_prefix(name) for name in self.fields]

    @property
    def overall(self) -> forms.BoundField:
        """The choice for all."""
        return self[ALL_GROUPS]

    @property
    def exceptions(self) -> list[forms.BoundField]:
        """The choices for single groups."""
        return [field for field in self if field.name != ALL_GROUPS]

    def paces(self) -> dict[str, Pace | None]:
        """What was changed on the page; None for a group that follows the choice for all."""
        return {
            key: Pace(value) if value else None
            for key, value in self.cleaned_data.items()
            if value != self.data.get(self.add_initial_prefix(key), str(self.fields[key].initial))
        }


def _choices(group: Group) -> list[tuple[str, Any]]:
    if group.comes_weekly:
        return [("", Pace.WEEKLY.label), (Pace.OFF.value, Pace.OFF.label)]
    return [("", _("As above")), *Pace.choices]


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
    day = DayField(label=_("Day"), required=False)

    def __init__(self, *args: Any, groups: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "group", [("", _("All")), *((each.key, each.name) for each in groups)])
