"""One letter: its two texts, its headers, and how it is unsubscribed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.mail import EmailMultiAlternatives

from portal.kernel.mail.letterheads import host_name, letterhead
from portal.kernel.mail.smtp_connection import send_message


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to one address. `key` names it for ever: a letter that is sent again replaces itself.

    `return_path` is the address for failures, where it is not the sender's; `reply_to` the one for answers, where it
    is not the letterhead's.
    """

    key: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    return_path: str = ""
    reply_to: str = ""


def send(letter: Letter) -> None:
    """Hand the letter to the mail server; raises as `send_message` does."""
    send_message(to_message(letter))


def to_message(letter: Letter) -> EmailMultiAlternatives:
    """The letter as it goes over the wire. No machine answers it: it says that a machine has written it."""
    head = letterhead()
    sender, answers = head.from_line, letter.reply_to or head.reply_to
    headers = {
        "From": sender,
        "Message-ID": f"<{letter.key}@{host_name()}>",
        "Auto-Submitted": "auto-generated",
        **letter.headers,
    }
    envelope = letter.return_path or sender
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        envelope,
        [letter.to],
        headers=headers,
        reply_to=[answers] if answers else None,
    )
    message.attach_alternative(letter.html, "text/html")
    return message
