"""`manage.py restore`: the portal anew from an archive, in an empty database and an empty data folder."""

from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.backups import (
    Archive,
    BackupError,
    count_unreadable_secrets,
    describe_archive,
    ending_in_order,
    restore_backup,
)

_OTHER_KEYS = (
    "Everything is restored, but CREDENTIAL_KEYS has no key that reads these secrets: %s. Add the key of the portal "
    "that was backed up behind the one that is there, after a blank; until then none of these works, and "
    "nobody signs in by a code. Where it is lost: docs/how-to/operate.md, “Restore”."
)


class Command(BaseCommand):
    help = (
        "Make the portal anew from an archive, in an empty database and an empty data folder. Exits with 2 when files "
        "in the archive are damaged, or secrets in it cannot be read."
    )

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
        faults = []
        if lines := archive.manifest.damage_lines():
            faults.append(
                "Everything is restored, but these stored files were damaged when the backup was taken:"
            )
            faults.extend(lines)
        if secrets := count_unreadable_secrets():
            counts = ", ".join(f"{name} ({count})" for name, count in secrets.items())
            faults.append(_OTHER_KEYS % counts)
        if faults:
            raise CommandError("\n".join(faults), returncode=2)
