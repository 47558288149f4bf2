"""The pages behind the link in a letter to an applicant: in their language, pressed twice, and too late."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from alliance.enums import ApplicationState
from alliance.models import ApplicationEntry, MembershipApplication
from alliance.services.application_links import application_token_of
from alliance.services.applications import (
    apply_for_membership,
    ask_applicant,
    confirm_application,
    decline_application,
)
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.services.test_applications import DELTA
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]


def application() -> MembershipApplication:
    with acting_as(SYSTEM):
        return MembershipApplication.objects.get()


def address(language: str = "en") -> str:
    return f"/{language}/apply/link/{application_token_of(application())}/"


@pytest.fixture
def unconfirmed(cast: Cast) -> str:
    """The link of an application that was just made."""
    apply_for_membership(DELTA, language="en")
    return address()


@pytest.fixture
def asked(cast: Cast, unconfirmed: str) -> str:
    """The link of an application about which the secretariat asks something."""
    confirm_application(application_token_of(application()) or "")
    with acting_as(cast.actor("mona")) as mona:
        ask_applicant(mona, application(), "Who runs Delta World?")
    return address()


def answers() -> list[str]:
    with acting_as(SYSTEM):
        return list(ApplicationEntry.objects.filter(kind="answer").values_list("text", flat=True))


def test_a_button_that_is_pressed_twice_leads_to_the_application(client: Client, unconfirmed: str) -> None:
    first = client.post(unconfirmed)
    second = client.post(unconfirmed, follow=True)

    assert first["Location"] == "/en/apply/confirmed/"
    assert second.redirect_chain == [(unconfirmed, 302)]
    assert "Delta Games" in words_of(second)


def test_the_letter_that_follows_a_confirmation_has_the_same_link(client: Client, unconfirmed: str) -> None:
    run_all_jobs()
    client.post(unconfirmed)
    run_all_jobs()

    letters = [str(letter.body) for letter in mail.outbox if letter.to == [DELTA.email]]
    assert [unconfirmed in letter for letter in letters] == [True, True]


def test_an_answer_that_is_sent_twice_is_one_answer(client: Client, asked: str) -> None:
    sent = [client.post(asked, {"text": "We do."}) for _twice in range(2)]

    assert [response["Location"] for response in sent] == [asked, asked]
    assert answers() == ["We do."]


def test_another_answer_from_a_second_tab_is_given_back(client: Client, asked: str) -> None:
    client.post(asked, {"text": "We do."})
    second = client.post(asked, {"text": "Our parent company does."})

    assert (second.status_code, answers()) == (422, ["We do."])
    assert "This cannot be done now" in words_of(second)
    assert "Our parent company does." in words_of(second)


def test_an_answer_after_the_decision_is_given_back(cast: Cast, client: Client, asked: str) -> None:
    with acting_as(cast.actor("mona")) as mona:
        decline_application(mona, application(), "It is a shop.")
    late = client.post(asked, {"text": "We do."})

    assert (late.status_code, answers()) == (410, [])
    assert "We do." in words_of(late)


def test_an_application_that_is_withdrawn_twice_is_withdrawn(client: Client, unconfirmed: str) -> None:
    withdrawals = [client.post(f"{unconfirmed}withdraw/") for _twice in range(2)]
    again = client.get(f"{unconfirmed}withdraw/")

    assert [response["Location"] for response in withdrawals] == ["/en/apply/withdrawn/"] * 2
    assert application().state == ApplicationState.WITHDRAWN
    assert again["Location"] == unconfirmed


def test_who_applies_in_russian_gets_letters_and_pages_in_russian(cast: Cast, client: Client) -> None:
    apply_for_membership(DELTA, language="ru")
    run_all_jobs()
    client.post(address("ru"))
    with acting_as(cast.actor("mona")) as mona, translation.override("en"):
        decline_application(mona, application(), "Это магазин.")
        run_all_jobs()

    letters = [letter for letter in mail.outbox if letter.to == [DELTA.email]]
    assert all("/ru/apply/link/" in str(letter.body) for letter in letters)
    assert "Секретариат отклонил" in words_of(client.get(address("ru")))
