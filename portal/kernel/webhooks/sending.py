"""Messages on their way out: one webhook at a time, signed, tried again, and switched off where nothing is accepted.

A job sends what is due for one webhook, for a few seconds, and ends at the first failure. A receiver that hangs costs
one attempt for each try, however many messages wait for it; and at most two jobs are at it in the whole installation,
one of them with a receiver that has failed before, so that all other work goes on.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.kernel import outgoing
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import (
    UNKNOWN_KIND_TERM,
    Claim,
    NotAttempted,
    Payload,
    handles,
    on_cancelled,
    on_released,
)
from portal.kernel.journal import Event
from portal.kernel.stored_secrets import decrypt
from portal.kernel.webhooks.kinds import TEST_KIND, find_kind, known_kinds
from portal.kernel.webhooks.models import (
    OffReason,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryState,
    WebhookFault,
    WebhookState,
)
from portal.kernel.webhooks.pending import (
    JOB,
    NO_FAILURES,
    pass_turns,
    pending_of,
    queue_look,
    release_held,
    skip_of_job,
    skip_pending,
)
from portal.kernel.webhooks.routing import data_for
from portal.kernel.webhooks.signing import headers_of
from portal.kernel.webhooks.states import WEBHOOK

FAILING_TERM = timedelta(days=5)  # after so long without a success it is switched off
# seconds until the next try, after the first failure, the second …; the last holds for all others
_DELAYS = (10, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
_UNKNOWN_DELAY = timedelta(minutes=1)  # until what only another version knows is looked at again
_TRIES = 13  # of one message; the last is made when more than five days are over
_ROUND = 3.0  # seconds after which a job begins no further message
_BUSY_TERM = timedelta(seconds=30)  # longer than a job is at a webhook
_AT_ONCE = 2
_FAILING_AT_ONCE = 1
_LOCK = 0x77656268  # while it is counted how many are busy
_GONE = 410


class NoTurn(NotAttempted):
    """As many jobs as may be are at other webhooks: it is tried when one of them ends, or some seconds later."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of one try; without a status and a fault it was not sent: nobody may see it any more."""

    status: int | None = None
    fault: str = ""
    milliseconds: int | None = None

    @property
    def is_sent(self) -> bool:
        return self.status is not None or bool(self.fault)


@handles(JOB, outward=True)
def send_webhook(claim: Claim) -> None:
    """Send what is due for one webhook. A message that is sent again has the number that it had."""
    webhook_id = int(claim.payload["webhook"])
    is_taken = _take(webhook_id)
    if is_taken:
        ends_at = time.monotonic() + _ROUND
        while time.monotonic() < ends_at:
            delivery = _next_delivery(webhook_id)
            if delivery is None or not _save(delivery, _send(delivery)):
                break
    with claim.finishing():
        _release(webhook_id, is_taken=is_taken)


@on_cancelled(JOB)
def skip_cancelled(payload: Payload) -> None:
    """A person has decided that what waited is not sent."""
    skip_of_job(int(payload.get("webhook", 0)), on_hold="on_hold" in payload)


@on_released(JOB)
def send_released(payload: Payload) -> None:
    """A person has decided that what is on hold after a restore is sent."""
    release_held(int(payload.get("webhook", 0)))


# --- One job at a webhook, and few at a time ---


def _take(webhook_id: int) -> bool:
    """Whether this job looks after the webhook now. False where there is nothing to do, or another is at it.

    Raises NoTurn where as many as may be are at others.
    """
    with acting_as(SYSTEM):
        _lock_counting()
        webhook = Webhook.objects.select_for_update().filter(pk=webhook_id, state=WebhookState.ACTIVE).first()
        now = _now()
        if webhook is None or (webhook.busy_until and webhook.busy_until > now):
            return False
        if webhook.retry_at and webhook.retry_at > now:
            return False
        busy = Webhook.objects.filter(busy_until__gt=now)
        is_failing = webhook.failing_since is not None
        if busy.count() >= _AT_ONCE or (
            is_failing and busy.filter(failing_since__isnull=False).count() >= _FAILING_AT_ONCE
        ):
            raise NoTurn("as many receivers as may be are being asked")
        Webhook.objects.filter(pk=webhook_id).update(busy_until=now + _BUSY_TERM)
        return True


def _lock_counting() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _release(webhook_id: int, *, is_taken: bool) -> None:
    """Leave the webhook, and queue the look at what waits still. What was written meanwhile is among it.

    Whoever is at it instead of this job will do the same. The place is given on to those who waited for one.
    """
    if is_taken:
        pass_turns(_AT_ONCE)
    webhook = Webhook.objects.select_for_update().filter(pk=webhook_id).first()
    if webhook is None:
        return
    now = _now()
    webhook.wake_at = None
    if is_taken:
        webhook.busy_until = None
    elif webhook.busy_until and webhook.busy_until > now:
        webhook.save(update_fields=["wake_at"])
        return
    # what is on hold has a job of its own, which is on hold too
    pending = pending_of(webhook.pk).filter(next_at__isnull=False)
    due_at = pending.order_by("next_at").values_list("next_at", flat=True).first()
    if due_at is None and webhook.is_active:
        # what its receiver refused is given up by now: that says nothing about the next message
        for field, value in NO_FAILURES.items():
            setattr(webhook, field, value)
    elif due_at is not None and webhook.is_active:
        webhook.wake_at = max(due_at, webhook.retry_at or due_at, now)
        queue_look(webhook.pk, webhook.wake_at, is_released=True)
    webhook.save(update_fields=["busy_until", "wake_at", *NO_FAILURES])


