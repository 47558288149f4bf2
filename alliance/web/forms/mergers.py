"""What is filled in when a member merges into another."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.enums import Role
from alliance.models import Membership, Report
from alliance.web.forms.days import DayField
from alliance.web.forms.final import FinalForm
from alliance.web.forms.reasons import PublicReasonForm
from portal.kernel.web import set_choices


def _roles(membership: Membership) -> str:
    return ", ".join(str(Role(role).label).lower() for role in membership.roles)


class MergerForm(FinalForm, PublicReasonForm):
    """The successor, the day and the public reason; then each draft report, and each person, by itself."""

    successor: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Successor"), queryset=None, empty_label=_("Choose one")
    )
    on = DayField(
        label=_("From which day"),
        help_text=_("The first day on which it is part of the successor: today or earlier."),
    )
    exempt = forms.MultipleChoiceField(
        label=_("Reports to exempt"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "The reason is published with them. One that you leave out counts as not filed once it is overdue."
        ),
    )
    invite = forms.MultipleChoiceField(
        label=_("People to invite to the successor"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With the rights that they hold now. The others keep their accounts and lose access."),
    )

    def __init__(
        self,
        *args: Any,
        successors: QuerySet[Any],
        drafts: Sequence[Report],
        people: Sequence[Membership],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("successor", "on", "reason", "exempt", "invite"))
        self.fields["successor"].queryset = successors  # type: ignore[attr-defined]  # it is such a field
        set_choices(self, "exempt", [(row.pk, row.cycle.title) for row in drafts])
        set_choices(self, "invite", [(row.pk, f"{row.person.name}: {_roles(row)}") for row in people])
        if not drafts:
            del self.fields["exempt"]
        if not people:
            del self.fields["invite"]
