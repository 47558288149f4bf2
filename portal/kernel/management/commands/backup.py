"""`manage.py backup`: the tables and files of one moment in one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.backups import BackupError, describe_archive, ending_in_order, take_backup
from portal.kernel.monitoring import (
    BackupOutcome,
    BackupRun,
    BackupRunKind,
    note_backup_run,
    noting_backup_run,
)

_DAMAGED = (
    "The backup is written, but not all stored files are what they were; no older archive was removed. "
    "What to do: docs/how-to/operate.md, “A stored file is damaged”."
)


class Command(BaseCommand):
    help = "Write the tables and files into one archive, while the portal runs. Exits with 2 when files are damaged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="a folder, or the path of the archive (.tar)")
        parser.add_argument("--keep", type=int, default=0, help="of the folder's archives, keep this many")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="read the archive back and compare every digest, before older ones go",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"]
        try:
            # what is made in a folder has no name before it is made
            with (
                ending_in_order(),
                noting_backup_run(BackupRunKind.BACKUP, target if target.suffix == ".tar" else Path()) as run,
            ):
                path, manifest = take_backup(target, options["keep"], verify=options["verify"])
                lines = manifest.damage_lines()
                run.archive, run.bytes = path.name, path.stat().st_size
                run.outcome = BackupOutcome.DAMAGED if lines else BackupOutcome.GOOD
        except BackupError as refusal:
            raise CommandError(str(refusal)) from None
        if options["verify"]:
            # taking it has ended with that
            note_backup_run(
                BackupRun(
                    kind=BackupRunKind.VERIFY, archive=run.archive, bytes=run.bytes, outcome=run.outcome
                )
            )
        self.stdout.write(f"{path}\n{describe_archive(manifest)}")
        if lines:
            raise CommandError("\n".join([_DAMAGED, *lines]), returncode=2)
