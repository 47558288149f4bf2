"""Plain inputs and selects are written without a template: to the letter as Django's templates write them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from portal.kernel.web import InputRenderer

_WIDGETS = (
    forms.TextInput(attrs={"placeholder": 'a "quoted" <one>', "data-x": mark_safe("&amp;"), "autofocus": True}),
    forms.NumberInput(attrs={"step": 0.5, "required": False, "aria-label": gettext_lazy("Figures")}),
    forms.EmailInput(), forms.URLInput(), forms.PasswordInput(render_value=True), forms.HiddenInput(),
    forms.DateInput(), forms.TimeInput(), forms.CheckboxInput(), forms.Textarea({"rows": 2}),
)  # fmt: skip
_CHOICES = (
    ("", gettext_lazy("Figures")),
    ('"><script>', 'a "quoted" <one>'),
    (12, 1234567),
    (True, mark_safe("a &amp; b")),
    ("A <group>", [("a", "One"), ("b", "Two")]),
)
_SELECTS = (
    forms.Select(choices=_CHOICES),
    forms.Select(choices=()),
    forms.Select(
        choices=_CHOICES, attrs={"data-x": mark_safe("&amp;"), "autofocus": True, "disabled": False}
    ),
    forms.SelectMultiple(choices=_CHOICES),
    forms.NullBooleanSelect(),
)


@pytest.mark.parametrize("widget", _WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", '"><script>', 12.5, True, mark_safe("a &amp; b")])
def test_an_input_is_what_djangos_template_makes_of_it(widget: forms.Widget, value: Any) -> None:
    expected = widget.render("a_name", value, {"id": "id_a"}, TemplatesSetting())

    assert widget.render("a_name", value, {"id": "id_a"}, InputRenderer()) == expected


@pytest.mark.parametrize("widget", _SELECTS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", '"><script>', 12, True, "b"])
def test_a_select_is_what_djangos_template_makes_of_it(widget: forms.Widget, value: Any) -> None:
    expected = widget.render("a_name", value, {"id": "id_a"}, TemplatesSetting())

    assert widget.render("a_name", value, {"id": "id_a"}, InputRenderer()) == expected


def test_several_chosen_are_what_djangos_template_makes_of_them() -> None:
    widget, value = forms.SelectMultiple(choices=_CHOICES), ["a", "b"]
    expected = widget.render("a_name", value, {"id": "id_a"}, TemplatesSetting())

    assert widget.render("a_name", value, {"id": "id_a"}, InputRenderer()) == expected


@pytest.mark.parametrize("widget", [forms.Textarea, forms.TextInput, forms.URLInput])
def test_no_browser_cuts_what_is_pasted_into_a_field_for_words(widget: type[forms.Widget]) -> None:
    """The limit is there for the script that says by how much a text is too long."""
    field = forms.CharField(max_length=4000, widget=widget)

    written = field.widget.render("a_name", "Words", {"id": "id_a"}, InputRenderer())

    assert 'data-limit="4000"' in written
    assert "maxlength" not in written


@pytest.mark.parametrize("widget", [forms.EmailInput, forms.SearchInput, forms.PasswordInput])
def test_a_field_for_no_words_has_its_limit_as_django_writes_it(widget: type[forms.Widget]) -> None:
    field = forms.CharField(max_length=100, widget=widget)

    assert 'maxlength="100"' in field.widget.render("a_name", "", {}, InputRenderer())


def test_options_that_have_a_template_of_their_own_are_left_to_it() -> None:
    class Marked(forms.Select):
        option_template_name = "django/forms/widgets/input_option.html"

    widget = Marked(choices=[("a", "One")])

    assert widget.render("a_name", "a", {}, InputRenderer()) == widget.render(
        "a_name", "a", {}, TemplatesSetting()
    )
