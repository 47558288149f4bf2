"""The field for the address of a person, which takes any spelling of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alliance.validators.addresses import canonical_address


class AddressField(forms.EmailField):
    """An e-mail address, read as its canonical spelling before it is checked."""

    def to_python(self, value: Any) -> str:
        return canonical_address(super().to_python(value) or "")

    def run_validators(self, value: Any) -> None:
        """Refuse with its own words a mailbox in other than Latin letters, to which the portal cannot send."""
        mailbox, _at, domain = str(value).rpartition("@")
        if mailbox and domain and not mailbox.isascii():
            raise ValidationError(
                _("Before the @ only Latin letters, digits and signs can stand. Enter another address.")
            )
        super().run_validators(value)
