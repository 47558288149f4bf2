"""Forms that ask for little more than a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm


class ReasonForm(StrictForm):
    """Why something is done; the page says who reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class ExtensionForm(ReasonForm):
    """A later day for one report."""

    due_on = forms.DateField(
        label=_("New deadline"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    field_order = ("due_on", "reason")


class EmptyForm(StrictForm):
    """A confirmation: nothing is asked, but a refusal has a place to be shown."""
