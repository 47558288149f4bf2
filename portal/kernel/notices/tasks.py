"""The notices' scheduled task; Celery knows it by a name of its own, whatever this module is called."""

from celery import shared_task
from django.db import close_old_connections

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import digests


@shared_task(name="portal.enqueue_digests")
def daily_digests() -> None:
    """Queue the digests of the last morning."""
    close_old_connections()
    with acting_as(SYSTEM):
        digests.enqueue_digests()