def _now() -> datetime:
    """The moment by the database's clock, which decides what is due: that of the statement, as its defaults have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


# --- One message ---


def _next_delivery(webhook_id: int) -> WebhookDelivery | None:
    """The message that has waited longest, with its try counted before it is made; None where none is due."""
    with acting_as(SYSTEM):
        webhook = Webhook.objects.select_for_update().get(pk=webhook_id)
        now = _now()
        due = pending_of(webhook_id).filter(next_at__lte=now).order_by("next_at", "pk")
        delivery = due.first()
        if delivery is not None and delivery.kind not in known_kinds():
            # left to newer workers for a day, with no try counted; what can be made here does not wait for it
            newer = due.exclude(kind__in=known_kinds()).filter(created_at__gt=now - UNKNOWN_KIND_TERM)
            newer.order_by().update(next_at=now + _UNKNOWN_DELAY)
            delivery = due.first()
        if delivery is None or not webhook.is_active:
            return None
        delivery.webhook = webhook
        delivery.attempts += 1
        delivery.tried_at, delivery.next_at = now, now + _delay(delivery.attempts)
        delivery.save(update_fields=["attempts", "tried_at", "next_at"])
        return delivery


def _delay(failures: int) -> timedelta:
    return timedelta(seconds=_DELAYS[min(failures, len(_DELAYS)) - 1])


def _send(delivery: WebhookDelivery) -> _Result:
    webhook = delivery.webhook
    with acting_as(SYSTEM):
        event = Event.objects.get(pk=delivery.event_id)
    body = message_body(delivery, event)
    if body is None:
        return _Result()
    now = timezone.now()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "portal-webhooks",
        **headers_of(delivery.message_id, int(now.timestamp()), body, _secrets_of(webhook, now)),
    }
    answer = outgoing.post(webhook.address, body, headers)
    return _Result(answer.status, _fault_of(answer), answer.milliseconds)


def _secrets_of(webhook: Webhook, now: datetime) -> list[str]:
    stored = [webhook.secret]
    if webhook.has_previous_secret_at(now):
        stored.append(webhook.previous_secret)
    return [decrypt(secret) for secret in stored]


def message_body(delivery: WebhookDelivery, event: Event) -> bytes | None:
    """The message as the webhook's tenant may see the event now; None where it may not any more."""
    data = _data_of(delivery, event)
    if data is None:
        return None
    message = {"type": delivery.kind, "timestamp": event.at.isoformat(), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _data_of(delivery: WebhookDelivery, event: Event) -> dict[str, Any] | None:
    tenant_id = delivery.webhook.tenant_id
    if delivery.kind == TEST_KIND:
        return {"webhook": delivery.webhook_id}
    kind = find_kind(delivery.kind)
    return data_for(kind, event, tenant_id) if kind else None


def _fault_of(answer: outgoing.PostAnswer) -> str:
    if answer.fault is not None:
        return str(answer.fault)
    status = answer.status or 0
    if 200 <= status < 300:
        return ""
    return WebhookFault.REDIRECT if 300 <= status < 400 else WebhookFault.STATUS


def _save(delivery: WebhookDelivery, result: _Result) -> bool:
    """Write down what became of the try; whether the next message may be tried now."""
    with acting_as(SYSTEM):
        webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
        delivery.status, delivery.fault, delivery.milliseconds = (
            result.status,
            result.fault,
            result.milliseconds,
        )
        delivery.state = _state_after(delivery, result)
        rows = WebhookDelivery.objects.filter(pk=delivery.pk)
        rows.update(status=result.status, fault=result.fault, milliseconds=result.milliseconds)
        rows.filter(state=WebhookDeliveryState.PENDING).update(state=delivery.state)
        if not result.fault:
            if result.is_sent:
                _note_success(webhook)
            return True
        _note_failure(webhook, result)
        return False


def _state_after(delivery: WebhookDelivery, result: _Result) -> WebhookDeliveryState:
    if not result.is_sent:
        return WebhookDeliveryState.DROPPED
    if not result.fault:
        return WebhookDeliveryState.DELIVERED
    return WebhookDeliveryState.FAILED if delivery.attempts >= _TRIES else WebhookDeliveryState.PENDING


def _note_success(webhook: Webhook) -> None:
    if webhook.failing_since is not None:
        Webhook.objects.filter(pk=webhook.pk).update(**NO_FAILURES)


def _note_failure(webhook: Webhook, result: _Result) -> None:
    now = _now()
    webhook.failing_since = webhook.failing_since or now
    webhook.failures += 1
    webhook.retry_at = now + _delay(webhook.failures)
    webhook.save(update_fields=["failing_since", "failures", "retry_at"])
    if not webhook.is_active:
        return
    if result.status == _GONE:
        _switch_off(webhook, OffReason.GONE)
    elif now - webhook.failing_since >= FAILING_TERM:
        _switch_off(webhook, OffReason.FAILING)


def _switch_off(webhook: Webhook, reason: OffReason) -> None:
    """Nothing is sent any more until a person switches it on; those who administer it are notified by the event."""
    changes = {"off_reason": reason, "state_at": _now()}
    WEBHOOK.apply(SYSTEM, webhook, "switch_off", changes=changes, data={"off_reason": reason})
    skip_pending(webhook.pk, WebhookDeliveryState.FAILED)
