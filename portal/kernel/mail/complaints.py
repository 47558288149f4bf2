"""Read a mailbox provider's complaint: a reader has marked a letter as spam (RFC 5965, a feedback loop)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from portal.kernel.mail.bounces import RECIPIENT_HEADERS, NotABounce
from portal.kernel.mail.return_path import LetterReference, read_return_path

_FEEDBACK = "message/feedback-"  # the beginning of the media type
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_COMPLAINTS = ("abuse", "fraud", "virus", "other")  # not "not-spam", nor what is said about signatures


@dataclass(frozen=True, slots=True)
class Complaint:
    """Which letter its reader does not want."""

    letter: LetterReference


def read_complaint(raw: bytes, recipient: str = "") -> Complaint | None:
    """The complaint in a message; None when it is no feedback. `recipient`: the address that it came to.

    The letter is known by its signed return address, which the feedback quotes. Raises NotABounce when it quotes none
    that was signed here, or is no complaint.
    """
    message = message_from_bytes(raw, policy=policy.compat32)
    feedback = next((part for part in message.walk() if part.get_content_type().startswith(_FEEDBACK)), None)
    if feedback is None or not isinstance(feedback.get_payload(), list):
        return None
    fields = [block for block in feedback.get_payload() if isinstance(block, Message)]
    if not any(str(block.get("Feedback-Type", "")).strip().lower() in _COMPLAINTS for block in fields):
        raise NotABounce("It is feedback, but no complaint.")
    letter = next(filter(None, map(read_return_path, [recipient, *_quoted_addresses(message, fields)])), None)
    if letter is None:
        raise NotABounce("It quotes no return address that was signed here.")
    return Complaint(letter)


def _quoted_addresses(message: Message, fields: list[Message]) -> Iterator[str]:
    """Wherever a provider may leave the return address of the letter: in its fields, or in the letter's own head."""
    for block in fields:
        yield str(block.get("Original-Mail-From", ""))
    for part in message.walk():
        if part.get_content_type() in _ORIGINALS:
            payload = part.get_payload()
            heads = payload if isinstance(payload, list) else [message_from_bytes(str(payload).encode())]
            yield from (str(head.get("Return-Path", "")) for head in heads if isinstance(head, Message))
    for name in RECIPIENT_HEADERS:
        yield from map(str, message.get_all(name, []))
