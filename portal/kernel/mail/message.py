"""One letter: its two texts, its headers, and how it is unsubscribed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from portal.kernel.mail.headers import FoldingPolicy, encode_header_text, encode_mailbox
from portal.kernel.mail.letterheads import host_name, letterhead
from portal.kernel.mail.smtp_connection import send_message


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to one address. `key` names it for ever: a letter that is sent again replaces itself.

    `return_path` is the address for failures, where it is not the sender's; `reply_to` the one for answers, where it
    is not the letterhead's; `language` the reader's, in which the sender is named (empty: the active one).
    """

    key: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    return_path: str = ""
    reply_to: str = ""
    language: str = ""


class _Message(EmailMultiAlternatives):
    """A message whose headers are encoded and folded by `headers`."""

    def message(self, **options: Any) -> Any:
        """The message for the wire. Raises as the library's does for a header with a line break in it."""
        message = super().message(**options)
        display_name, _address = parseaddr(str(self.extra_headers["From"]))
        _name, address = parseaddr(message["From"])  # where its domain is encoded already
        message.replace_header("From", encode_mailbox("From", display_name, address))
        message.replace_header("Subject", encode_header_text("Subject", str(self.subject)))
        for part in message.walk():
            part.policy = _FOLDING
        return message


_FOLDING = FoldingPolicy()


def send(letter: Letter) -> None:
    """Hand the letter to the mail server; raises as `send_message` does."""
    send_message(to_message(letter))


def to_message(letter: Letter) -> EmailMultiAlternatives:
    """The letter as it goes over the wire. No machine answers it: it says that a machine has written it."""
    with translation.override(letter.language or translation.get_language()):
        head = letterhead()
    sender, answers = head.from_line, letter.reply_to or head.reply_to
    headers = {
        "From": sender,
        "Message-ID": f"<{letter.key}@{host_name()}>",
        "Auto-Submitted": "auto-generated",
        **letter.headers,
    }
    envelope = letter.return_path or sender
    message = _Message(
        letter.subject,
        letter.text,
        envelope,
        [letter.to],
        headers=headers,
        reply_to=[answers] if answers else None,
    )
    message.attach_alternative(letter.html, "text/html")
    return message
