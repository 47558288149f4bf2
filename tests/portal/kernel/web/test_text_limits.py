"""How long a text is: a line end counts once, as in the browser; a refusal says by how much it is too long."""

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from portal.kernel.web import ReadableRequestMiddleware


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=20, widget=forms.Textarea)


def form_of(text: str) -> ReasonForm:
    """The form as a view gets it."""
    forms_read = []

    def view(request: HttpRequest) -> HttpResponse:
        forms_read.append(ReasonForm(request.POST))
        return HttpResponse()

    ReadableRequestMiddleware(view)(RequestFactory().post("/", {"reason": text}))
    return forms_read[0]


def test_a_text_of_many_lines_that_just_fits_is_taken_with_plain_line_ends() -> None:
    form = form_of("x\r\n" * 9 + "xx")

    assert form.is_valid()
    assert form.cleaned_data == {"reason": "x\n" * 9 + "xx"}
    assert form["reason"].value() == "x\n" * 9 + "xx"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Shorten the text by 3: 23 characters, at most 20 allowed."),
        ("ru", "Сократите текст, лишних знаков в нём 3: всего 23, а можно не больше 20."),
    ],
)
def test_a_text_that_is_too_long_is_refused_and_stays_whole(language: str, sentence: str) -> None:
    form = form_of("я" * 23)

    with translation.override(language):
        assert form.errors["reason"] == [sentence]
    assert form["reason"].value() == "я" * 23


def test_what_was_posted_cannot_be_changed() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with pytest.raises(AttributeError, match="immutable"):
            request.POST["reason"] = "Another."  # type: ignore[index]  # that is what is tried
        return HttpResponse()

    assert (
        ReadableRequestMiddleware(view)(RequestFactory().post("/", {"reason": "a\r\nb"})).status_code == 200
    )
