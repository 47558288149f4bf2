"""The connection to the mail server: errors are distinguished, and nothing is sent twice in one try."""

import smtplib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from portal.kernel import mail
from portal.kernel.mail import letterheads, smtp_connection
from tests.support.faulty_smtp import FaultySmtpServer, faulty_smtp_server


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What an earlier test's server did is forgotten; letters go out in the name that the settings give."""
    monkeypatch.setattr(letterheads, "_SOURCE", [])
    smtp_connection._CONNECTION.away_until = 0.0
    yield
    smtp_connection.close_connection()
    smtp_connection._CONNECTION.away_until = 0.0


@pytest.fixture
def server(settings: Any) -> Iterator[FaultySmtpServer]:
    with faulty_smtp_server(settings) as smtp_server:
        yield smtp_server


def letter(key: str = "one") -> mail.Letter:
    return mail.Letter(key, "alice@aurora.example", "Hello", "Hello", "<p>Hello</p>")


def test_letters_of_one_hint_share_a_connection(server: FaultySmtpServer) -> None:
    with mail.shared_connection():
        for number in range(5):
            mail.send(letter(f"letter-{number}"))
    mail.send(letter("alone"))

    assert (len(server.message_ids), server.visits) == (6, 2)


def test_a_connection_that_died_while_it_rested_is_replaced(
    server: FaultySmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_connection, "IDLE_SECONDS", 0.0)
    with mail.shared_connection():
        mail.send(letter("first"))
        smtp_connection._CONNECTION.connection.connection.sock.shutdown(socket.SHUT_RDWR)
        mail.send(letter("second"))

    assert (len(server.message_ids), server.visits) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "code", "for_good"),
    [
        ("550 5.1.1 No such user", "5.1.1", True),
        ("550 nobody here", "550", True),
        ("552 5.2.2 Mailbox full", "5.2.2", False),
        ("554 5.7.1 We do not like you", "5.7.1", False),
    ],
)
def test_an_address_that_is_refused_is_distinguished_from_a_full_or_picky_one(
    server: FaultySmtpServer, answer: str, code: str, for_good: bool
) -> None:
    server.to_recipient = answer
    with pytest.raises(mail.AddressRefused) as refusal:
        mail.send(letter())

    assert refusal.value.fault == mail.AddressFault(code, for_good)


def test_an_address_that_is_refused_after_the_content_is_known_by_its_code(server: FaultySmtpServer) -> None:
    server.to_content = "550 5.1.1 No such user after all"
    with pytest.raises(mail.AddressRefused):
        mail.send(letter())
    server.to_content = "554 5.6.0 I do not read this"
    with pytest.raises(smtplib.SMTPDataError):
        mail.send(letter())


def test_what_is_put_off_may_go_better_later_and_the_line_stays_open_to_others(
    server: FaultySmtpServer,
) -> None:
    server.to_recipient = "451 4.3.0 Come back later"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail.send(letter())
    server.to_recipient = "250 OK"
    mail.send(letter())

    assert len(server.message_ids) == 1


def test_a_server_that_stalls_costs_one_letter_its_time_and_the_others_none(server: FaultySmtpServer) -> None:
    server.stalls = True
    began = time.monotonic()
    with pytest.raises(OSError, match="timed out"):
        mail.send(letter())
    first = time.monotonic() - began
    for number in range(50):
        with pytest.raises(mail.ServerAway):
            mail.send(letter(f"next-{number}"))

    assert time.monotonic() - began < 10 * first


def test_a_server_that_refuses_connections_is_left_alone_for_a_while(
    server: FaultySmtpServer, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    with pytest.raises(OSError, match="refused"):
        mail.send(letter())
    with pytest.raises(mail.ServerAway):
        mail.send(letter())


def test_a_server_that_dies_with_the_letter_in_its_hands_gets_it_once_in_a_try(
    server: FaultySmtpServer,
) -> None:
    server.dies_after_content = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.send(letter("delivery-1"))

    assert len(server.message_ids) == 1


def test_failures_come_back_to_an_address_of_their_own_and_from_stays_the_sender(
    server: FaultySmtpServer,
) -> None:
    mail.send(mail.Letter("one", "alice@aurora.example", "Hello", "", "", {}, "bounces+x@example.org"))

    assert server.senders == ["bounces+x@example.org"]
