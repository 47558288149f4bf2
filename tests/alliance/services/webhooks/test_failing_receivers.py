"""Receivers that refuse, are gone, redirect or hang, and what becomes of their messages."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from portal.kernel import jobs
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.operations import cancel_job
from portal.kernel.publishing import publish
from portal.kernel.webhooks import (
    OffReason,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryState,
    WebhookState,
    kinds,
    pending,
    send_test,
    sending,
)
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.webhook_receiver import Receiver, webhook_receiver
from tests.support.webhooks import last_delivery, pass_retry_time, publish_notice, webhook_of

pytestmark = pytest.mark.django_db


def test_a_receiver_that_refuses_is_tried_again_later(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address)
    receiver.status = 500

    publish_notice()

    row = last_delivery()
    assert (row.state, row.status, row.fault) == ("pending", 500, "status")
    webhook = Webhook.objects.get()
    assert webhook.failing_since is not None
    assert webhook.retry_at - webhook.failing_since == timedelta(seconds=10)
    looks = Job.objects.filter(kind="send_webhook", state="ready")
    assert looks.count() == 1
    assert looks.get().next_at == webhook.wake_at

    receiver.status = 200
    pass_retry_time()

    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.failures, webhook.retry_at) == (None, 0, None)
    assert [each.headers["webhook-id"] for each in receiver.received] == [last_delivery().message_id] * 2


def test_a_receiver_that_is_gone_is_switched_off_at_once(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address)
    receiver.status = 410

    publish_notice()

    webhook = Webhook.objects.get()
    assert (webhook.state, webhook.off_reason) == (WebhookState.OFF, OffReason.GONE)
    assert last_delivery().state == WebhookDeliveryState.FAILED
    letters = [letter for letter in mail.outbox if "switched off" in letter.subject]
    assert [letter.to for letter in letters] == [[cast.sven.email]]


def test_after_five_days_it_is_switched_off_and_its_administrators_are_notified(
    cast: Cast, receiver: Receiver
) -> None:
    webhook_of(cast, receiver.address)
    receiver.status = 500
    publish_notice()

    pass_retry_time(days=4.9)
    assert Webhook.objects.get().state == WebhookState.ACTIVE
    pass_retry_time(days=0.2)

    webhook = Webhook.objects.get()
    assert (webhook.state, webhook.off_reason) == (WebhookState.OFF, OffReason.FAILING)
    assert last_delivery().state == WebhookDeliveryState.FAILED
    assert Event.objects.get(kind="webhook.switch_off").data["off_reason"] == "failing"
    assert any("switched off" in letter.subject for letter in mail.outbox)


def test_a_message_that_alone_is_refused_is_given_up_without_the_webhook(
    cast: Cast, receiver: Receiver
) -> None:
    webhook_of(cast, receiver.address)
    receiver.status = 500
    publish_notice(1)
    refused = last_delivery()
    WebhookDelivery.objects.update(attempts=12)

    pass_retry_time()
    receiver.status = 200
    publish_notice(2)
    pass_retry_time()

    refused.refresh_from_db()
    assert (refused.state, refused.attempts) == (WebhookDeliveryState.FAILED, 13)
    assert last_delivery().state == WebhookDeliveryState.DELIVERED
    assert Webhook.objects.get().is_active


@pytest.mark.parametrize("end", ["dropped", "cancelled"])
def test_a_failure_whose_message_is_given_up_says_nothing_about_the_next(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    webhook_of(cast, receiver.address)
    receiver.status = 502
    publish_notice(1)
    if end == "dropped":
        with monkeypatch.context() as patch:
            patch.setattr(sending, "data_for", lambda *_: None)
            pass_retry_time()
    else:
        cancel_job(SYSTEM, Job.objects.get(kind="send_webhook", state="ready"), "Not needed.")

    pass_retry_time(days=10)
    publish_notice(2)

    webhook = Webhook.objects.get()
    assert (webhook.state, webhook.failures) == (WebhookState.ACTIVE, 1)
    assert len(receiver.received) == 2


def test_what_only_a_newer_version_knows_waits_for_its_workers_for_a_day(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, _secret = webhook_of(cast, receiver.address)
    receiver.status = 500
    publish_notice()
    row = last_delivery()
    receiver.status = 204
    receiver.received.clear()
    kind = kinds._KINDS["publication.created"]
    monkeypatch.delitem(kinds._KINDS, kind.name)
    for entry in kind.entries:
        monkeypatch.delitem(kinds._KIND_OF_ENTRY, entry)

    with acting_as(cast.actor("sven")) as actor:
        send_test(actor, webhook)
    pass_retry_time()
    routing = Job.objects.get(kind="route_webhooks")
    Job.objects.filter(pk=routing.pk).update(state="ready", attempts=0)
    jobs.run_job(routing.pk)

    routing.refresh_from_db()
    row.refresh_from_db()
    assert (routing.state, routing.attempts, row.state, row.attempts) == ("ready", 0, "pending", 1)
    assert len(receiver.received) == 1  # the test message

    day = timedelta(days=2)
    WebhookDelivery.objects.filter(pk=row.pk).update(created_at=timezone.now() - day)
    Job.objects.filter(pk=routing.pk).update(created_at=timezone.now() - day, next_at=timezone.now() - day)
    pass_retry_time()

    row.refresh_from_db()
    assert row.state == WebhookDeliveryState.DROPPED


def test_a_redirect_is_not_followed(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address)
    with webhook_receiver() as other:
        receiver.status, receiver.location = 307, other.address
        publish_notice()

        assert other.received == []
    row = last_delivery()
    assert (row.state, row.status, row.fault) == ("pending", 307, "redirect")


def test_an_inner_address_is_not_connected_to(cast: Cast, receiver: Receiver, settings: Any) -> None:
    webhook_of(cast, receiver.address.replace("http:", "https:").replace("127.0.0.1", "localhost"))
    settings.OUTGOING_ALLOW_LOOPBACK = False

    publish_notice()

    assert receiver.received == []
    assert (last_delivery().state, last_delivery().fault) == ("pending", "address")


@pytest.mark.parametrize("way", ["hangs", "trickles"])
def test_a_receiver_that_hangs_holds_nobody(cast: Cast, receiver: Receiver, way: str) -> None:
    webhook_of(cast, receiver.address)
    setattr(receiver, way, True)
    for number in range(3):
        publish(SYSTEM, "notice", f"b/{number}", {"a": 1}, title={"en": "A"}, languages=["en"])

    started = time.monotonic()
    run_all_jobs()

    # three messages wait, and one try was made
    assert time.monotonic() - started < 8
    assert len(receiver.received) == 1
    first = WebhookDelivery.objects.order_by("pk").first()
    assert (first.fault, first.status) == ("timeout", None)
    assert 900 <= first.milliseconds < 2500


def test_many_that_hang_take_turns(cast: Cast) -> None:
    """At most two jobs are at it, one of them at a receiver that has failed: what is not begun counts no try."""
    rows = [webhook_of(cast, f"https://example.org/{number}")[0] for number in range(4)]
    later = timezone.now() + timedelta(seconds=30)
    Webhook.objects.filter(pk=rows[0].pk).update(failing_since=timezone.now(), busy_until=later)
    Webhook.objects.filter(pk=rows[1].pk).update(failing_since=timezone.now())

    with pytest.raises(jobs.NotAttempted):  # another that fails
        sending._take(rows[1].pk)
    assert sending._take(rows[2].pk)  # one that does not
    with pytest.raises(jobs.NotAttempted):
        sending._take(rows[3].pk)
    assert not sending._take(rows[2].pk)  # somebody is at it


def test_a_waiting_delivery_starts_when_a_slot_is_freed(cast: Cast, receiver: Receiver) -> None:
    """Not after the fifteen seconds for which a job waits that could not begin; the one that fails comes last."""
    rows = [webhook_of(cast, receiver.address)[0] for _number in range(5)]
    ids = [row.pk for row in rows]
    later = timezone.now() + timedelta(seconds=30)
    busy, failing, waiting, done = ids[:2], ids[2], ids[3], ids[4]
    Webhook.objects.filter(pk__in=busy).update(busy_until=later)
    Webhook.objects.filter(pk=failing).update(failing_since=timezone.now())
    pending.wake([failing, waiting])
    for job_id in jobs.queue.due_ids():
        jobs.run_job(job_id)
    assert jobs.queue.due_ids() == []

    Webhook.objects.filter(pk=busy[0]).update(busy_until=None)
    pending.wake([done])
    for job_id in jobs.queue.due_ids():
        jobs.run_job(job_id)

    looks = Job.objects.filter(pk__in=jobs.queue.due_ids()).order_by("pk")
    assert [job.payload["webhook"] for job in looks] == [waiting, failing]
    assert not Job.objects.filter(state="ready", last_error__endswith="NoTurn").exists()


def test_many_events_queue_one_look(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address)
    for number in range(5):
        publish(SYSTEM, "notice", f"c/{number}", {"a": 1}, title={"en": "A"}, languages=["en"])

    kinds = run_all_jobs()

    assert len(receiver.received) == 5
    assert kinds.count("route_webhooks") == 5
    assert kinds.count("send_webhook") < 5


def test_a_worker_that_was_killed_loses_nothing(cast: Cast, receiver: Receiver) -> None:
    """The busy mark ends by itself; the message goes out once more, under its number."""
    webhook_of(cast, receiver.address)
    receiver.status = 500
    publish_notice()
    Webhook.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    receiver.status = 204

    pass_retry_time()

    assert last_delivery().state == WebhookDeliveryState.DELIVERED
