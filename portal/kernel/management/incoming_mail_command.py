"""What the commands have in common that read a letter from standard input, as a mail server hands it over."""

import os
import sys
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

_MOST = 10 * 1024 * 1024
_DATA_ERROR = 65  # sysexits.h: the mail server keeps it from being tried again


class IncomingMailCommand(BaseCommand):
    """Takes one letter; one that is not of the kind of the command is refused for good."""

    requires_system_checks = ()
    unreadable: ClassVar[type[Exception]]  # raised by `receive` for a letter of another kind

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--recipient",
            default=os.environ.get("ORIGINAL_RECIPIENT", ""),
            help="the address that it came to (default: $ORIGINAL_RECIPIENT, then its own headers)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(_MOST)
        try:
            self.receive(raw, options["recipient"])
        except self.unreadable as refusal:
            raise CommandError(str(refusal), returncode=_DATA_ERROR) from refusal

    def receive(self, raw: bytes, recipient: str) -> None:
        """Do with the letter what the command is for."""
        raise NotImplementedError  # each kind of letter has its own
