"""Messages to webhooks after a restore: what may have gone out waits for a person; what is asked for goes out."""

from datetime import timedelta

import pytest
import structlog
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.kernel.access import SYSTEM
from portal.kernel.backups import cancel_all, hold_messages, jobs_on_hold, release_all, release_job
from portal.kernel.jobs import Job, JobState
from portal.kernel.operations import cancel_job
from portal.kernel.publishing import publish
from portal.kernel.webhooks import Webhook, WebhookDelivery
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.webhook_receiver import Receiver
from tests.support.webhooks import last_delivery, pass_retry_time, publish_notice, webhook_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(cast: Cast, receiver: Receiver) -> WebhookDelivery:
    """A message that waited for its next try when the backup was taken; by now it is restored."""
    webhook_of(cast, receiver.address)
    receiver.status = 500
    publish_notice(1)
    receiver.status = 204
    receiver.received.clear()
    past = timezone.now() - timedelta(hours=1)
    WebhookDelivery.objects.update(next_at=past)
    Webhook.objects.update(retry_at=None, wake_at=past)
    with connection.cursor() as cursor:
        hold_messages(cursor, timezone.now())
    return last_delivery()


def publish_on_request(number: int) -> WebhookDelivery:
    with structlog.contextvars.bound_contextvars(request_id="a-request-since"):
        publish(SYSTEM, "notice", f"a/{number}", {"a": 1}, title={"en": "A"}, languages=["en"])
    run_all_jobs()
    return last_delivery()


def received(receiver: Receiver) -> list[str]:
    return [each.headers["webhook-id"] for each in receiver.received]


def test_only_what_is_asked_for_goes_out_until_somebody_has_decided(
    cast: Cast, old: WebhookDelivery, receiver: Receiver
) -> None:
    publish_notice(2)  # as the schedule would, or what was left of an earlier request
    asked_for = publish_on_request(3)

    assert received(receiver) == [asked_for.message_id]
    assert jobs_on_hold().filter(kind="send_webhook").count() == 2
    page = signed_in(cast.sven).get(f"/workspace/webhooks/{old.webhook_id}/")
    assert words_of(page).count("Held after a restore") == 2

    release_all(SYSTEM)
    run_all_jobs()

    assert len(set(received(receiver))) == 3
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_one_that_is_released_alone_is_tried_until_it_arrives(
    old: WebhookDelivery, receiver: Receiver
) -> None:
    receiver.status = 500
    release_job(SYSTEM, jobs_on_hold().get(kind="send_webhook"))
    run_all_jobs()
    assert not jobs_on_hold().exists()

    receiver.status = 204
    past = timezone.now() - timedelta(hours=1)
    Webhook.objects.update(retry_at=past)
    WebhookDelivery.objects.update(next_at=past)
    Job.objects.filter(kind="send_webhook", state="ready").update(next_at=past)
    run_all_jobs()

    assert received(receiver) == [old.message_id] * 2
    assert last_delivery().state == "delivered"


def test_of_what_is_cancelled_nothing_comes_later_and_what_was_asked_for_does(
    old: WebhookDelivery, receiver: Receiver
) -> None:
    publish_notice(2)
    receiver.status = 500
    asked_for = publish_on_request(3)
    receiver.status = 204
    receiver.received.clear()

    cancel_all(SYSTEM, "They went out before.")
    pass_retry_time()
    later = publish_on_request(4)

    assert received(receiver) == [asked_for.message_id, later.message_id]
    assert list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True)) == [
        "skipped", "skipped", "delivered", "delivered",
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["all sent", "none sent", "cancelled"])
def test_what_waits_for_a_job_that_had_failed_has_its_way_on(
    old: WebhookDelivery, receiver: Receiver, how: str
) -> None:
    failed = jobs_on_hold().get(kind="send_webhook")
    Job.objects.filter(pk=failed.pk).update(state=JobState.DEAD)

    if how == "all sent":
        release_all(SYSTEM)
    elif how == "none sent":
        cancel_all(SYSTEM, "They went out before.")
    else:
        with CaptureQueriesContext(connection) as captured:
            cancel_job(SYSTEM, failed, "It went out before.")
        tables = [query["sql"] for query in captured if "portal_webhook" in query["sql"]]
        assert 'FROM "portal_webhook"' in tables[0]  # locked first, as where it is sent
        assert tables[0].endswith("FOR UPDATE")
    run_all_jobs()

    sent = how == "all sent"
    assert received(receiver) == ([old.message_id] if sent else [])
    assert last_delivery().state == ("delivered" if sent else "skipped")


def test_what_is_routed_once_more_has_the_number_that_it_had(cast: Cast, receiver: Receiver) -> None:
    webhook_of(cast, receiver.address)
    publish_notice()

    WebhookDelivery.objects.all().delete()
    Job.objects.filter(kind="route_webhooks").update(state="ready")
    run_all_jobs()

    assert len(received(receiver)) == 2
    assert len(set(received(receiver))) == 1
