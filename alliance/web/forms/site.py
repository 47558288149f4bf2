"""What is filled in on the settings page, on the contact page, and where somebody agrees to a text."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.services.texts import MAX_LENGTH
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.languages import text_fields
from alliance.web.forms.time_zones import ZoneField
from portal.kernel.web import StrictForm


class _VersionedForm(StrictForm):
    """Carries which version its writer began with, so that nobody's work is overwritten unseen."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class NamesForm(_VersionedForm):
    """The portal's names, and its texts on every page."""

    contact = forms.EmailField(
        label=_("Contact"),
        required=False,
        help_text=_("Messages from the contact page go only to this address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(text_fields("name", _("Name")))
        self.fields.update(text_fields("short_name", _("Short name"), max_length=80))
        self.fields.update(text_fields("headline", _("Home page headline"), required=False))
        self.fields.update(
            text_fields("banner", _("Banner on every page and document"), required=False, max_length=300)
        )
        self.order_fields([name for name in self.fields if name != "contact"])


class SenderForm(_VersionedForm):
    """Who letters come from."""

    sender_address = forms.EmailField(
        label=_("Sender’s address"),
        required=False,
        help_text=_(
            "The mail server must be allowed to send for its domain. If left empty, the "
            "address from the settings file is used."
        ),
    )
    reply_to = forms.EmailField(
        label=_("Address for replies"),
        required=False,
        help_text=_("If left empty, replies go to the sender."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(text_fields("sender_name", _("Sender’s name"), required=False, max_length=100))
        self.order_fields([name for name in self.fields if name.startswith("sender_name_")])


class TimeZoneForm(forms.Form):
    """Where days end at 24:00."""

    zone = ZoneField(
        label=_("Time zone"),
        help_text=_("Deadlines end at 24:00 in this time zone, and pages show its time."),
    )


class TimeZoneConfirmForm(TimeZoneForm, _VersionedForm):
    """The zone that was chosen, on the page that lists what moves."""

    zone = ZoneField(widget=forms.HiddenInput)


class LogoForm(_VersionedForm):
    """A picture instead of the sun, or that the sun comes back."""

    also_posted = ("remove",)

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG or JPEG, square, 64 to 1024 pixels, up to 512 kB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.removes = "remove" in self.data
        self.fields["file"].required = not self.removes


class TextForm(_VersionedForm):
    """A text of the site in every language."""

    also_posted = ("preview",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            label = format_lazy("{label} ({language})", label=_("Text"), language=language)
            widget = forms.Textarea(attrs={"rows": 16, "lang": code, "class": "wide"})
            self.fields[f"text_{code}"] = forms.CharField(
                label=label, required=False, max_length=MAX_LENGTH, widget=widget
            )


class ConsentForm(_VersionedForm):
    """Agreeing to the revision that the page shows."""

    also_posted = ("next",)

    agreed = forms.BooleanField(
        label=_("I agree to this"),
        error_messages={"required": _("To work on the portal you need to agree.")},
    )


class SigningForm(StrictForm):
    """Which revision of the text the signatory has read."""

    text_revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)


class ContactForm(StrictForm):
    """What a visitor writes to the secretariat."""

    name = forms.CharField(
        label=_("Full name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("E-mail"),
        help_text=_("Used only to answer you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(label=_("Message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    # Nobody sees it; programs that fill in every field fill it in too.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    @property
    def is_spam(self) -> bool:
        return bool(self.cleaned_data.get("website"))
