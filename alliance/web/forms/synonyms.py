"""What is filled in about words that the search looks for together."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.web.forms.languages import text_fields
from portal.kernel.text import LANGUAGES
from portal.kernel.web import StrictForm

_MAX_TYPED = 3000


class SynonymsForm(StrictForm):
    """The words of one group, one a line, in every language."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(
            text_fields(
                "words", _("Words and short phrases, one a line"), required=False, max_length=_MAX_TYPED
            )
        )
        for code in LANGUAGES:
            self.fields[f"words_{code}"].widget = forms.Textarea(
                attrs={"rows": 8, "lang": code, "maxlength": _MAX_TYPED}
            )

    def words(self) -> dict[str, list[str]]:
        """By language, the lines."""
        return {code: self.cleaned_data[f"words_{code}"].splitlines() for code in LANGUAGES}
