"""What is wrong with an address, by the codes that mail servers give: for good, or for now."""

import re
import smtplib
from dataclasses import dataclass

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463, by subject and detail: a full mailbox (2.2), a letter that is too long (2.3, 3.4), its content (6), and
# a server's policy (7) say nothing about whether the address is good
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.[234]|3\.|6\.|7\.)")
# the same by the plain code of RFC 5321, where a server gives no other: 552 is a full mailbox, 554 a policy
_FOR_GOOD = {550, 551, 553}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One failure: its code, and whether the address is to be given up."""

    code: str
    for_good: bool


class AddressRefused(Exception):
    """The mail server takes no letter for this address; trying again would change nothing."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble


def from_status(status: str) -> Trouble:
    """By an enhanced status code, `5.1.1`."""
    found = _ENHANCED.search(status)
    if found is None:
        return Trouble(status[:16], for_good=False)
    code = found[0]
    return Trouble(code, code.startswith("5.") and not _NOT_THE_ADDRESS.match(code))


def from_reply(code: int, words: bytes | str) -> Trouble:
    """By what a server answered to one of our commands."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    found = _ENHANCED.search(text)
    return from_status(found[0]) if found else Trouble(str(code), code in _FOR_GOOD)


def refusal_in(error: smtplib.SMTPException) -> Trouble | None:
    """What an error says of the one address that was written to; None when it may be otherwise later.

    After the content only an enhanced code can say that it was the address.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return from_reply(code, words) if code >= 500 else None
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
        trouble = from_reply(error.smtp_code, error.smtp_error)
        return trouble if trouble.for_good and "." in trouble.code else None
    return None
