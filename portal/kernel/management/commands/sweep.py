"""`manage.py sweep`: the sweeper's process."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.kernel.jobs import Sweeper


class Command(BaseCommand):
    help = "Notify workers of due jobs, until stopped."
    requires_system_checks = ()  # they are `migrate`'s: here they would load every page first

    def handle(self, *args: Any, **options: Any) -> None:
        Sweeper().run()
