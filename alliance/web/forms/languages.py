"""Fields for a text in every language, and the language of a text in one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.validators.languages import text_language


def text_fields(
    stem: str,
    label: str | Promise,
    *,
    required: bool = True,
    max_length: int = 200,
    field: type[forms.CharField] = forms.CharField,
) -> dict[str, forms.CharField]:
    """One field for each language: `name_en`, `name_ru`."""
    return {
        f"{stem}_{code}": field(
            label=format_lazy("{label} ({language})", label=label, language=language),
            required=required,
            max_length=max_length,
            widget=forms.TextInput(attrs={"lang": code}),
        )
        for code, language in settings.LANGUAGES
    }


def texts_of(cleaned: Mapping[str, Any], stem: str) -> dict[str, str]:
    """The texts by language, as services take them."""
    return {code: cleaned[f"{stem}_{code}"] for code, _name in settings.LANGUAGES}


def texts_in(obj: object, stem: str) -> dict[str, str]:
    """What an object has in these fields, as a form's initial values."""
    return {f"{stem}_{code}": getattr(obj, f"{stem}_{code}") or "" for code, _name in settings.LANGUAGES}


class LanguageField(forms.ChoiceField):
    """In which language the text of the form is; at first the one that its writer reads the portal in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Language of the text"),
            choices=settings.LANGUAGES,
            initial=lambda: text_language(""),
            **options,
        )

    def clean(self, value: Any) -> str:
        """A page that was opened before it asked sends none: then it is the writer's own."""
        return str(super().clean(value or text_language("")))
