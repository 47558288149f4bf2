"""Forms that ask for little more than a reason."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.web.forms.days import DayField
from alliance.web.forms.reason_fields import PublicReasonField, ReasonField
from alliance.web.forms.renewable import SeenForm
from portal.kernel.web import StrictForm

_UNTIL_MIDNIGHT = _("Until 24:00 of that day, alliance time.")


class ReasonForm(StrictForm):
    """Why something is done; the page says who reads it."""

    reason = ReasonField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class PublicReasonForm(StrictForm):
    """Why something is done, for everybody to read."""

    reason = PublicReasonField(
        label=_("Reason (published)"),
        max_length=2000,
        widget=forms.Textarea,
    )


class ReasonInLanguagesForm(StrictForm):
    """A reason for somebody who reads another language, perhaps: in one language, the others are optional.

    Its value is `reason`, by language.
    """

    reason_field: type[ReasonField] = ReasonField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, language in settings.LANGUAGES:
            self.fields[f"reason_{code}"] = self.reason_field(
                label=format_lazy("{label} ({language})", label=_("Reason"), language=language),
                max_length=2000,
                required=False,
                help_text=_("Write it in one language at least."),
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        """The reason by language."""
        values = super().clean() or self.cleaned_data
        return {"reason": {code: values.get(f"reason_{code}", "") for code, _name in settings.LANGUAGES}}


class PublicReasonInLanguagesForm(ReasonInLanguagesForm):
    """A reason that is published, in every language."""

    reason_field = PublicReasonField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.required = True
            field.help_text = _("It is published.")


class ThawForm(ReasonForm):
    """Whether what a thief may have set up stays; by default it does not."""

    remove_factors = forms.BooleanField(
        label=_("Remove their second factors"),
        help_text=_(
            "Someone else may have added a passkey or an app. Until the owner sets up a new one, the link in their "
            "mailbox is enough to sign in."
        ),
        initial=True,
        required=False,
    )


class ExtensionForm(SeenForm, ReasonForm):
    """A later day for one report, and the deadline that the page has shown."""

    shown_fields = ("extension_request", "seen")

    due_on = DayField(label=_("New deadline"), help_text=_UNTIL_MIDNIGHT)

    # the member's request that it answers, 0 where none waits
    extension_request = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order = ("due_on", "reason")


class ExtensionRequestForm(ReasonForm):
    """The day that a member asks for."""

    until = DayField(label=_("New deadline that you ask for"), help_text=_UNTIL_MIDNIGHT)

    field_order = ("until", "reason")


class EmptyForm(StrictForm):
    """A confirmation: nothing is asked, but a refusal has a place to be shown."""


class NewSecretForm(EmptyForm):
    """A secret made anew, in place of the one that there was when the page was opened (`stored_secrets.mark_of`)."""

    replaces = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


class ConsentForm(EmptyForm):
    """Consent, or its end: the one that the page offered, whatever was decided in another tab or by a colleague."""

    agrees = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def offered(self) -> bool:
        """Whether the page offers consent rather than its end."""
        return bool(self.fields["agrees"].clean(self["agrees"].value()))
