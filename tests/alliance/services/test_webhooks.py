"""Webhooks: what is sent to whom, how it is signed, and what becomes of a receiver that does not take it."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from alliance.enums import OrganisationState
from alliance.models import Organisation
from portal.kernel import jobs, journal, webhooks
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.publishing import publish
from portal.kernel.webhooks import (
    OffReason,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryState,
    WebhookState,
    pending,
    sending,
)
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.webhook_receiver import Receiver, webhook_receiver

pytestmark = pytest.mark.django_db
ALL = ("publication.created", "report.submitted", "question.asked", "cycle.opened")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as one:
        yield one


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that hangs is given up after a second."""
    monkeypatch.setattr("portal.kernel.outgoing._POST_WHOLE", 1.0)


def make(cast: Cast, address: str, name: str = "sven", kinds: Any = ALL) -> tuple[Webhook, str]:
    with acting_as(cast.actor(name)) as actor:
        return webhooks.create_webhook(actor, name="A program", address=address, kinds=kinds)


def something_published(number: int = 0) -> int:
    """A publication, routed and sent."""
    record = f"a/{number}"
    made = publish(SYSTEM, "notice", record, {"a": 1}, title={"en": "Secret title"}, languages=["en"])
    run_all_jobs()
    return made.number


def delivery() -> WebhookDelivery:
    row: WebhookDelivery = WebhookDelivery.objects.order_by("-pk").first()
    return row


def comes_later(days: float = 0) -> None:
    """The time of the next try has come, after so many days of failing."""
    past = timezone.now() - timedelta(hours=1)  # the transaction of the test has begun a while ago
    Webhook.objects.update(retry_at=past, wake_at=None)
    WebhookDelivery.objects.filter(state="pending").update(next_at=past)
    for row in Webhook.objects.exclude(failing_since=None):
        row.failing_since -= timedelta(days=days)
        row.save()
    pending.wake([row.pk for row in Webhook.objects.all()])
    run_all_jobs()


# --- What is sent ---


def test_a_message_is_verified_by_a_library_that_is_not_ours(cast: Cast, receiver: Receiver) -> None:
    _webhook, secret = make(cast, receiver.address)

    number = something_published()

    message = receiver.received[0].verified(secret)
    assert message["type"] == "publication.created"
    assert message["data"]["number"] == number
    assert message["data"]["url"].endswith(f"/api/v1/publications/{number}/")
    assert message["timestamp"]
    assert "Secret title" not in receiver.received[0].body.decode()
    assert (delivery().state, delivery().status, delivery().attempts) == ("delivered", 204, 1)
    assert receiver.received[0].headers["webhook-id"] == delivery().message_id


def test_a_changed_message_is_refused_by_it(cast: Cast, receiver: Receiver) -> None:
    _webhook, secret = make(cast, receiver.address)
    something_published()

    received = receiver.received[0]
    received.body += b" "

    with pytest.raises(WebhookVerificationError):
        received.verified(secret)


