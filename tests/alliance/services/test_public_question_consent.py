"""Consent to publish a question of the public, given or taken back: the journal, and the letter to its asker."""

import pytest
from django.core import mail

from alliance.models import PublicQuestion, PublicQuestionContact
from alliance.services import public_questions as services
from alliance.services.public_question_links import link_token_of
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.world_public_questions import make_public_question

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]


def published_answer(cast: Cast) -> PublicQuestion:
    """A question that the member has answered and everybody has let out; no letter about it is left."""
    question = make_public_question(cast.aurora, asker_agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    with acting_as(cast.actor("sven")) as sven:
        services.answer_question(sven, question, "By an adult’s card.", "en")
        services.change_member_consent(sven, question, agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.publish_question(mona, question)
    run_all_jobs()
    mail.outbox.clear()
    return question


def change_asker_consent(question: PublicQuestion, *, agrees: bool) -> None:
    """By the link in the letter."""
    with acting_as(SYSTEM):
        token = link_token_of(PublicQuestionContact.objects.get(pk=question.pk))
    assert token is not None
    services.change_asker_consent(token, agrees=agrees)


def last_entry(cast: Cast, question: PublicQuestion) -> Event:
    with acting_as(cast.actor("mona")):
        rows = Event.objects.filter(target_type="alliance.publicquestion", target_id=question.pk)
        event = rows.order_by("-pk").first()
    assert event is not None
    return event


def letters_to_asker() -> list[tuple[str, str]]:
    return [
        (letter.subject, str(letter.body)) for letter in mail.outbox if letter.to == ["parent@home.example"]
    ]


@pytest.mark.parametrize("agrees", [True, False])
def test_what_an_asker_says_of_publication_stands_in_the_journal_once(cast: Cast, *, agrees: bool) -> None:
    question = published_answer(cast)
    if agrees:
        change_asker_consent(question, agrees=False)

    change_asker_consent(question, agrees=agrees)
    entry = last_entry(cast, question)
    change_asker_consent(question, agrees=agrees)

    assert (entry.kind, entry.data["agrees"], entry.person_id) == (
        "public_question.asker_agree",
        agrees,
        None,
    )
    assert last_entry(cast, question) == entry


def test_a_member_that_no_longer_agrees_lets_the_asker_know_that_it_is_hidden(cast: Cast) -> None:
    question = published_answer(cast)

    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, question, agrees=False)
    run_all_jobs()

    ((subject, body),) = letters_to_asker()
    assert "your question is no longer public" in subject
    assert "Aurora Video no longer agrees that its answer is published." in " ".join(body.split())
    assert "The secretariat has taken" not in body


def test_a_question_that_was_not_public_is_not_said_to_be_hidden(cast: Cast) -> None:
    question = make_public_question(cast.aurora)
    with acting_as(cast.actor("mona")) as mona:
        services.forward_question(mona, question)
    with acting_as(cast.actor("sven")) as sven:
        services.answer_question(sven, question, "By an adult’s card.", "en")
        services.change_member_consent(sven, question, agrees=True)
        run_all_jobs()
        mail.outbox.clear()
        services.change_member_consent(sven, question, agrees=False)
    run_all_jobs()

    assert letters_to_asker() == []


def test_what_the_secretariat_hides_its_letter_says_of_the_secretariat(cast: Cast) -> None:
    question = published_answer(cast)

    with acting_as(cast.actor("mona")) as mona:
        services.hide_question(mona, question, "It names a child.")
    run_all_jobs()

    ((_subject, body),) = letters_to_asker()
    assert "The secretariat has taken your question and its answer out of the public pages." in " ".join(
        body.split()
    )
