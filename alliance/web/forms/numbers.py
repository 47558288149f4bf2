"""Numbers in forms: read and shown again as the reader's language writes them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language

from alliance.validators.numbers import parse_number, read_back
from portal.kernel.errors import DomainError
from portal.kernel.text import NO_BREAK, format_figure


class NumberField(forms.CharField):
    """A decimal as the reader's language writes it; what cannot be read for certain is refused in words."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # a number comes out of the text
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_number(text, get_language() or "en")
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def prepare_value(self, value: Any) -> Any:
        """Stored decimals as the reader's language reads them back; what somebody typed stays as it is."""
        if not isinstance(value, Decimal):
            return value
        return read_back(format_figure(value).replace(NO_BREAK, " "), get_language() or "en")
