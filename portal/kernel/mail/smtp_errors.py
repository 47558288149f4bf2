"""What is wrong with an address, by the codes that mail servers give: for good, or for now."""

import re
import smtplib
from dataclasses import dataclass

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463, by subject and detail: a full mailbox (2.2), a letter that is too long (2.3, 3.4), its content (6), and
# a server's policy (7) say nothing about whether the address is good
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.[234]|3\.|6\.|7\.)")
# the same by the plain code of RFC 5321, where a server gives no other: 552 is a full mailbox, 554 a policy
_PERMANENT = {550, 551, 553}


@dataclass(frozen=True, slots=True)
class AddressFault:
    """One failure: its code, and whether the address is to be given up."""

    code: str
    is_permanent: bool


class AddressRefused(Exception):
    """The mail server takes no letter for this address; trying again would change nothing."""

    def __init__(self, fault: AddressFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def fault_from_status(status: str) -> AddressFault:
    """By an enhanced status code, `5.1.1`."""
    match = _ENHANCED.search(status)
    if match is None:
        return AddressFault(status[:16], is_permanent=False)
    code = match[0]
    return AddressFault(code, code.startswith("5.") and not _NOT_THE_ADDRESS.match(code))


def fault_from_reply(code: int, text: bytes | str) -> AddressFault:
    """By what a server answered to one of our commands."""
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    match = _ENHANCED.search(decoded)
    return fault_from_status(match[0]) if match else AddressFault(str(code), code in _PERMANENT)


def fault_in(error: smtplib.SMTPException) -> AddressFault | None:
    """The failure of the one address that was written to; None when the error may be temporary.

    After the content only an enhanced code can say that it was the address.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return fault_from_reply(code, text) if code >= 500 else None
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
        trouble = fault_from_reply(error.smtp_code, error.smtp_error)
        return trouble if trouble.is_permanent and "." in trouble.code else None
    return None
