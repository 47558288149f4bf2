"""Letters that came back: signed return addresses, and delivery status notifications."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.mail import (
    AddressFault,
    LetterReference,
    NotABounce,
    address_fingerprint,
    make_return_path,
    read_bounce,
    read_complaint,
    read_return_path,
)
from portal.kernel.mail.smtp_errors import fault_from_status
from tests.support.delivery_status import delivery_status_notification
from tests.support.feedback_report import feedback_report
from tests.support.made_up_values import UNTIMED

ALICE = "alice@aurora.example"


@pytest.fixture
def address(settings: pytest.FixtureRequest) -> str:
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    return make_return_path("d", 12, ALICE)


def test_a_return_address_says_what_came_back_and_names_nobody(address: str) -> None:
    assert read_return_path(address) == LetterReference("d", 12, address_fingerprint(ALICE))
    assert read_return_path(f"<{address.upper()}>") == LetterReference("d", 12, address_fingerprint(ALICE))
    assert "alice" not in address
    assert len(address.partition("@")[0]) <= 64


def test_without_a_configured_address_there_is_none() -> None:
    assert make_return_path("d", 12, ALICE) == ""


def test_a_forged_return_address_stands_for_nothing(address: str) -> None:
    assert read_return_path(address.replace("+d12-", "+d13-")) is None
    assert read_return_path(address.replace("+d12-", "+g12-")) is None


def test_an_address_that_was_signed_with_an_earlier_key_still_counts(
    address: str, settings: pytest.FixtureRequest
) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert read_return_path(address) is not None


@pytest.mark.parametrize(
    ("action", "status", "trouble"),
    [
        ("failed", "5.1.1", AddressFault("5.1.1", True)),
        ("failed", "5.0.0", AddressFault("5.0.0", True)),
        ("failed", "5.2.2", AddressFault("5.2.2", False)),
        ("failed", "5.7.26", AddressFault("5.7.26", False)),
        ("delayed", "4.4.1", AddressFault("4.4.1", False)),
    ],
)
def test_a_notification_says_what_failed_and_whether_for_good(
    address: str, action: str, status: str, trouble: AddressFault
) -> None:
    assert read_bounce(delivery_status_notification(address, action, status)).fault == trouble


def test_the_server_may_say_itself_whom_it_came_to(address: str) -> None:
    bounce = read_bounce(
        delivery_status_notification("bounces@portal.example", "failed", "5.1.1"), recipient=address
    )
    assert bounce.letter.pk == 12


@pytest.mark.parametrize(
    ("to", "action"),
    [("bounces@portal.example", "failed"), ("bounces+d12-0000000000000000-00000000000000000000@x", "failed")],
)
def test_what_did_not_come_to_a_signed_address_is_refused(to: str, action: str) -> None:
    with pytest.raises(NotABounce, match="signed"):
        read_bounce(delivery_status_notification(to, action, "5.1.1"))


def test_what_reports_no_failure_is_refused(address: str) -> None:
    for raw in (
        delivery_status_notification(address, "relayed", "2.0.0"),
        f"To: {address}\n\nI am away.".encode(),
        b"",
    ):
        with pytest.raises(NotABounce):
            read_bounce(raw, recipient=address)


def test_a_complaint_is_known_by_the_return_address_that_it_quotes(address: str) -> None:
    letter = b"From: portal@alliance.example\r\nSubject: Report\r\n\r\nText\r\n"
    for raw in (feedback_report(letter, mail_from=address), feedback_report(letter, return_path=address)):
        complaint = read_complaint(raw)
        assert complaint
        assert complaint.letter == LetterReference("d", 12, address_fingerprint(ALICE))
    with pytest.raises(NotABounce, match="signed"):
        read_complaint(feedback_report(letter))
    assert read_complaint(delivery_status_notification(address, "failed", "5.1.1")) is None


@UNTIMED
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    assert read_complaint(raw) is None
    with pytest.raises(NotABounce):
        read_bounce(raw)


@UNTIMED
@given(st.text(max_size=30))
def test_any_status_is_some_trouble(status: str) -> None:
    assert len(fault_from_status(status).code) <= 16
