"""The contact page: one recipient, no second header, nothing for programs, not too often."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from alliance.models import ContactMessage, Site
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from tests.support.caches import missing_cache
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
URL = "/en/about/contact/"
LETTER = {
    "name": "Vera",
    "email": "vera@public.example",
    "text": "The figure of Aurora is wrong.",
    "website": "",
}


@pytest.fixture(autouse=True)
def site() -> Any:
    cache.clear()
    Site.objects.create(name_en="The alliance", short_name_en="TA", contact="hello@alliance.example")
    read_site.forget()
    yield
    read_site.forget()


def waiting() -> int:
    with acting_as(SYSTEM):
        return ContactMessage.objects.count()


def test_a_letter_goes_to_the_contact_and_no_copy_stays(client: Client, mailoutbox: list[Any]) -> None:
    answer = client.post(URL, LETTER)
    run_all_jobs()

    (mail,) = mailoutbox
    assert (answer.status_code, answer["Location"]) == (302, "/en/about/contact/sent/")
    assert (mail.to, mail.cc, mail.bcc, mail.reply_to) == (
        ["hello@alliance.example"],
        [],
        [],
        [LETTER["email"]],
    )
    assert LETTER["text"] in mail.body
    assert waiting() == 0


def test_the_job_holds_no_words_and_no_address(client: Client) -> None:
    client.post(URL, LETTER)
    payload = str(Job.objects.get(kind="send_contact_message").payload)
    assert "vera" not in payload


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "vera@public.example\nBcc: all@x.example"),
        ("name", "Vera\r\nBcc: all@x.example\u202e"),
        ("email", "no address"),
        ("text", " "),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_queued(
    client: Client, field: str, value: str
) -> None:
    answer = client.post(URL, LETTER | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert waiting() == 0


def test_a_program_that_fills_in_everything_gets_the_same_answer_and_sends_nothing(client: Client) -> None:
    person, program = client.post(URL, LETTER), client.post(URL, LETTER | {"website": "https://spam.example"})
    assert (person.status_code, person["Location"]) == (program.status_code, program["Location"])
    assert waiting() == 1


def test_the_same_letter_twice_is_one(client: Client) -> None:
    for _time in range(2):
        client.post(URL, LETTER)
    assert waiting() == 1


def test_a_person_who_writes_too_often_learns_when_to_go_on(client: Client) -> None:
    answers = [client.post(URL, LETTER | {"text": f"Letter {n}"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) == pytest.approx(3600, abs=60)  # an hour from the first of them
    assert "Try again in 60 minutes" in words_of(answers[-1])


def test_without_a_contact_there_is_no_form(client: Client) -> None:
    Site.objects.update(contact="")
    read_site.forget()
    assert "<textarea" not in client.get(URL).content.decode()
    assert client.post(URL, LETTER).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_while_the_cache_is_away(client: Client, settings: Any) -> None:
    with missing_cache(settings):
        codes = [client.post(URL, LETTER).status_code for _letter in range(6)]
    assert codes == [302] * 5 + [429]
