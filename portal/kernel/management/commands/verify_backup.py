"""`manage.py verify_backup`: reads an archive and compares every digest, without restoring anything."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.backups import Archive, BackupError, describe_archive


class Command(BaseCommand):
    help = "Read an archive to its end and compare every digest with its manifest."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive = Archive(options["archive"])
        except BackupError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{describe_archive(archive.manifest)}\nThe archive is whole.")
