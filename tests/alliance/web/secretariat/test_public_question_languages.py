"""Questions of the public in another language than that of whoever answers: the desk says it, the letter is in it."""

from typing import Any

import pytest
from django.test import Client

from alliance.models import PublicQuestion, PublicQuestionContact
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db
WROTE_IN_RUSSIAN = "The asker wrote in Russian, and gets letters in Russian."


@pytest.fixture
def question(cast: Cast) -> PublicQuestion:
    """Asked in Russian, about Aurora."""
    question = make_public_question(cast.aurora, language="ru", text="Как вы проверяете возраст?")
    with acting_as(SYSTEM):
        PublicQuestionContact.objects.filter(question=question).update(language="ru")
    return question


def desk(question: PublicQuestion) -> str:
    return f"/secretariat/public-questions/{question.pk}/"


def test_the_answer_is_to_be_in_the_language_of_the_asker(mona: Client, question: PublicQuestion) -> None:
    page = mona.get(desk(question))

    assert WROTE_IN_RUSSIAN in words_of(page)
    assert page.context["form"]["language"].value() == "ru"


def test_a_member_reads_in_which_language_it_is_to_answer(cast: Cast, question: PublicQuestion) -> None:
    with acting_as(SYSTEM):
        PublicQuestion.objects.update(forwarded_at="2026-03-01T09:00Z")

    page = signed_in(cast.sven).get(f"/workspace/public-questions/{question.pk}/")

    assert WROTE_IN_RUSSIAN in words_of(page)
    assert page.context["form"]["language"].value() == "ru"


def test_the_reason_to_close_is_asked_for_in_the_language_of_the_asker_first(
    mona: Client, question: PublicQuestion, mailoutbox: list[Any]
) -> None:
    url = f"{desk(question)}close/"

    form = mona.get(url).context["form"]
    mona.post(url, {"reason_ru": "Это повтор.", "reason_en": ""})
    run_all_jobs()

    assert (list(form.fields), form["reason_ru"].help_text) == (["reason_ru", "reason_en"], WROTE_IN_RUSSIAN)
    (letter,) = mailoutbox
    assert "обращение закрыто" in letter.subject
    assert "Это повтор." in letter.body
