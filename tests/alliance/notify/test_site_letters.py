"""The letter that tries out the mail server: the server's answer is stored for the page, and it is tried once."""

import smtplib
import socket
from typing import Any

import pytest

from alliance.enums import MailTestState
from alliance.models import MailTest, Site
from alliance.queries.site import read_site
from alliance.services.accounts import request_password_reset
from alliance.services.organisations import reinstate_organisation, suspend_organisation
from alliance.services.site import send_test_mail
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site() -> None:
    Site.objects.create(name_en="TA", sender_name_en="The alliance", sender_address="portal@alliance.example",
                        reply_to="desk@alliance.example")  # fmt: skip
    read_site.forget()


def test_it_goes_to_who_asked_from_the_sender_that_is_set(cast: Cast, mailoutbox: list[Any]) -> None:
    send_test_mail(cast.actor("mona"))
    run_all_jobs()
    (mail,) = mailoutbox
    assert (mail.to, mail.from_email, mail.reply_to) == (
        [cast.mona.email],
        "The alliance <portal@alliance.example>",
        ["desk@alliance.example"],
    )
    assert MailTest.objects.get().state == MailTestState.SENT


def test_every_letter_says_how_to_reach_the_secretariat(cast: Cast, mailoutbox: list[Any]) -> None:
    Site.objects.update(contact="hello@alliance.example")
    read_site.forget()

    request_password_reset(cast.alice.email)
    run_all_jobs()

    (mail,) = mailoutbox
    assert "Secretariat: hello@alliance.example" in mail.body
    assert 'href="mailto:hello@alliance.example"' in str(mail.alternatives[0][0])


def test_notices_too_bear_the_name_and_say_how_to_reach_the_secretariat(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    Site.objects.update(contact="hello@alliance.example")
    read_site.forget()

    suspended = suspend_organisation(cast.actor("mona"), cast.aurora, "It did not report.")
    reinstate_organisation(cast.actor("mona"), suspended, "It has reported.")
    run_all_jobs()

    assert {cast.alice.email, cast.sven.email} <= {mail.to[0] for mail in mailoutbox}
    for mail in mailoutbox:
        assert '<p class="name">TA</p>' in str(mail.alternatives[0][0])
        assert "Secretariat: hello@alliance.example" in mail.body


def test_a_sender_of_other_letters_than_latin_ones_is_readable(cast: Cast, mailoutbox: list[Any]) -> None:
    Site.objects.update(sender_name_en="Союз «Север»")
    read_site.forget()

    send_test_mail(cast.actor("mona"))
    run_all_jobs()

    (mail,) = mailoutbox
    assert "Союз «Север» <portal@alliance.example>" in mail.body
    page = signed_in(cast.mona).get("/secretariat/settings/").content.decode()
    assert "Союз «Север» &lt;portal@alliance.example&gt;" in page


@pytest.mark.parametrize(
    ("error", "fault", "advice"),
    [
        (
            smtplib.SMTPSenderRefused(550, b"no", "portal@alliance.example"),
            "SMTPSenderRefused 550",
            "rejects",
        ),
        (ConnectionRefusedError(111, "refused"), "ConnectionRefusedError 111", "No answer"),
        (socket.gaierror(-2, "unknown"), "gaierror -2", "no server of that name"),
        (TimeoutError(), "TimeoutError", "in time"),
    ],
)
def test_a_refusal_is_named_by_its_class_and_not_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception, fault: str, advice: str
) -> None:
    def refuse(_backend: object, _messages: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    send_test_mail(cast.actor("mona"))
    run_all_jobs()

    test = MailTest.objects.get()
    assert (test.state, test.error) == (MailTestState.REFUSED, fault)
    page = words_of(signed_in(cast.mona).get("/secretariat/settings/"))
    assert (fault in page, advice in page, "no@" in page) == (True, True, False)
