"""Reads a reply to a letter from standard input, as a mail server hands it over."""

from portal.kernel.mail import NotAReply, read_reply
from portal.kernel.management.incoming_mail_command import IncomingMailCommand
from portal.kernel.notices import receive_reply


class Command(IncomingMailCommand):
    help = (
        "Take a reply to a letter of the portal, which is read from standard input: its new text becomes a message in "
        "the discussion. Whoever may not post learns why by a letter; what somebody else has sent is dropped."
    )
    unreadable = NotAReply

    def receive(self, raw: bytes, recipient: str) -> None:
        receive_reply(read_reply(raw, recipient))
