"""Messages of webhooks: what is sent and how it is signed, and what the organisation may still see."""

import pytest
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from alliance.enums import OrganisationState
from alliance.models import Organisation
from portal.kernel import webhooks
from portal.kernel.access import acting_as
from portal.kernel.webhooks import Webhook, WebhookDelivery, WebhookDeliveryState
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.webhook_receiver import Receiver
from tests.support.webhooks import last_delivery, pass_retry_time, publish_notice, webhook_of

pytestmark = pytest.mark.django_db


# --- What is sent ---


def test_a_message_is_verified_by_a_library_that_is_not_ours(cast: Cast, receiver: Receiver) -> None:
    _webhook, secret = webhook_of(cast, receiver.address)

    number = publish_notice()

    message = receiver.received[0].verified(secret)
    assert message["type"] == "publication.created"
    assert message["data"]["number"] == number
    assert message["data"]["url"].endswith(f"/api/v1/publications/{number}/")
    assert message["timestamp"]
    assert "Secret title" not in receiver.received[0].body.decode()
    assert (last_delivery().state, last_delivery().status, last_delivery().attempts) == ("delivered", 204, 1)
    assert receiver.received[0].headers["webhook-id"] == last_delivery().message_id


def test_a_changed_message_is_refused_by_it(cast: Cast, receiver: Receiver) -> None:
    _webhook, secret = webhook_of(cast, receiver.address)
    publish_notice()

    received = receiver.received[0]
    received.body += b" "

    with pytest.raises(WebhookVerificationError):
        received.verified(secret)


def test_while_rotating_both_secrets_hold(cast: Cast, receiver: Receiver) -> None:
    webhook, old = webhook_of(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        _same, new = webhooks.rotate_secret(actor, webhook)

    publish_notice()

    assert old != new
    assert receiver.received[0].verified(old) == receiver.received[0].verified(new)


def test_a_day_later_the_old_secret_holds_no_more(cast: Cast, receiver: Receiver) -> None:
    webhook, old = webhook_of(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        _same, new = webhooks.rotate_secret(actor, webhook)
    Webhook.objects.update(previous_until=timezone.now())

    publish_notice()

    assert receiver.received[0].verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.received[0].verified(old)


def test_secrets_are_not_in_the_table(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = webhook_of(cast, receiver.address)

    assert secret.startswith("whsec_")
    assert secret not in str(vars(Webhook.objects.get()))
    assert secret.removeprefix("whsec_") not in webhook.secret


def test_events_of_other_kinds_are_not_sent(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address, kinds=("cycle.opened",))

    publish_notice()

    assert receiver.received == []
    assert not WebhookDelivery.objects.exists()


def test_events_of_a_demonstrations_past_are_not_sent(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_of(cast, receiver.address)
    monkeypatch.setattr("portal.kernel.clock.is_set", lambda: True)

    publish_notice()

    assert receiver.received == []


def test_a_test_message_says_nothing_but_that_it_is_one(cast: Cast, receiver: Receiver) -> None:
    webhook, secret = webhook_of(cast, receiver.address)
    with acting_as(cast.actor("sven")) as actor:
        webhooks.send_test(actor, webhook)
    run_all_jobs()

    message = receiver.received[0].verified(secret)
    assert (message["type"], message["data"]) == ("webhook.test", {"webhook": webhook.pk})


# --- What the organisation may see, now ---


def test_what_became_invisible_meanwhile_is_not_sent(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_of(cast, receiver.address)
    receiver.status = 500
    publish_notice()
    receiver.status = 204
    receiver.received.clear()
    monkeypatch.setattr("portal.kernel.webhooks.sending.data_for", lambda *_: None)

    pass_retry_time()

    assert receiver.received == []
    assert last_delivery().state == WebhookDeliveryState.DROPPED


def test_a_suspended_organisation_is_notified_of_nothing(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address)
    receiver.status = 500
    publish_notice(1)
    receiver.status = 204
    receiver.received.clear()
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)

    pass_retry_time()
    publish_notice(2)

    assert receiver.received == []
    assert last_delivery().state == WebhookDeliveryState.DROPPED
    assert WebhookDelivery.objects.count() == 1
