"""The gentle check that a person fills in a public form, shared by the forms that visitors send."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.queries.local_dates import today
from alliance.validators.bot_check import OPEN_FOR_SECONDS, PROOF_BITS, is_answer, is_proof
from portal.kernel import clock
from portal.kernel.web import StrictForm

_signer = TimestampSigner(salt="alliance.supporter-form")


class QuestionField(forms.CharField):
    """Shown to those whose browser runs no script, and not optional for them; the script answers without it."""

    is_needed_where_shown = True


class PersonCheckForm(StrictForm):
    """A form with an `email`: its page was open for a while, and a script or a plain question vouches for a person.

    A form that was sent at once is asked for once more, with all that was typed, and is taken then.
    """

    proof_bits = PROOF_BITS

    answer = QuestionField(
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
        """Ask once more where a form was sent as fast as programs do or its page is old; refuse a wrong answer."""
        cleaned: dict[str, Any] = super().clean() or {}
        answer, proof = cleaned.get("answer", ""), cleaned.get("proof", "")
        # the work of a script is for one address as it was typed: of one that is refused nobody can say whether it was
        # done
        is_vouched = is_answer(answer) or (
            bool(proof)
            if "email" in self.errors
            else is_proof(proof, str(self.data.get("email", "")), today())
        )
        if not is_vouched:
            self.add_error("answer", _("Write the number of days, as a digit or a word."))
        if not self.errors:
            _check_age(cleaned.get("opened", ""))
        return cleaned

    @property
    def open_for_seconds(self) -> int:
        """How long the script of the page waits before it sends the form, so that nobody is asked twice."""
        return OPEN_FOR_SECONDS[0]

    @property
    def opened_signature(self) -> str:
        """The signed moment at which this page was opened, for its form to send.

        A page that answers a genuine one begins earlier: whoever sends its form has seen two pages by then, which is
        as good as one that was open for a while. The same form sent again is still refused.
        """
        is_second = self.is_bound and _age(self.data.get("opened", "")) is not None
        moment = clock.now().timestamp() - (OPEN_FOR_SECONDS[0] if is_second else 0)
        return _signer.sign(str(int(moment)))


def _age(opened: str) -> float | None:
    """For how many seconds the page has been open, or None where the portal has not signed that."""
    try:
        return clock.now().timestamp() - int(_signer.unsign(opened))
    except (BadSignature, ValueError):
        return None


def _check_age(opened: str) -> None:
    age = _age(opened)
    least, most = OPEN_FOR_SECONDS
    if age is None or age < least:
        raise ValidationError(
            gettext(
                "The form was sent in the moment in which the page was opened, as programs do it. "
                "All that you entered is kept: press the button once more."
            )
        )
    if age > most:
        raise ValidationError(
            gettext(
                "The page had been open for more than a day. All that you entered is kept: press the button once more."
            )
        )
