"""`manage.py release_messages`: decide on the messages that are on hold after a restore."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.backups import cancel_all, jobs_on_hold, release_all
from portal.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Send the messages that are on hold after a restore, or cancel them with a reason."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--cancel", metavar="REASON", help="send none of them, and keep this reason")
        which.add_argument("--list", action="store_true", help="only list what is on hold")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM) as actor:
            if options["list"]:
                jobs = jobs_on_hold()
                if not jobs:
                    self.stdout.write("No messages are on hold.")
                for job in jobs:
                    about = ", ".join(f"{name} {value}" for name, value in job.payload.items())
                    self.stdout.write(f"{job.pk}  {job.created_at:%Y-%m-%d %H:%M}  {job.kind}  {about}")
            elif options["cancel"] is None:
                self.stdout.write(f"{release_all(actor)} messages are on their way.")
            else:
                reason = options["cancel"]
                try:
                    self.stdout.write(f"{cancel_all(SYSTEM, reason)} messages were cancelled.")
                except DomainError as refusal:
                    raise CommandError(str(refusal)) from None
