"""Notify many people at once: an item in each inbox, and by e-mail a letter or a place in the digest.

As many queries for a thousand recipients as for ten, but for those that the notice itself asks for each reader.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.kernel import clock
from portal.kernel.jobs import enqueue_all
from portal.kernel.journal import Event
from portal.kernel.notices.messages import InboxText, inbox_texts_for
from portal.kernel.notices.models import Channel, Delivery, DeliveryState, Pace
from portal.kernel.notices.mornings import sending_moment
from portal.kernel.notices.preferences import pace_for, paces_for
from portal.kernel.notices.registry import Notice, Recipient

_UNREAD_FOR = timedelta(days=14)  # with the clock set to the past


def notify_recipients(notice: Notice, event: Event, recipients: Sequence[Recipient], *, quiet: bool) -> None:
    """Write the inbox item of each recipient who may see the event, and queue the letter; none when `quiet`.

    What was written or queued before stays as it was: a second call does nothing.
    """
    text_pairs = zip(recipients, inbox_texts_for(notice, event, recipients), strict=True)
    texts_by_recipient = {recipient: inbox_text for recipient, inbox_text in text_pairs if inbox_text}
    _write_inbox_items(event, texts_by_recipient, quiet=quiet)
    if notice.by_email and not quiet:
        _enqueue_letters(notice, event, list(texts_by_recipient))


def _write_inbox_items(
    event: Event, texts_by_recipient: Mapping[Recipient, InboxText], *, quiet: bool
) -> None:
    """Write the items. When `quiet`, they are dated like the event, and older ones are read already."""
    now = timezone.now()
    came_at = event.at if quiet else now
    read_at = event.at if quiet and now - event.at >= _UNREAD_FOR else None
    texts = {id(inbox_text): json.dumps(inbox_text.quotes) for inbox_text in texts_by_recipient.values()}
    _insert(
        event,
        Channel.INBOX,
        list(texts_by_recipient),
        state=[str(DeliveryState.SENT)] * len(texts_by_recipient),
        quotes=[texts[id(inbox_text)] for inbox_text in texts_by_recipient.values()],
        url=[inbox_text.url for inbox_text in texts_by_recipient.values()],
        times=(came_at, now, read_at),
    )


def _enqueue_letters(notice: Notice, event: Event, recipients: Sequence[Recipient]) -> None:
    """By the pace that each has chosen and the time that the notice allows; a job for each that goes out at once."""
    chosen = paces_for(notice, recipients)
    paces = {
        recipient: pace_for(notice, event, recipient, chosen.get(recipient.person_id, {}))
        for recipient in recipients
    }
    pace_by_recipient = {recipient: pace for recipient, pace in paces.items() if pace != Pace.OFF}
    moments = _sending_moments(notice, event, pace_by_recipient)
    _insert(
        event,
        Channel.EMAIL,
        list(pace_by_recipient),
        state=[
            DeliveryState.PENDING if pace == Pace.AT_ONCE and moment is None else DeliveryState.WAITING
            for pace, moment in zip(pace_by_recipient.values(), moments, strict=True)
        ],
        quotes=["{}"] * len(pace_by_recipient),
        url=[""] * len(pace_by_recipient),
        send_at=moments,
        times=(timezone.now(), None, None),
    )
    pending = Delivery.objects.filter(
        event=event,
        channel=Channel.EMAIL,
        state=DeliveryState.PENDING,
        recipient__in=[each.person_id for each in pace_by_recipient],
    )
    ids = pending.order_by("pk").values_list("pk", flat=True)
    enqueue_all("send_delivery", {f"delivery:{pk}": {"delivery": pk} for pk in ids})


def _sending_moments(notice: Notice, event: Event, paces: Mapping[Recipient, Pace]) -> list[datetime | None]:
    """For each recipient the morning that their letter waits for; None where it goes out at once or in a digest."""
    timing = notice.timing(event) if notice.timing else None
    if timing is None:
        return [None] * len(paces)
    now = clock.database_now()
    return [
        sending_moment(now, recipient.zone, recipient.morning_hour, timing) if pace == Pace.AT_ONCE else None
        for recipient, pace in paces.items()
    ]


def _insert(
    event: Event,
    channel: Channel,
    to: Sequence[Recipient],
    *,
    times: Sequence[Any],
    send_at: Sequence[datetime | None] = (),
    **columns: list[str],
) -> None:
    """One statement for all rows; those that are there stay as they are."""
    people, tenants = [each.person_id for each in to], [each.tenant_id for each in to]
    moments = list(send_at) or [None] * len(to)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_delivery (event_id, channel, recipient_id, tenant_id, state, quotes, url, subject,"
            " code, created_at, sent_at, read_at, send_at) SELECT %s, %s, person, tenant, state, quotes::jsonb, url,"
            " '', '', %s, %s, %s::timestamptz, send_at FROM unnest(%s::bigint[], %s::bigint[], %s::text[],"
            " %s::text[], %s::text[], %s::timestamptz[])"
            " AS row (person, tenant, state, quotes, url, send_at) ON CONFLICT DO NOTHING",
            [
                *(event.pk, channel, *times, people, tenants),
                *(columns["state"], columns["quotes"], columns["url"], moments),
            ],
        )
