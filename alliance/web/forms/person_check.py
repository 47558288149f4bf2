"""The gentle check that a person fills in a public form, shared by the forms that visitors send."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.queries.local_dates import today
from alliance.validators.bot_check import OPEN_FOR_SECONDS, is_answer, is_proof
from portal.kernel import clock
from portal.kernel.web import StrictForm

_signer = TimestampSigner(salt="alliance.supporter-form")


class PersonCheckForm(StrictForm):
    """A form with an `email`: its page was open for a while, and a script or a plain question vouches for a person."""

    answer = forms.CharField(
        label=_("How many days does a week have?"),
        required=False,
        max_length=20,
        help_text=_("So that programs do not fill in this form."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)
    proof = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    # nobody sees it; programs that fill in every field fill it in too
    fax = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    @property
    def is_spam(self) -> bool:
        return bool(self.cleaned_data.get("fax"))

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was sent faster than anybody types, an old copy of the page, and a wrong answer."""
        cleaned: dict[str, Any] = super().clean() or {}
        answer, proof = cleaned.get("answer", ""), cleaned.get("proof", "")
        # the work of a script is for one address: of one that is refused nobody can say whether it was done
        is_vouched = is_answer(answer) or (
            bool(proof) if "email" in self.errors else is_proof(proof, cleaned.get("email", ""), today())
        )
        if not is_vouched:
            self.add_error("answer", _("Write the number of days, as a digit or a word."))
        if not self.errors:
            _check_age(cleaned.get("opened", ""))
        return cleaned


def opened_now() -> str:
    """The signed moment at which the page of the form was made."""
    return _signer.sign(str(int(clock.now().timestamp())))


def _check_age(opened: str) -> None:
    try:
        age = clock.now().timestamp() - int(_signer.unsign(opened))
    except (BadSignature, ValueError):
        age = -1.0
    least, most = OPEN_FOR_SECONDS
    if not least <= age <= most:
        raise ValidationError(
            gettext("This page was open too short or too long a time. Send the form again.")
        )
