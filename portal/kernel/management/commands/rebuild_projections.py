"""`manage.py rebuild_projections`: the tables that public pages read, made anew from the publications."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import rebuild


class Command(BaseCommand):
    help = (
        "Make the public pages' tables anew from the publications, in one transaction. Nothing is published meanwhile: "
        "who tries waits, and is refused after ten seconds."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            count = rebuild()
        self.stdout.write(f"{count} publications projected.")
