"""`manage.py supporter_keys`: make the keys of supporters anew by the rules of this version."""

from typing import Any

from django.core.management.base import BaseCommand

from alliance.services.supporter_keys import remake_keys
from portal.kernel.access import SYSTEM, acting_as


class Command(BaseCommand):
    help = "Make the keys anew by which supporters are found, sorted and compared, where others are stored."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            changed, total = remake_keys()
        self.stdout.write(f"{changed} of {total} supporters have other keys now.")
