"""What a recipient may read of an event now, in their language."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.kernel import text
from portal.kernel.access import SYSTEM, Actor, acting_as, set_context
from portal.kernel.journal import Event
from portal.kernel.mail import (
    LetterPart,
    RenderedLetter,
    letterhead,
    render_letter,
    render_part,
    render_subject,
)
from portal.kernel.notices import subjects
from portal.kernel.notices.registry import Notice, Recipient


@dataclass(frozen=True, slots=True)
class Message:
    """One event as a message to one recipient; `label` is the one that it bears."""

    template: str
    recipient: Recipient
    context: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """The letter's subject, in the recipient's language."""
        with _in_words_of(self.recipient):
            return render_subject(self.template, {**self.context, "recipient": self.recipient})

    @property
    def url(self) -> str:
        return str(self.context["url"])

    @property
    def is_compulsory(self) -> bool:
        """Whether its recipient cannot turn it off."""
        return bool(self.compulsory_reason)

    @property
    def compulsory_reason(self) -> str:
        """Why its recipient cannot turn it off; empty where they can."""
        return str(self.context["compulsory_reason"])

    @property
    def label(self) -> str:
        return str(self.context.get("label", ""))

    @property
    def ends_at(self) -> datetime | None:
        """When it is too late to act on it; None where nothing ends."""
        ends_at: datetime | None = self.context.get("ends_at")
        return ends_at

    def part(self) -> LetterPart:
        """What it says inside a letter about several events, in the recipient's language; `in_bundle` says so to it."""
        around = {"recipient": self.recipient, "origin": settings.ORIGIN, "in_bundle": True}
        with _in_words_of(self.recipient):
            return render_part(self.template, {**self.context, **around})

    def render(self, unsubscribe_path: str) -> RenderedLetter:
        """The whole letter. `unsubscribe_path`: the path that turns such letters off."""
        return render_letter_to(
            self.recipient, self.template, {**self.context, "unsubscribe_url": unsubscribe_path}
        )


@dataclass(frozen=True, slots=True)
class InboxText:
    """What an inbox item stores: what its subject quotes, and where it leads."""

    quotes: subjects.Quotes
    url: str


def inbox_texts_for(
    notice: Notice, event: Event, recipients: Sequence[Recipient]
) -> Sequence[InboxText | None]:
    """For each recipient in turn their item; None for those who may not see it, or when it is not true any more.

    Recipients with the same visibility share one; no text is rendered here.
    """
    text_by_actor: dict[Actor, InboxText | None] = {}
    readers = [notice.reader(recipient.actor) for recipient in recipients]
    with acting_as(SYSTEM):  # whose context returns at the end
        for reader, recipient in zip(readers, recipients, strict=True):
            if reader not in text_by_actor:
                set_context(reader)
                text_by_actor[reader] = _inbox_text(notice, event, reader, recipient)
    return [text_by_actor[reader] for reader in readers]


def _inbox_text(notice: Notice, event: Event, reader: Actor, recipient: Recipient) -> InboxText | None:
    with _in_words_of(recipient):  # public pages have an address in each language
        context = notice.context(reader, event)
    if context is None:
        return None
    return InboxText(
        subjects.collect_quotes(notice.quotes, {**context, "recipient": recipient}), str(context["url"])
    )


def message_for(notice: Notice, event: Event, recipient: Recipient) -> Message | None:
    """The content of the message; None when the recipient may not see it, or it is not true any more."""
    with acting_as(recipient.actor):
        with _in_words_of(recipient):
            context = notice.context(recipient.actor, event)
        named = (
            notice.names_for(recipient.actor, [event])
            if context is not None and notice.names_in_letters
            else {}
        )
    if context is None:
        return None
    with _in_words_of(recipient):
        reason = notice.compulsory_reason(event, recipient)
    return Message(
        notice.template,
        recipient,
        {**context, **named.get(event.pk, {}), "compulsory_reason": reason},
    )


def render_letter_to(recipient: Recipient, template: str, context: Mapping[str, Any]) -> RenderedLetter:
    """The letter of this template, in the recipient's language and way to write the time.

    It has the portal's name and the address to write to in `site`, unless the context says more of it.
    """
    with _in_words_of(recipient):
        site = letterhead()  # its name is in the language that is active
        facts = {
            "site": site,
            **context,
            "recipient": recipient,
            "origin": settings.ORIGIN,
            "choices_url": reverse("notification-settings"),
        }
        letter = render_letter(template, facts)
        return replace(letter, subject=_for_tenant(recipient, letter.subject))


def _for_tenant(recipient: Recipient, subject: str) -> str:
    """The subject; with the tenant's name for who acts for several, unless it is named already."""
    name = str(recipient.tenant.name) if recipient.acts_for_several else ""
    return f"{subject} · {name}" if name and name not in subject else subject


@contextmanager
def _in_words_of(recipient: Recipient) -> Iterator[None]:
    with translation.override(recipient.language), text.use_time_format(recipient.time_format):
        yield
