"""Making, pausing, replaying and deleting webhooks: who may, and what others see of it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from portal.kernel import journal, webhooks
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.webhooks import Webhook, WebhookDelivery, WebhookDeliveryState
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.webhook_receiver import Receiver
from tests.support.webhooks import KINDS, last_delivery, publish_notice, webhook_of

pytestmark = pytest.mark.django_db


# --- Who may ---


@pytest.mark.parametrize("name", ["alice", "bob", "rita"])
def test_who_does_not_administer_makes_none(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        webhook_of(cast, "https://example.org/", name)


@pytest.mark.parametrize(
    "address", ["http://example.org/", "https://a:b@example.org/", "ftp://example.org/", "https://example.org/#a", "x"]
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused(cast: Cast, address: str) -> None:
    with pytest.raises(DomainError) as refusal:
        webhook_of(cast, address)
    assert refusal.value.field == "address"


def test_an_unknown_kind_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        webhook_of(cast, "https://example.org/", kinds=("no.such",))
    assert refusal.value.field == "kinds"


def test_an_organisation_has_ten_at_most(cast: Cast) -> None:
    for _number in range(webhooks.MOST_WEBHOOKS):
        webhook_of(cast, "https://example.org/")

    with pytest.raises(DomainError, match="limit of 10"):
        webhook_of(cast, "https://example.org/")


def test_the_same_form_twice_makes_one(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as actor:
        facts: Any = {"name": "A", "address": "https://example.org/", "kinds": KINDS, "form_key": "key"}
        first = webhooks.create_webhook(actor, **facts)
        second = webhooks.create_webhook(actor, **facts)

        assert (first[0].pk, first[1]) == (second[0].pk, second[1])
        assert Webhook.objects.count() == 1
        webhooks.end_webhook(actor, first[0])
        with pytest.raises(WrongState, match=r"the state is “Deleted”\. Webhook deleted: Sven, "):
            webhooks.create_webhook(actor, **facts)


def test_a_webhook_of_others_is_not_there(cast: Cast) -> None:
    webhook, _secret = webhook_of(cast, "https://example.org/")

    for name in ("carol", "alice", "mona"):
        actor = cast.actor(name)
        with acting_as(actor):
            assert not Webhook.objects.visible_to(actor).exists()
            with pytest.raises((Forbidden, Webhook.DoesNotExist)):
                webhooks.send_test(actor, webhook)


# --- What people do with it ---


def test_what_happens_while_it_is_paused_is_sent_only_when_it_is_asked(
    cast: Cast, receiver: Receiver
) -> None:
    webhook, _secret = webhook_of(cast, receiver.address)
    sven = cast.actor("sven")
    with acting_as(sven):
        webhooks.pause_webhook(sven, webhook)
    publish_notice()
    assert last_delivery().state == WebhookDeliveryState.SKIPPED
    with acting_as(sven):
        webhooks.resume_webhook(sven, webhook)
    run_all_jobs()
    assert receiver.received == []

    with acting_as(sven):
        count = webhooks.replay_since(sven, webhook, timezone.now() - timedelta(hours=1))
    run_all_jobs()

    assert count == 1
    assert last_delivery().state == WebhookDeliveryState.DELIVERED


def test_one_message_is_sent_again_under_its_number(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address)
    publish_notice()
    sven = cast.actor("sven")

    with acting_as(sven):
        webhooks.replay_delivery(sven, last_delivery())
        with pytest.raises(WrongState):
            webhooks.replay_delivery(sven, last_delivery())
    run_all_jobs()

    assert [each.headers["webhook-id"] for each in receiver.received] == [last_delivery().message_id] * 2


def test_a_deleted_webhook_gets_no_message(cast: Cast, receiver: Receiver) -> None:
    webhook, _secret = webhook_of(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        webhooks.end_webhook(actor, webhook)

    publish_notice()

    assert receiver.received == []
    assert not WebhookDelivery.objects.exists()


def test_colleagues_are_notified_of_a_new_one(cast: Cast) -> None:
    with acting_as(SYSTEM):
        membership = cast.alice.memberships.get()
        membership.roles = [*membership.roles, "administrator"]
        membership.save()

    webhook_of(cast, "https://example.org/hooks")
    run_all_jobs()

    letters = [letter for letter in mail.outbox if "webhook was created" in letter.subject]
    assert [letter.to for letter in letters] == [[cast.alice.email]]
    assert "https://example.org/hooks" in letters[0].body


def test_every_act_is_in_the_journal_without_address_or_secret(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = webhook_of(cast, receiver.address)
    sven = cast.actor("sven")
    with acting_as(sven):
        webhooks.change_webhook(
            sven, webhook, name="B", address="https://example.net/x", kinds=KINDS, subjects=None
        )
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
