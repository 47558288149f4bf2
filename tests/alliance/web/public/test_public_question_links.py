"""What askers without a name read, a confirmation that comes too late, and a text that has a link."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from alliance.models import PublicQuestionContact
from alliance.services.public_question_links import link_token_of, send_letter_to_asker
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "greeting"), [("en", "Hello."), ("ru", "Здравствуйте!")])
def test_a_letter_to_somebody_without_a_name_greets_nobody_by_name(
    cast: Cast, language: str, greeting: str
) -> None:
    question = make_public_question(cast.aurora)
    with acting_as(SYSTEM):
        PublicQuestionContact.objects.filter(question=question).update(language=language)
        send_letter_to_asker(question, "receipt")
    with translation.override(language):
        run_all_jobs()

    (letter,) = mail.outbox
    assert str(letter.body).startswith(f"{greeting}\n")


def test_a_confirmation_that_comes_too_late_gives_back_no_hidden_field(cast: Cast, client: Client) -> None:
    question = make_public_question(
        cast.aurora, state="unconfirmed", confirm_until=timezone.now() - timedelta(minutes=1)
    )
    with acting_as(SYSTEM):
        token = link_token_of(PublicQuestionContact.objects.get(question=question))
    late = client.post(f"/en/questions/status/{token}/", {"agrees": "True"})

    assert (late.status_code, late["Location"]) == (302, "/en/questions/outdated/")


@pytest.mark.parametrize(
    ("text", "is_warned"),
    [("See HTTPS://bad.example/1 there", True), ("On www.bad.example", True), ("They answer nobody.", False)],
)
def test_the_desk_is_warned_of_a_link(cast: Cast, text: str, *, is_warned: bool) -> None:
    question = make_public_question(cast.aurora, text=text)
    page = words_of(signed_in(cast.mona).get(f"/secretariat/public-questions/{question.pk}/"))

    assert ("do not open it" in page) == is_warned
