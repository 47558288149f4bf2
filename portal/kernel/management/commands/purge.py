"""`manage.py purge`: removes expired rows now, in addition to the daily purge; `--dry-run` only counts them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.kernel import privacy


class Command(BaseCommand):
    help = "Queue the purge of expired rows; with --dry-run only count them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and remove nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        over = privacy.count_expired()
        for name, count in over.items():
            self.stdout.write(f"{count:>9,}  {name}")
        if dry_run:
            self.stdout.write("Nothing was removed.")
            return
        privacy.enqueue_purge_now()
        self.stdout.write("Queued: a worker removes them.")
