"""`manage.py refresh_search`: the index of the search, made anew by jobs while the portal serves."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.search import refresh_everything_later


class Command(BaseCommand):
    help = "Have workers make the index of the search anew, beside all other work. It can be called again."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM), transaction.atomic():
            count = refresh_everything_later()
        self.stdout.write(f"{count} subjects of the search are made anew by the workers.")
