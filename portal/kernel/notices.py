"""Telling people: an event is routed to recipients, and each message goes out on its channel.

*Who* and *what* is the domain's (a `Notice` per event kind); *how* is here. Visibility is applied again for
the recipient at delivery: what they may no longer see is dropped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.kernel import hours, subjects
from portal.kernel.access import Actor
from portal.kernel.models import Channel, Delivery, DeliveryState, Event
from portal.kernel.outbox import Claim, enqueue
from portal.kernel.row_security import acting_as


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, as who they act, and how to reach them."""

    person_id: int
    tenant_id: int
    email: str
    name: str
    language: str
    actor: Actor
    hours: str = hours.OF_24


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said of an event: `who` hears of it, and what `context` the recipient's actor may read, or None.

    `template` is the folder and stem of the three texts: `<template>.subject.txt`, `.txt`, `.html`.
    The context's `url` is the path of the page that the message leads to. The subject `quotes` these of its
    values (`thing.name`), which are kept with the line. What must not stay readable to whoever loses sight of it
    is not kept: `looks_up` gives it anew, by event id, whenever the line is read, through the reader's own sight.
    Unless `letters_name`, it stands in lines alone. What is only worth a line in the inbox is not sent `by_email`.
    """

    kind: str
    template: str
    who: Callable[[Event], Iterable[Recipient]]
    context: Callable[[Actor, Event], Mapping[str, Any] | None]
    quotes: tuple[str, ...] = ()
    by_email: bool = True
    looks_up: Callable[[Actor, Sequence[Event]], Mapping[int, Mapping[str, str]]] | None = None
    letters_name: bool = True

    def named(self, actor: Actor, events: Sequence[Event]) -> Mapping[int, Mapping[str, str]]:
        """What the subjects of these events may also say to the actor now."""
        return self.looks_up(actor, events) if self.looks_up else {}


_STILL_NEW = timedelta(days=14)  # in a story about the past

_NOTICES: dict[str, Notice] = {}
_FINDERS: list[Callable[[int, int], Recipient | None]] = []


def register(*notices: Notice) -> None:
    _NOTICES.update({notice.kind: notice for notice in notices})


def recipients_come_from(find: Callable[[int, int], Recipient | None]) -> None:
    """Name the function that finds a recipient by person and tenant; None when they have no access any more."""
    _FINDERS[:] = [find]


def notice_kinds() -> list[str]:
    return sorted(_NOTICES)


def notice_of(kind: str) -> Notice:
    return _NOTICES[kind]


def route_event(claim: Claim) -> None:
    """Write one inbox line and owe one e-mail for each recipient of the event; none when it is told of the past."""
    with claim.finishing():
        event = Event.objects.get(pk=claim.payload["event"])
        notice = _NOTICES.get(event.kind)
        if notice is None:
            return
        for recipient in notice.who(event):
            _deliver(notice, event, recipient, quiet="quiet" in claim.payload)


def _deliver(notice: Notice, event: Event, recipient: Recipient, *, quiet: bool) -> None:
    message = _message(notice, event, recipient)
    if message is None:
        return
    keys: dict[str, Any] = {
        "event": event,
        "recipient_id": recipient.person_id,
        "tenant_id": recipient.tenant_id,
    }
    line: dict[str, Any] = {
        "state": DeliveryState.SENT,
        "sent_at": timezone.now(),
        "quoted": message.quoted,
        "url": message.url,
    }
    if quiet:
        line |= _when_told_of_the_past(event)
    Delivery.objects.get_or_create(**keys, channel=Channel.INBOX, defaults=line)
    if quiet or not notice.by_email:
        return
    delivery, _new = Delivery.objects.get_or_create(**keys, channel=Channel.EMAIL)
    enqueue("send_delivery", key=f"delivery:{delivery.pk}", payload={"delivery": delivery.pk})


def _when_told_of_the_past(event: Event) -> dict[str, Any]:
    """The line came when the act happened, and whatever is not quite new was read then."""
    is_new = timezone.now() - event.at < _STILL_NEW
    return {"created_at": event.at, "read_at": None if is_new else event.at}


@dataclass(frozen=True, slots=True)
class _Message:
    quoted: subjects.Quoted
    subject: str
    text: str
    html: str
    url: str


def _message(notice: Notice, event: Event, recipient: Recipient) -> _Message | None:
    with acting_as(recipient.actor):
        context = notice.context(recipient.actor, event)
        named = notice.named(recipient.actor, [event]) if notice.letters_name else {}
    if context is None:
        return None
    shown = {**context, "recipient": recipient, "origin": settings.ORIGIN}
    quoted = subjects.quote(notice.quotes, shown)
    with translation.override(recipient.language), hours.written(recipient.hours):
        subject = subjects.say(notice.template, quoted, named.get(event.pk))
        text = render_to_string(f"{notice.template}.txt", shown)
        html = render_to_string(f"{notice.template}.html", shown)
    return _Message(quoted, subject, text, html, str(context["url"]))


def send_delivery(claim: Claim) -> None:
    """Send one e-mail; a repeated try carries the same Message-ID, so that a mailbox shows it once."""
    delivery = Delivery.objects.select_related("event").get(pk=claim.payload["delivery"])
    recipient = _FINDERS[0](delivery.recipient_id, delivery.tenant_id)
    message = _message(_NOTICES[delivery.event.kind], delivery.event, recipient) if recipient else None
    if message is not None and recipient is not None:
        _send(delivery, recipient.email, message)
    with claim.finishing():
        state = DeliveryState.SENT if message else DeliveryState.DROPPED
        Delivery.objects.filter(pk=delivery.pk).update(state=state, sent_at=timezone.now())


def _send(delivery: Delivery, address: str, message: _Message) -> None:
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    mail = EmailMultiAlternatives(message.subject, message.text, to=[address])
    mail.attach_alternative(message.html, "text/html")
    mail.extra_headers["Message-ID"] = f"<delivery-{delivery.pk}@{host}>"
    mail.send()


def inbox(actor: Actor) -> Any:
    """The actor's inbox lines for the tenant they act for, newest first."""
    lines = Delivery.objects.filter(
        channel=Channel.INBOX, recipient_id=actor.person_id or 0, tenant_id=actor.tenant_id or 0
    )
    return lines.annotate(kind=F("event__kind")).order_by("-created_at", "-pk")


def look_up(actor: Actor, lines: Iterable[Any]) -> None:
    """Give the lines what their subjects may say to the actor now; as many queries for all as for one."""
    by_sort = defaultdict(list)
    for line in lines:
        notice = _NOTICES.get(line.kind)
        if notice and notice.looks_up:
            by_sort[notice.looks_up].append(line)
    for looks_up, those in by_sort.items():
        found = looks_up(actor, list(Event.objects.filter(pk__in=[line.event_id for line in those])))
        for line in those:
            line.named = found.get(line.event_id)


def subject_of(line: Any) -> str:
    """What a line of the inbox is about, in the reader's language; lines of old kept the words of their day."""
    notice = _NOTICES.get(line.kind)
    if not notice or not line.quoted:
        return str(line.subject)
    return subjects.say(notice.template, line.quoted, getattr(line, "named", None))
