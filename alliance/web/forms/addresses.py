"""The field for the address of a person, which takes any spelling of it."""

from typing import Any

from django import forms

from alliance.validators.addresses import canonical_address


class AddressField(forms.EmailField):
    """An e-mail address, read as its canonical spelling before it is checked."""

    def to_python(self, value: Any) -> str:
        return canonical_address(super().to_python(value) or "")