def test_while_rotating_both_secrets_hold(cast: Cast, receiver: Receiver) -> None:
    webhook, old = make(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        _same, new = webhooks.rotate_secret(actor, webhook)

    something_published()

    assert old != new
    assert receiver.received[0].verified(old) == receiver.received[0].verified(new)


def test_a_day_later_the_old_secret_holds_no_more(cast: Cast, receiver: Receiver) -> None:
    webhook, old = make(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        _same, new = webhooks.rotate_secret(actor, webhook)
    Webhook.objects.update(previous_until=timezone.now())

    something_published()

    assert receiver.received[0].verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.received[0].verified(old)


def test_secrets_are_not_in_the_table(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = make(cast, receiver.address)

    assert secret.startswith("whsec_")
    assert secret not in str(vars(Webhook.objects.get()))
    assert secret.removeprefix("whsec_") not in webhook.secret


def test_what_nobody_chose_is_not_sent(cast: Cast, receiver: Receiver) -> None:
    make(cast, receiver.address, kinds=("cycle.opened",))

    something_published()

    assert receiver.received == []
    assert not WebhookDelivery.objects.exists()


def test_what_is_told_of_the_past_is_not_sent(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(cast, receiver.address)
    monkeypatch.setattr("portal.kernel.clock.is_set", lambda: True)

    something_published()

    assert receiver.received == []


def test_a_test_message_says_nothing_but_that_it_is_one(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = make(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        webhooks.send_test(actor, webhook)
    run_all_jobs()

    message = receiver.received[0].verified(secret)
    assert (message["type"], message["data"]) == ("webhook.test", {"webhook": webhook.pk})


# --- Who may ---


@pytest.mark.parametrize("name", ["alice", "bob", "rita"])
def test_who_does_not_administer_makes_none(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        make(cast, "https://example.org/", name)


@pytest.mark.parametrize(
    "address", ["http://example.org/", "https://a:b@example.org/", "ftp://example.org/", "https://example.org/#a", "x"]
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused(cast: Cast, address: str) -> None:
    with pytest.raises(DomainError) as refusal:
        make(cast, address)
    assert refusal.value.field == "address"


def test_an_unknown_kind_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        make(cast, "https://example.org/", kinds=("no.such",))
    assert refusal.value.field == "kinds"


def test_an_organisation_has_ten_at_most(cast: Cast) -> None:
    for _number in range(webhooks.MOST_WEBHOOKS):
        make(cast, "https://example.org/")

    with pytest.raises(DomainError, match="limit of 10"):
        make(cast, "https://example.org/")


def test_the_same_form_twice_makes_one(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as actor:
        facts: Any = {"name": "A", "address": "https://example.org/", "kinds": ALL, "form_key": "key"}
        first = webhooks.create_webhook(actor, **facts)
        second = webhooks.create_webhook(actor, **facts)

    assert (first[0].pk, first[1]) == (second[0].pk, second[1])
    assert Webhook.objects.count() == 1


def test_a_webhook_of_others_is_not_there(cast: Cast) -> None:
    webhook, _secret = make(cast, "https://example.org/")

    for name in ("carol", "alice", "mona"):
        actor = cast.actor(name)
        with acting_as(actor):
            assert not Webhook.objects.visible_to(actor).exists()
            with pytest.raises((Forbidden, Webhook.DoesNotExist)):
                webhooks.send_test(actor, webhook)


# --- What the organisation may see, now ---


def visible_to_reader(actor: Actor, event: Event) -> Any:
    return Organisation.objects.visible_to(actor).filter(pk=event.target_id).values("slug").first()


def test_what_became_invisible_meanwhile_is_not_sent(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(cast, receiver.address)
    receiver.status = 500
    something_published()
    receiver.status = 204
    receiver.received.clear()
    monkeypatch.setattr("portal.kernel.webhooks.sending.data_for", lambda *_: None)

    comes_later()

    assert receiver.received == []
    assert delivery().state == WebhookDeliveryState.DROPPED


def test_a_suspended_organisation_is_notified_of_nothing(cast: Cast, receiver: Receiver) -> None:
    make(cast, receiver.address)
    receiver.status = 500
    something_published(1)
    receiver.status = 204
    receiver.received.clear()
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)

    comes_later()
    something_published(2)

    assert receiver.received == []
    assert delivery().state == WebhookDeliveryState.DROPPED
    assert WebhookDelivery.objects.count() == 1


# --- Receivers on a bad day ---


def test_a_receiver_that_refuses_is_tried_again_later(cast: Cast, receiver: Receiver) -> None:
    make(cast, receiver.address)
    receiver.status = 500

    something_published()

    assert (delivery().state, delivery().status, delivery().fault) == ("pending", 500, "status")
    webhook = Webhook.objects.get()
    assert webhook.failing_since is not None
    assert webhook.retry_at - webhook.failing_since == timedelta(seconds=10)
    looks = Job.objects.filter(kind="send_webhook", state="ready")
    assert looks.count() == 1
    assert looks.get().next_at == webhook.wake_at

    receiver.status = 200
    comes_later()

    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.failures, webhook.retry_at) == (None, 0, None)
    assert [each.headers["webhook-id"] for each in receiver.received] == [delivery().message_id] * 2


def test_a_receiver_that_is_gone_is_switched_off_at_once(cast: Cast, receiver: Receiver) -> None:
    make(cast, receiver.address)
    receiver.status = 410

    something_published()

    webhook = Webhook.objects.get()
    assert (webhook.state, webhook.off_reason) == (WebhookState.OFF, OffReason.GONE)
    assert delivery().state == WebhookDeliveryState.FAILED
    letters = [letter for letter in mail.outbox if "switched off" in letter.subject]
    assert [letter.to for letter in letters] == [[cast.sven.email]]


def test_after_five_days_it_is_switched_off_and_its_administrators_are_notified(
    cast: Cast, receiver: Receiver
) -> None:
    make(cast, receiver.address)
    receiver.status = 500
    something_published()

    comes_later(days=4.9)
    assert Webhook.objects.get().state == WebhookState.ACTIVE
    comes_later(days=0.2)

    webhook = Webhook.objects.get()
    assert (webhook.state, webhook.off_reason) == (WebhookState.OFF, OffReason.FAILING)
    assert delivery().state == WebhookDeliveryState.FAILED
    assert Event.objects.get(kind="webhook.switch_off").data["off_reason"] == "failing"
    assert any("switched off" in letter.subject for letter in mail.outbox)


def test_a_message_that_alone_is_refused_is_given_up_without_the_webhook(
    cast: Cast, receiver: Receiver
) -> None:
    make(cast, receiver.address)
    receiver.status = 500
    something_published(1)
    refused = delivery()
    WebhookDelivery.objects.update(attempts=12)

    comes_later()
    receiver.status = 200
    something_published(2)
    comes_later()

    refused.refresh_from_db()
    assert (refused.state, refused.attempts) == (WebhookDeliveryState.FAILED, 13)
    assert delivery().state == WebhookDeliveryState.DELIVERED
    assert Webhook.objects.get().is_active


def test_a_redirect_is_not_followed(cast: Cast, receiver: Receiver) -> None:
    make(cast, receiver.address)
    with webhook_receiver() as other:
        receiver.status, receiver.location = 307, other.address
        something_published()

        assert other.received == []
    assert (delivery().state, delivery().status, delivery().fault) == ("pending", 307, "redirect")


def test_an_inner_address_is_not_connected_to(cast: Cast, receiver: Receiver, settings: Any) -> None:
    make(cast, receiver.address.replace("http:", "https:").replace("127.0.0.1", "localhost"))
    settings.OUTGOING_ALLOW_LOOPBACK = False

    something_published()

    assert receiver.received == []
    assert (delivery().state, delivery().fault) == ("pending", "address")


@pytest.mark.parametrize("way", ["hangs", "trickles"])
def test_a_receiver_that_hangs_holds_nobody(cast: Cast, receiver: Receiver, way: str) -> None:
    make(cast, receiver.address)
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
    rows = [make(cast, f"https://example.org/{number}")[0] for number in range(4)]
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
    rows = [make(cast, receiver.address)[0] for _number in range(5)]
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
    make(cast, receiver.address)
    for number in range(5):
        publish(SYSTEM, "notice", f"c/{number}", {"a": 1}, title={"en": "A"}, languages=["en"])

    kinds = run_all_jobs()

    assert len(receiver.received) == 5
    assert kinds.count("route_webhooks") == 5
    assert kinds.count("send_webhook") < 5


def test_a_worker_that_was_killed_loses_nothing(cast: Cast, receiver: Receiver) -> None:
    """The busy mark ends by itself; the message goes out once more, under its number."""
    make(cast, receiver.address)
    receiver.status = 500
    something_published()
    Webhook.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    receiver.status = 204

    comes_later()

    assert delivery().state == WebhookDeliveryState.DELIVERED


# --- What people do with it ---


def test_what_happens_while_it_is_paused_is_sent_only_when_it_is_asked(
    cast: Cast, receiver: Receiver
) -> None:
    webhook, _secret = make(cast, receiver.address)
    sven = cast.actor("sven")
    with acting_as(sven):
        webhooks.pause_webhook(sven, webhook)
    something_published()
    assert delivery().state == WebhookDeliveryState.SKIPPED
    with acting_as(sven):
        webhooks.resume_webhook(sven, webhook)
    run_all_jobs()
    assert receiver.received == []

    with acting_as(sven):
        count = webhooks.replay_since(sven, webhook, timezone.now() - timedelta(hours=1))
    run_all_jobs()

    assert count == 1
    assert delivery().state == WebhookDeliveryState.DELIVERED


def test_one_message_is_sent_again_under_its_number(cast: Cast, receiver: Receiver) -> None:
    make(cast, receiver.address)
    something_published()
    sven = cast.actor("sven")

    with acting_as(sven):
        webhooks.replay_delivery(sven, delivery())
        with pytest.raises(WrongState):
            webhooks.replay_delivery(sven, delivery())
    run_all_jobs()

    assert [each.headers["webhook-id"] for each in receiver.received] == [delivery().message_id] * 2


def test_one_that_was_deleted_gets_nothing(cast: Cast, receiver: Receiver) -> None:
    webhook, _secret = make(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        webhooks.end_webhook(actor, webhook)

    something_published()

    assert receiver.received == []
    assert not WebhookDelivery.objects.exists()


def test_colleagues_are_notified_of_a_new_one(cast: Cast) -> None:
    with acting_as(SYSTEM):
        membership = cast.alice.memberships.get()
        membership.roles = [*membership.roles, "administrator"]
        membership.save()

    make(cast, "https://example.org/hooks")
    run_all_jobs()

    letters = [letter for letter in mail.outbox if "webhook was created" in letter.subject]
    assert [letter.to for letter in letters] == [[cast.alice.email]]
    assert "https://example.org/hooks" in letters[0].body


def test_every_act_is_in_the_journal_without_address_or_secret(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = make(cast, receiver.address)
    sven = cast.actor("sven")
    with acting_as(sven):
        webhooks.change_webhook(sven, webhook, name="B", address="https://example.net/x", kinds=ALL)
        webhooks.rotate_secret(sven, webhook)
        webhooks.pause_webhook(sven, webhook)
        webhooks.resume_webhook(sven, webhook)
        webhooks.end_webhook(sven, webhook)

    entries = Event.objects.filter(kind__startswith="webhook.").order_by("pk")
    assert [entry.kind.partition(".")[2] for entry in entries] == [
        "create", "edit", "rotate", "pause", "resume", "end",
    ]  # fmt: skip
    assert all(entry.target_tenant_id == cast.aurora.pk for entry in entries)
    text = json.dumps([entry.data for entry in entries])
    assert "example" not in text
    assert secret not in text
    assert all(journal.sentence_for(entry.kind) != entry.kind for entry in entries)
