"""`manage.py restore`: the portal anew from an archive, in an empty database and an empty data folder."""

from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.backups import Archive, BackupError, describe_archive, ending_in_order, restore_backup


class Command(BaseCommand):
    help = "Make the portal anew from an archive, in an empty database and an empty data folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        begun = monotonic()
        try:
            archive = Archive(options["archive"])
            self.stdout.write(describe_archive(archive.manifest))
            with ending_in_order():
                restore_backup(archive, self.stdout.write)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            "Restored. Start the portal, look at it, then decide on the messages on hold: "
            "Journal → Held after a restore, or `manage.py release_messages`."
        )
        self.stdout.write(
            "If this was a trial, note it in the portal at work: "
            f"`manage.py note_backup drill {options['archive'].name} --seconds {round(monotonic() - begun)}`."
        )
        if lines := archive.manifest.damage_lines():
            message = "Everything is restored, but these stored files were damaged when the backup was taken:"
            raise CommandError("\n".join([message, *lines]), returncode=2)
