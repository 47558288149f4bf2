"""A member's program is notified by a webhook: it was tried until it accepted, and not every message has reached it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.files import Record
from alliance.demo.schedule import Schedule
from alliance.enums import Role
from alliance.queries.webhooks import organisation_as_reader
from portal.kernel import clock, journal, webhooks
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from portal.kernel.webhooks import Webhook, WebhookDelivery, WebhookDeliveryState, WebhookFault

_BETWEEN_TRIES = 0.02  # days
_LISTED_FOR = webhooks.FAILING_TERM * 6


def schedule_demo_webhook(
    record: Record, member: Record, cast: Cast, calendar: Calendar, schedule: Schedule
) -> None:
    """The administrator of this member makes the webhook and tries it; at the end there is what was sent since."""
    program = _DemoProgram(record, member, cast)
    begun = record["days_ago"]
    schedule.add(calendar.days_ago(begun), program.make)
    for place, status in enumerate(record["tests"], 1):
        schedule.add(calendar.days_ago(begun - place * _BETWEEN_TRIES), partial(program.test, status))
    schedule.add(calendar.days_ago(0), program.receive)


@dataclass
class _DemoProgram:
    """What a worker would have sent is written down instead: nothing leaves the demonstration while it is loaded."""

    record: Record
    member: Record
    cast: Cast
    rows: list[Webhook] = field(default_factory=list)

    def make(self) -> None:
        with self._administrator() as actor:
            webhook, _secret = webhooks.create_webhook(
                actor, name=self.record["name"], address=self.record["address"], kinds=self.record["kinds"]
            )
        self.rows.append(webhook)

    def test(self, status: int) -> None:
        """A test message is answered so."""
        with self._administrator() as actor:
            event = journal.record(actor, "webhook.test", self.rows[0])
        self._note(event, webhooks.TEST_KIND, status)

    def receive(self) -> None:
        """The latest events of the chosen kinds of which the member may know have been sent."""
        chosen = {
            entry: kind
            for kind in webhooks.event_kinds(for_host=False)
            if kind.name in self.record["kinds"]
            for entry in kind.entries
        }
        reader = organisation_as_reader(self.rows[0].tenant_id)
        assert reader is not None, "a member has access"
        with acting_as(SYSTEM):
            events = Event.objects.filter(kind__in=chosen, at__gt=clock.now() - _LISTED_FOR).order_by("-pk")
            listed = list(events[: self.record["most"]])
        for event in listed:
            with acting_as(reader):
                is_visible = chosen[event.kind].data(reader, event) is not None
            if is_visible:
                self._note(event, chosen[event.kind].name, 204)

    def _administrator(self) -> AbstractContextManager[Actor]:
        key = self.cast.holder(self.member, Role.ADMINISTRATOR)
        return self.cast.acting(key, self.member["slug"])

    def _note(self, event: Event, kind: str, status: int) -> None:
        is_accepted = status < 300
        with acting_as(SYSTEM):
            WebhookDelivery.objects.create(
                webhook=self.rows[0],
                event=event,
                kind=kind,
                message_id=f"msg_{event.pk:028}",
                state=WebhookDeliveryState.DELIVERED if is_accepted else WebhookDeliveryState.FAILED,
                attempts=1 if is_accepted else 13,
                status=status,
                fault="" if is_accepted else WebhookFault.STATUS,
                milliseconds=80 + event.pk % 90,
                created_at=event.at,
                tried_at=event.at,
            )
