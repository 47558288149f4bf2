"""The forms of sign-off: what is asked of the signatories, why a report is returned, the statement."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.services.shown_copies import ShownCopy
from alliance.web.forms.languages import LanguageField
from alliance.web.forms.renewable import SeenForm
from alliance.web.forms.reviews import DecisionForm
from portal.kernel.web import StrictForm


class SignOffRequestForm(StrictForm):
    """What the signatories should know when they are asked to sign."""

    message = forms.CharField(
        label=_("Message to the signatories"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )
    language = LanguageField()


class ReturnForm(SeenForm):
    """What has to change before a signatory signs."""

    reason = forms.CharField(
        label=_("What has to change"),
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Say what has to change: the editors read it.")},
    )
    language = LanguageField()


class RecallForm(SeenForm, DecisionForm):
    """Why a submission is recalled, where somebody wants to say so, and which one."""


class StatementForm(StrictForm):
    """The statement that a signatory makes."""

    stated = forms.BooleanField(label="")
    # the working copy as the page showed it: without it nobody can say what was signed
    shown = forms.CharField(label="", required=False, max_length=120)

    def __init__(self, *args: Any, statement: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stated"].label = statement

    def clean(self) -> dict[str, Any]:
        """The moment and the digest of what was shown, in the place of their text."""
        data = super().clean() or self.cleaned_data
        try:
            return {**data, "shown": ShownCopy.parse(data.get("shown", ""))}
        except ValueError:
            raise forms.ValidationError(_("Read the report as it stands now, then sign.")) from None

    def ask_again(self) -> None:
        """After a refusal the statement is made anew, of what the page shows then."""
        self.data = {name: value for name, value in self.data.items() if name != "stated"}
