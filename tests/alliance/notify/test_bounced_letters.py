"""Mail that goes wrong, seen from the job: what is tried again, what is noted, and what a returned letter changes."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alliance.models import Invitation, Report
from alliance.services.invitations import invite_person, resend_invitation
from portal.kernel import jobs, journal
from portal.kernel.jobs import Job, JobState, run_job
from portal.kernel.journal import Event
from portal.kernel.mail import make_return_path, smtp_connection
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.delivery_status import delivery_status_notification
from tests.support.faulty_smtp import FaultySmtpServer, faulty_smtp_server
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def server(settings: Any) -> Iterator[FaultySmtpServer]:
    smtp_connection._CONNECTION.away_until = 0.0
    with faulty_smtp_server(settings) as smtp_server:
        yield smtp_server
    smtp_connection.close_connection()
    smtp_connection._CONNECTION.away_until = 0.0


@pytest.fixture
def delivery(cast: Cast, report: Report) -> Delivery:
    """One that waits for the worker: to Sven."""
    journal.record(cast.actor("alice"), "report.ask_for_sign_off", report)
    jobs.run_job(Job.objects.get(kind="route_event").pk)
    email_delivery: Delivery = Delivery.objects.get(channel=Channel.EMAIL)
    return email_delivery


def try_once() -> Job:
    jobs.run_job(Job.objects.get(kind="send_delivery").pk)
    return Job.objects.get(kind="send_delivery")


def test_a_refused_address_is_noted_at_once_and_not_tried_again(
    cast: Cast, delivery: Delivery, server: FaultySmtpServer
) -> None:
    server.to_recipient = "550 5.1.1 No such user"
    job = try_once()
    delivery.refresh_from_db()
    cast.sven.refresh_from_db()

    assert (job.state, job.attempts) == (JobState.DONE, 1)
    assert (delivery.state, delivery.code) == ("refused", "5.1.1")
    assert cast.sven.is_unreachable
    assert Event.objects.get(kind="person.bounce").data == {"code": "5.1.1"}


def test_a_full_mailbox_is_noted_with_the_letter_alone(
    cast: Cast, delivery: Delivery, server: FaultySmtpServer
) -> None:
    server.to_recipient = "552 5.2.2 Mailbox full"
    try_once()
    delivery.refresh_from_db()
    cast.sven.refresh_from_db()

    assert (delivery.state, delivery.code, cast.sven.is_unreachable) == ("refused", "5.2.2", False)


def test_what_is_put_off_is_tried_again_later(delivery: Delivery, server: FaultySmtpServer) -> None:
    server.to_recipient = "451 4.3.0 Come back later"
    job = try_once()
    delivery.refresh_from_db()

    assert (job.state, job.attempts, delivery.state) == (JobState.READY, 1, "pending")


def test_a_letter_that_was_not_tried_loses_no_try(
    cast: Cast, delivery: Delivery, report: Report, server: FaultySmtpServer
) -> None:
    server.stalls = True
    journal.record(cast.actor("alice"), "report.ask_for_sign_off", report)
    for job_id in Job.objects.filter(kind="route_event", state="ready").values_list("pk", flat=True):
        run_job(job_id)
    jobs = list(Job.objects.filter(kind="send_delivery").order_by("pk"))
    for job in jobs:
        run_job(job.pk)
        job.refresh_from_db()

    assert [job.attempts for job in jobs] == [1, 0]
    assert {job.state for job in jobs} == {JobState.READY}


def test_a_server_that_dies_with_the_letter_gets_it_again_under_the_same_name(
    delivery: Delivery, server: FaultySmtpServer
) -> None:
    server.dies_after_content = True
    assert try_once().state == JobState.READY
    server.dies_after_content = False
    smtp_connection._CONNECTION.away_until = 0.0
    Job.objects.filter(kind="send_delivery").update(next_at="2026-01-01T00:00:00Z")
    assert try_once().state == JobState.DONE

    assert server.message_ids == [f"<delivery-{delivery.pk}@127.0.0.1>"] * 2


# --- What comes back later -------------------------------------------------------------------


def come_back(
    monkeypatch: pytest.MonkeyPatch, to: str, status: str = "5.1.1", action: str = "failed"
) -> None:
    raw = delivery_status_notification(to, action, status)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("receive_bounce")


@pytest.fixture
def back(delivery: Delivery, cast: Cast, settings: Any) -> str:
    """Where the delivery comes back to; it was sent."""
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    run_all_jobs()
    return make_return_path("d", delivery.pk, cast.sven.email)


def test_a_letter_that_comes_back_is_noted_and_the_address_given_up(
    cast: Cast, delivery: Delivery, back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _twice in range(2):
        come_back(monkeypatch, back)
    delivery.refresh_from_db()
    cast.sven.refresh_from_db()

    assert (delivery.state, delivery.code, cast.sven.is_unreachable) == ("bounced", "5.1.1", True)
    assert Event.objects.filter(kind="person.bounce").count() == 1


def test_a_delay_is_noted_alone(
    cast: Cast, delivery: Delivery, back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_back(monkeypatch, back, "4.4.1", "delayed")
    delivery.refresh_from_db()
    cast.sven.refresh_from_db()

    assert (delivery.state, delivery.code, cast.sven.is_unreachable) == ("sent", "4.4.1", False)


def test_a_forged_notification_changes_nothing(
    cast: Cast, delivery: Delivery, back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = back.replace(f"+d{delivery.pk}-", f"+d{delivery.pk + 1}-")
    with pytest.raises(CommandError) as refusal:
        come_back(monkeypatch, forged)
    cast.sven.refresh_from_db()

    assert (refusal.value.returncode, cast.sven.is_unreachable) == (65, False)


def test_an_invitation_that_did_not_arrive_says_so_until_it_is_sent_again(
    cast: Cast, server: FaultySmtpServer
) -> None:
    invitation = invite_person(
        cast.actor("sven"), cast.aurora, email="dora@aurora.example", name="Dora", roles=["editor"]
    )
    server.to_recipient = "550 5.1.1 No such user"
    run_all_jobs()
    invitation.refresh_from_db()
    assert invitation.bounce_code == "5.1.1"

    server.to_recipient = "250 OK"
    resend_invitation(cast.actor("sven"), invitation)
    run_all_jobs()
    assert Invitation.objects.get(pk=invitation.pk).bounce_code == ""
