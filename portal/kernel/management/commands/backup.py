"""`manage.py backup`: the tables and files of one moment in one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.backups import BackupError, describe_archive, take_backup

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
        try:
            path, manifest = take_backup(options["target"], options["keep"], verify=options["verify"])
        except BackupError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{path}\n{describe_archive(manifest)}")
        if lines := manifest.damage_lines():
            raise CommandError("\n".join([_DAMAGED, *lines]), returncode=2)
