"""What a recipient may read of an event now, in their language."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.kernel import hours, subjects
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.mail import RenderedLetter, render_letter, render_subject
from portal.kernel.models import Event
from portal.kernel.notices.registry import Notice, Recipient
from portal.kernel.row_security import acting_as, set_context


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it is told to one recipient; `mark` is the label that it bears."""

    template: str
    recipient: Recipient
    context: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """The letter's subject, in the recipient's language."""
        with _as_read_by(self.recipient):
            return render_subject(self.template, {**self.context, "recipient": self.recipient})

    @property
    def url(self) -> str:
        return str(self.context["url"])

    @property
    def mark(self) -> str:
        return str(self.context.get("label", ""))

    def rendered(self, way_out: str) -> RenderedLetter:
        """The whole letter. `way_out`: the path that turns such letters off."""
        return render_letter_to(self.recipient, self.template, {**self.context, "way_out": way_out})


@dataclass(frozen=True, slots=True)
class Line:
    """What a line in the inbox keeps: what its subject quotes, and where it leads."""

    quoted: subjects.Quoted
    url: str


def lines_for(notice: Notice, event: Event, recipients: Sequence[Recipient]) -> Sequence[Line | None]:
    """For each of them in turn their line; None for those who may not see it, or when it is not true any more.

    Recipients who see through the same eyes share one; no words are made here.
    """
    lines: dict[Actor, Line | None] = {}
    readers = [notice.reader(recipient.actor) for recipient in recipients]
    with acting_as(SYSTEM):  # whose context returns at the end
        for reader, recipient in zip(readers, recipients, strict=True):
            if reader not in lines:
                set_context(reader)
                lines[reader] = _line(notice, event, reader, recipient)
    return [lines[reader] for reader in readers]


def _line(notice: Notice, event: Event, reader: Actor, recipient: Recipient) -> Line | None:
    context = notice.context(reader, event)
    if context is None:
        return None
    return Line(subjects.quote(notice.quotes, {**context, "recipient": recipient}), str(context["url"]))


def message_for(notice: Notice, event: Event, recipient: Recipient) -> Message | None:
    """What is told; None when the recipient may not see it, or it is not true any more."""
    with acting_as(recipient.actor):
        context = notice.context(recipient.actor, event)
        named = notice.named(recipient.actor, [event]) if context is not None and notice.letters_name else {}
    if context is None:
        return None
    return Message(notice.template, recipient, {**context, **named.get(event.pk, {})})


def render_letter_to(recipient: Recipient, template: str, context: Mapping[str, Any]) -> RenderedLetter:
    """The letter of this template, in the recipient's language and way to write the time."""
    context = {
        **context,
        "recipient": recipient,
        "origin": settings.ORIGIN,
        "choices_url": reverse("notification-settings"),
    }
    with _as_read_by(recipient):
        return render_letter(template, context)


@contextmanager
def _as_read_by(recipient: Recipient) -> Iterator[None]:
    with translation.override(recipient.language), hours.written(recipient.hours):
        yield
