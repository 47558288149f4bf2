"""Read a mail server's notification of a letter that it could not deliver (RFC 3464)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from portal.kernel.mail.return_path import LetterReference, read_return_path
from portal.kernel.mail.smtp_errors import AddressFault, fault_from_status

RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "To")


class NotABounce(ValueError):
    """The message is no notification that belongs to a letter of ours; the text says why."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """Which letter failed, and how."""

    letter: LetterReference
    fault: AddressFault


def read_bounce(raw: bytes, recipient: str = "") -> Bounce:
    """Read the failure from the message. `recipient`: the address that it came to, where the server says so.

    Raises NotABounce when it was not sent to a signed return address, or contains no failure.
    """
    message = message_from_bytes(raw, policy=policy.compat32)
    places = [recipient, *(str(value) for name in RECIPIENT_HEADERS for value in message.get_all(name, []))]
    sent = next(filter(None, map(read_return_path, places)), None)
    if sent is None:
        raise NotABounce("It did not come to a return address that was signed here.")
    troubles = list(_faults(message))
    if not troubles:
        raise NotABounce("It holds no delivery status that tells of a failure.")
    return Bounce(sent, next((trouble for trouble in troubles if trouble.is_permanent), troubles[0]))


def _faults(message: Message) -> Iterator[AddressFault]:
    """One for each recipient that a delivery status names as failed or delayed."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if not isinstance(block, Message):
                continue
            action = str(block.get("Action", "")).strip().lower()
            trouble = fault_from_status(str(block.get("Status", "")))
            if action == "failed":
                yield trouble
            elif action == "delayed":
                yield AddressFault(trouble.code, is_permanent=False)
