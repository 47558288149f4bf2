"""Mail that goes wrong, seen from the job: what is tried again, what is noted, and what a returned letter changes."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alliance.models import Invitation, Report
from alliance.queries.actors import actor_without_organisation
from alliance.services.accounts import request_password_reset
from alliance.services.handover import leave_organisation
from alliance.services.invitations import invite_person, resend_invitation
from alliance.services.notifications import save_notice_paces
from portal.kernel import jobs, journal
from portal.kernel.access import acting_as
from portal.kernel.jobs import Job, JobState, run_job
from portal.kernel.journal import Event
from portal.kernel.mail import make_return_path, smtp_connection
from portal.kernel.notices import Channel, Delivery, Pace
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.delivery_status import delivery_status_notification
from tests.support.faulty_smtp import FaultySmtpServer, faulty_smtp_server
from tests.support.feedback_report import feedback_report
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

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


def test_a_greylisted_letter_arrives_once(delivery: Delivery, server: FaultySmtpServer) -> None:
    server.to_recipient = "450 4.2.0 Greylisted, come back in five minutes"
    assert try_once().state == JobState.READY
    server.to_recipient = "250 OK"
    Job.objects.filter(kind="send_delivery").update(next_at="2026-01-01T00:00:00Z")
    assert try_once().state == JobState.DONE
    delivery.refresh_from_db()

    assert (delivery.state, len(server.message_ids)) == ("sent", 1)


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


# --- What its reader reports as spam ---------------------------------------------------------


def complain(monkeypatch: pytest.MonkeyPatch, server: FaultySmtpServer, feedback_type: str = "abuse") -> None:
    raw = feedback_report(server.contents[-1], return_path=server.senders[-1], feedback_type=feedback_type)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("receive_bounce")


def test_a_complaint_turns_optional_letters_off_and_no_others(
    cast: Cast, report: Report, delivery: Delivery, server: FaultySmtpServer, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    try_once()
    for _twice in range(2):
        complain(monkeypatch, server)
    delivery.refresh_from_db()
    cast.sven.refresh_from_db()
    assert (delivery.state, cast.sven.is_unreachable) == ("complained", False)
    assert Event.objects.filter(kind="person.complain").count() == 1
    assert "Reported an e-mail as spam" in words_of(signed_in(cast.sven).get("/workspace/people/"))
    assert "Reported as spam by the recipient" in words_of(
        signed_in(cast.mona).get("/secretariat/deliveries/")
    )

    with acting_as(cast.actor("bob")) as bob:
        leave_organisation(bob)  # in a group that can be turned off
    run_all_jobs()
    assert server.recipients.count(cast.sven.email) == 1
    journal.record(cast.actor("alice"), "report.ask_for_sign_off", report)  # compulsory: nobody else can sign
    request_password_reset(cast.sven.email)
    run_all_jobs()
    assert server.recipients.count(cast.sven.email) == 3

    with acting_as(actor_without_organisation(cast.sven)):
        save_notice_paces(cast.sven, {"drafts": Pace.AT_ONCE})
    assert "Reported an e-mail as spam" not in words_of(signed_in(cast.sven).get("/workspace/people/"))


def test_a_forged_complaint_and_one_that_is_none_change_nothing(
    cast: Cast, delivery: Delivery, server: FaultySmtpServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    try_once()
    with pytest.raises(CommandError):
        complain(monkeypatch, server, "not-spam")
    server.senders.append(server.senders[-1].replace(f"+d{delivery.pk}-", f"+d{delivery.pk + 1}-"))
    with pytest.raises(CommandError):
        complain(monkeypatch, server)
    delivery.refresh_from_db()
    cast.sven.refresh_from_db()
    assert (delivery.state, cast.sven.complained_at) == ("sent", None)


def test_an_invitation_that_was_reported_as_spam_says_so_until_it_is_sent_again(
    cast: Cast, server: FaultySmtpServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    invitation = invite_person(
        cast.actor("sven"), cast.aurora, email="dora@aurora.example", name="Dora", roles=["editor"]
    )
    run_all_jobs()
    complain(monkeypatch, server)
    assert "Reported as spam by the recipient" in words_of(signed_in(cast.sven).get("/workspace/people/"))
    resend_invitation(cast.actor("sven"), invitation)
    assert not Invitation.objects.get(pk=invitation.pk).is_reported_as_spam
