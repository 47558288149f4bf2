"""`manage.py note_backup`: note what was done with a backup outside of this portal: copied elsewhere, tried out."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.monitoring import BackupOutcome, BackupRun, BackupRunKind, note_backup_run


class Command(BaseCommand):
    help = (
        "Note for the page of operations that an archive was copied to another place, or restored on another machine "
        "on trial; or that this failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[BackupRunKind.COPY.value, BackupRunKind.DRILL.value])
        parser.add_argument("archive", type=Path, help="its name, or its path where it lies here")
        parser.add_argument("--seconds", type=int, help="how long it took")
        parser.add_argument("--failed", metavar="REASON", default="", help="it did not work, and why")

    def handle(self, *args: Any, **options: Any) -> None:
        archive: Path = options["archive"]
        # a variable of a script that was empty, or a pattern that no file fits, is no copy
        if not archive.name or (archive.parent.parts and not archive.is_file()):
            raise CommandError(
                f"There is no archive “{options['archive']}” here; nothing was noted. Give its path, or its name alone "
                "where it does not lie here."
            )
        if (options["seconds"] or 0) < 0:
            raise CommandError("--seconds is a number from 0.")
        run = BackupRun(
            kind=options["kind"],
            archive=archive.name,
            bytes=archive.stat().st_size if archive.is_file() else None,
            seconds=options["seconds"],
            outcome=BackupOutcome.FAILED if options["failed"] else BackupOutcome.GOOD,
            detail=options["failed"],
        )
        if not note_backup_run(run):
            raise CommandError("The database did not take the note.")
        self.stdout.write("Noted.")
