"""Reads a letter that came back, or a complaint, from standard input, as a mail server hands it over."""

from portal.kernel.mail import NotABounce, read_bounce, read_complaint
from portal.kernel.management.incoming_mail_command import IncomingMailCommand
from portal.kernel.notices import record_bounce, record_complaint


class Command(IncomingMailCommand):
    help = (
        "Note that a letter came back (RFC 3464) or was marked as spam (RFC 5965): "
        "the notification is read from standard input."
    )
    unreadable = NotABounce

    def receive(self, raw: bytes, recipient: str) -> None:
        if complaint := read_complaint(raw, recipient):
            record_complaint(complaint)
        elif bounce := read_bounce(raw, recipient):
            record_bounce(bounce)
