"""Languages of a practice are ticked, or typed by name: no wall of a hundred boxes."""

import pytest
from django import forms

from practices.web.forms.field_groups import LanguagesField


def test_a_language_is_taken_by_its_name_or_its_code_once() -> None:
    field = LanguagesField(choices=[("en", "English"), ("kk", "Kazakh")], required=False)
    assert field.clean(["en", "", " kazakh ", "kk"]) == ["en", "kk"]
    assert field.clean([]) == []
    with pytest.raises(forms.ValidationError, match="Klingon"):
        field.clean(["Klingon"])
