"""Forms about files that should not be here: which one, what is wrong with it, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.web.forms.reason_fields import ReasonField
from portal.kernel.access import Actor
from portal.kernel.files import Concern, digest_named_in
from portal.kernel.web import StrictForm


class FindForm(forms.Form):
    """A file, by its digest or by an address of the portal; found as far as the actor may know of it."""

    file = forms.CharField(
        label=gettext_lazy("SHA-256 or address of the file"),
        max_length=1000,
    )

    def __init__(self, *arguments: Any, actor: Actor, **others: Any) -> None:
        super().__init__(*arguments, **others)
        self._actor = actor

    def clean_file(self) -> str:
        """The digest."""
        digest = digest_named_in(self._actor, self.cleaned_data["file"])
        if not digest:
            raise forms.ValidationError(
                _(
                    "No file has this digest or address. Copy the 64 characters of its "
                    "SHA-256, or the address of its link."
                )
            )
        return digest


class ConcernForm(StrictForm):
    """What is wrong with a file, and why a step is taken."""

    concern = forms.ChoiceField(label=gettext_lazy("What is wrong"), choices=Concern.choices)
    reason = ReasonField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Only the secretariat reads this. Do not describe the contents of the file."),
    )


class RepairForm(StrictForm):
    """The bytes that a damaged file should have."""

    file = forms.FileField(
        label=gettext_lazy("The file as it was"),
        help_text=gettext_lazy("Its SHA-256 is compared before anything is changed."),
    )


class FlagForm(FindForm, ConcernForm):
    """A report to the secretariat."""

    field_order = ("file", "concern", "reason")
