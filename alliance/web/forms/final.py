"""Forms of acts that cannot be taken back in some cases: asked about that once everything else holds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm


class FinalForm(StrictForm):
    """With a box that shows only where the service says that its act would be for good, by an error of `final`.

    Whether it would be is the last that the service asks: nobody agrees to that, and reads then that the day is wrong.
    """

    final = forms.BooleanField(
        label=_("Record it although it cannot be taken back"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Keep the box of a form in which it was ticked, and that has another fault."""
        values = super().clean() or self.cleaned_data
        if values.get("final"):
            self.fields["final"].widget = forms.CheckboxInput()
        return values

    def add_error(self, field: str | None, error: Any) -> None:
        """As of any form; an error of `final` shows the box."""
        if field == "final":
            self.fields["final"].widget = forms.CheckboxInput()
        super().add_error(field, error)
