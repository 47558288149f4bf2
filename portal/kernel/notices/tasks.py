"""The notices' scheduled tasks; Celery knows them by names of their own, whatever this module is called."""

from celery import shared_task
from django.db import close_old_connections

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import bundles, digests, periodic


@shared_task(name="portal.enqueue_digests")
def daily_digests() -> None:
    """Queue the digests of the last morning."""
    close_old_connections()
    with acting_as(SYSTEM):
        digests.enqueue_digests()


@shared_task(name="portal.enqueue_bundles")
def morning_letters() -> None:
    """Queue the letters whose recipients' morning has come."""
    close_old_connections()
    with acting_as(SYSTEM):
        bundles.enqueue_bundles()


@shared_task(name="portal.enqueue_weekly_letters")
def weekly_letters() -> None:
    """Queue the letters of the last Monday."""
    close_old_connections()
    with acting_as(SYSTEM):
        periodic.enqueue_weekly_letters()
