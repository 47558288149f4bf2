"""`manage.py repair_files`: puts back damaged files from a backup that has their bytes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.backups import Archive, BackupError
from portal.kernel.files import StorageError


class Command(BaseCommand):
    help = (
        "Put back every damaged or missing file whose bytes are in the archive; their digest is compared first. "
        "Nothing else is changed. Exits with 2 when files are still damaged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="a backup, usually the newest one that is whole")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive = Archive(options["archive"])
            for path in files.repair_from(archive.sources_by_digest()):
                self.stdout.write(f"restored   {path}")
        except (BackupError, StorageError) as refusal:
            raise CommandError(str(refusal)) from None
        with acting_as(SYSTEM):
            left = list(files.open_damages().values_list("path", flat=True))
        for path in left:
            self.stdout.write(f"damaged    {path}")
        if left:
            raise CommandError(
                f"{len(left)} files are still damaged: this archive does not have them. Try an older one.",
                returncode=2,
            )
        self.stdout.write("No file is damaged.")
