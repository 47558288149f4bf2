"""What is filled in when a service changes hands."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.web.forms.days import DayField
from portal.kernel.web import StrictForm


class TransferForm(StrictForm):
    """Who runs the service from which day on."""

    organisation: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("New owner"), queryset=None, empty_label=_("Choose one")
    )
    on = DayField(
        label=_("From which day"),
        help_text=_("The first day on which the service is the new owner’s."),
    )

    def __init__(self, *args: Any, members: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = members  # type: ignore[attr-defined]  # it is such a field
