"""The scheduled tasks of retention; Celery knows them by names of their own, whatever this module is called."""

from celery import shared_task

from portal.kernel.privacy import partitions, retention


@shared_task(name="portal.enqueue_purge")
def daily_purge() -> None:
    """Queue the removal of expired rows, once a day."""
    retention.enqueue_purge()


@shared_task(name="portal.enqueue_partitions")
def daily_partitions() -> None:
    """Queue the making of the coming months' parts, once a day."""
    partitions.enqueue_partitions()
