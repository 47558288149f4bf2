"""What a recipient may read of an event now, in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from portal.kernel import hours, subjects
from portal.kernel.models import Event
from portal.kernel.notices.registry import Notice, Recipient
from portal.kernel.row_security import acting_as


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it is told to one recipient; `mark` is the label that it bears."""

    template: str
    recipient: Recipient
    context: Mapping[str, Any]
    quoted: subjects.Quoted
    subject: str

    @property
    def url(self) -> str:
        return str(self.context["url"])

    @property
    def mark(self) -> str:
        return str(self.context.get("label", ""))

    def texts(self, way_out: str) -> tuple[str, str]:
        """The letter as plain text and as HTML. `way_out`: the path that turns such letters off."""
        return letter_texts(self.template, self.recipient, {**self.context, "way_out": way_out})


def message_for(notice: Notice, event: Event, recipient: Recipient) -> Message | None:
    """What is told; None when the recipient may not see it, or it is not true any more."""
    with acting_as(recipient.actor):
        context = notice.context(recipient.actor, event)
        named = notice.named(recipient.actor, [event]) if context is not None and notice.letters_name else {}
    if context is None:
        return None
    quoted = subjects.quote(notice.quotes, {**context, "recipient": recipient})
    with translation.override(recipient.language), hours.written(recipient.hours):
        subject = subjects.say(notice.template, quoted, named.get(event.pk))
    return Message(notice.template, recipient, context, quoted, subject)


def letter_texts(template: str, recipient: Recipient, context: Mapping[str, Any]) -> tuple[str, str]:
    """Both texts of a letter, in the recipient's language."""
    shown = {
        **context,
        "recipient": recipient,
        "origin": settings.ORIGIN,
        "choices_url": reverse("notification-settings"),
    }
    with translation.override(recipient.language), hours.written(recipient.hours):
        return render_to_string(f"{template}.txt", shown), render_to_string(f"{template}.html", shown)
