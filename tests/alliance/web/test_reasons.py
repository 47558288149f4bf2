"""A reason that is left empty is asked for in words, at every desk and in both languages."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms
from django.conf import settings

from alliance.web.forms.applications import ApplicationForm
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.withdrawals import publish_report_with_reply, withdraw

pytestmark = pytest.mark.django_db
DJANGO = forms.CharField.default_error_messages["required"]


def forms_under(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for below in form.__subclasses__():
        yield below
        yield from forms_under(below)


def test_no_desk_refuses_an_empty_reason_in_the_words_of_django() -> None:
    import_module(settings.ROOT_URLCONF)  # and with it every form
    desks = [
        form
        for form in forms_under(forms.Form)
        if form.__module__.startswith(("alliance.web.", "practices.web.")) and form is not ApplicationForm
    ]
    silent = {
        f"{form.__name__}.{name}"
        for form in desks
        for name, field in form.base_fields.items()
        if name.startswith("reason")
        and isinstance(field, forms.CharField)
        and field.required
        and field.error_messages["required"] == DJANGO
    }

    assert len(desks) > 100
    assert silent == set()


@pytest.mark.parametrize(
    ("language", "private", "public"),
    [
        ("en", "Give a reason.", "Give a reason: it is published."),
        ("ru", "Укажите причину.", "Укажите причину: она публикуется."),
    ],
)
def test_an_empty_reason_is_asked_for(cast: Cast, language: str, private: str, public: str) -> None:
    published = publish_report_with_reply(cast)
    mona = signed_in(cast.mona)
    cast.mona.language = language
    cast.mona.save(update_fields=["language"])

    asked = mona.post(
        f"/secretariat/publications/{published.number}/withdraw/", {"reason_en": "", "reason_ru": ""}
    )
    request = withdraw(cast, published)
    again = mona.post(f"/secretariat/withdrawals/{request.pk}/undo/", {"reason": ""})

    assert (asked.status_code, again.status_code) == (422, 422)
    assert words_of(asked).count(public) >= 2
    assert private in words_of(again)
