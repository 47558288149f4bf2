"""Reads a reply to a letter from standard input, as a mail server hands it over."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.mail import NotAReply, read_reply
from portal.kernel.notices import receive_reply

_MOST = 10 * 1024 * 1024
_DATA_ERROR = 65  # sysexits.h: the mail server keeps it from being tried again


class Command(BaseCommand):
    help = (
        "Take a reply to a letter of the portal, which is read from standard input: its new text becomes a message in "
        "the discussion. Whoever may not post learns why by a letter; what somebody else has sent is dropped."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--recipient",
            default=os.environ.get("ORIGINAL_RECIPIENT", ""),
            help="the address that it came to (default: $ORIGINAL_RECIPIENT, then its own headers)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(_MOST)
        try:
            reply = read_reply(raw, options["recipient"])
        except NotAReply as refusal:
            raise CommandError(str(refusal), returncode=_DATA_ERROR) from refusal
        receive_reply(reply)
