"""Passwords: letters are queued, and no stored row holds a link."""

import pytest

from alliance.services import accounts
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_a_request_for_a_new_password_queues_a_letter(cast: Cast) -> None:
    accounts.request_password_reset(f" {cast.alice.email.upper()} ")
    job = Job.objects.get()
    assert (job.kind, job.payload) == (
        "send_account_letter",
        {"person": cast.alice.pk, "letter": "password_reset"},
    )


def test_an_unknown_address_and_a_closed_account_queue_an_empty_job(cast: Cast) -> None:
    cast.bob.is_active = False
    cast.bob.save()
    for email in ("nobody@nowhere.example", cast.bob.email):
        accounts.request_password_reset(email)
    assert [job.payload["person"] for job in Job.objects.all()] == [0, 0]


def test_a_new_password_is_journalled_and_notified(cast: Cast) -> None:
    accounts.set_password(cast.alice, "another long password")
    cast.alice.refresh_from_db()
    assert cast.alice.check_password("another long password")
    event = Event.objects.get()
    assert (event.kind, event.person_id, event.target_id, event.data) == (
        "person.set_password",
        cast.alice.pk,
        cast.alice.pk,
        {},
    )
    assert Job.objects.get(kind="send_account_letter").payload["letter"] == "password_changed"
