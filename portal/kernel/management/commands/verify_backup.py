"""`manage.py verify_backup`: reads an archive and compares every digest, without restoring anything."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.backups import Archive, BackupError, describe_archive
from portal.kernel.monitoring import BackupOutcome, BackupRunKind, noting_backup_run


class Command(BaseCommand):
    help = "Read an archive to its end and compare every digest. Exits with 2 when files in it are damaged."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--copy", action="store_true", help="it is a copy in another place: note that there is one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["archive"].is_file():  # a mistyped name says nothing of a backup
            raise CommandError(f"There is no file {options['archive']}.")
        kind = BackupRunKind.COPY if options["copy"] else BackupRunKind.VERIFY
        try:
            with noting_backup_run(kind, options["archive"]) as run:
                archive = Archive(options["archive"])
                lines = archive.manifest.damage_lines()
                run.bytes = options["archive"].stat().st_size
                run.outcome = BackupOutcome.DAMAGED if lines else BackupOutcome.GOOD
        except BackupError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(describe_archive(archive.manifest))
        if lines:
            message = (
                "The archive is as it was written, but these stored files were damaged then; "
                "look for them in an older archive:"
            )
            raise CommandError("\n".join([message, *lines]), returncode=2)
        self.stdout.write("The archive is whole.")
