"""`manage.py copy_ledgers FOLDER`: what must outlive the database and its backups, in a folder of its own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel import files


class Command(BaseCommand):
    help = (
        "Copy the lists of purged files and erased people into a folder, to be kept apart from the backups."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="made where it is missing; what it already lists stays")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = files.copy_ledgers(options["folder"])
        except (OSError, files.StorageError) as error:
            raise CommandError(f"The ledgers were not copied: {error or type(error).__name__}.") from error
        for name, count in sorted(counts.items()):
            self.stdout.write(f"{name}: {count}")
