"""`manage.py load_reference_counts FILE.csv`: loads what somebody else counted, or names every fault."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.models import ReferenceLoad
from alliance.services.reference_file import MAX_FILE_SIZE, ReferenceFaults
from alliance.services.references import load_reference_counts
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.publishing import digest


class Command(BaseCommand):
    help = "Load a CSV file of reference counts: all of it, or nothing and every fault with its place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the counts, in the format of docs/how-to/reference-counts.md"
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        # the bytes of the file; of one that is too large only so many as show that it is
        try:
            with file.open("rb") as source:
                raw = source.read(MAX_FILE_SIZE + 1)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        known = ReferenceLoad.objects.filter(sha256=digest(raw)).exists()
        try:
            with acting_as(SYSTEM):
                load = load_reference_counts(SYSTEM, raw, file.name)
        except ReferenceFaults as refusal:
            for fault in refusal.faults:
                self.stderr.write(f"{file}: {fault}")
            raise CommandError(str(refusal)) from refusal
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Nothing to do: this file was loaded before." if known else _message(load))


def _message(load: ReferenceLoad) -> str:
    withdrawn = sum(count.is_withdrawal for count in load.counts.all())
    loaded = f"{load.rows - withdrawn} counts loaded"
    return f"{loaded}, {withdrawn} withdrawn." if withdrawn else f"{loaded}."
