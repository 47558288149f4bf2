"""What the commands have in common that read a letter from standard input, as a mail server hands it over."""

import os
import sys
from typing import Any, ClassVar

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser

_MOST = 10 * 1024 * 1024
# sysexits.h, as mail servers read them: never to be tried again, and to be tried again later
_DATA_ERROR, _TEMPORARY_FAILURE = 65, 75

logger = structlog.get_logger(__name__)


class IncomingMailCommand(BaseCommand):
    """Takes one letter; one that is not of the kind of the command is refused for good.

    Where anything else goes wrong (no database, a fault of ours), the mail server keeps the letter. It may send its
    writer what a command prints, so that is one line and never a traceback, which the log has.
    """

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
        except Exception as fault:
            logger.exception("incoming_mail_failed", command=type(self).__module__.rpartition(".")[2])
            message = "It cannot be taken at present. The mail server tries again."
            raise CommandError(message, returncode=_TEMPORARY_FAILURE) from fault

    def receive(self, raw: bytes, recipient: str) -> None:
        """Do with the letter what the command is for."""
        raise NotImplementedError  # each kind of letter has its own
