"""Reads a letter that came back, from standard input, as a mail server hands it over."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.mail import NotABounce, read_bounce
from portal.kernel.notices import record_bounce

_MOST = 10 * 1024 * 1024
_DATA_ERROR = 65  # sysexits.h: the mail server keeps it from being tried again


class Command(BaseCommand):
    help = "Note that a letter came back: a delivery status notification (RFC 3464) on standard input."
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
            bounce = read_bounce(raw, options["recipient"])
        except NotABounce as refusal:
            raise CommandError(str(refusal), returncode=_DATA_ERROR) from refusal
        record_bounce(bounce)
