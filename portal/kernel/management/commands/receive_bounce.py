"""Reads a letter that came back, or a complaint, from standard input, as a mail server hands it over."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.mail import NotABounce, read_bounce, read_complaint
from portal.kernel.notices import record_bounce, record_complaint

_MOST = 10 * 1024 * 1024
_DATA_ERROR = 65  # sysexits.h: the mail server keeps it from being tried again


class Command(BaseCommand):
    help = (
        "Note that a letter came back (RFC 3464) or was marked as spam (RFC 5965): "
        "the notification is read from standard input."
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
            complaint = read_complaint(raw, options["recipient"])
            bounce = None if complaint else read_bounce(raw, options["recipient"])
        except NotABounce as refusal:
            raise CommandError(str(refusal), returncode=_DATA_ERROR) from refusal
        if complaint:
            record_complaint(complaint)
        elif bounce:
            record_bounce(bounce)
