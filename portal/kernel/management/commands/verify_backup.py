"""`manage.py verify_backup`: reads an archive and compares every digest, without restoring anything."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.backups.archive import Archive
from portal.kernel.backups.errors import BackupError
from portal.kernel.backups.restoring import plan


class Command(BaseCommand):
    help = "Reads an archive to its end and compares every digest with its manifest."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive = Archive(options["archive"])
        except BackupError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{plan(archive.manifest)}\nThe archive is whole.")
