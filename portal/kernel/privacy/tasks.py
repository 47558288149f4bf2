"""The retention rules' scheduled task; Celery knows it by a name of its own, whatever this module is called."""

from celery import shared_task

from portal.kernel.privacy import retention


@shared_task(name="portal.enqueue_purge")
def daily_purge() -> None:
    """Queue the removal of expired rows, once a day."""
    retention.enqueue_purge()
