"""The scheduled task of stored files; Celery knows it by a name of its own, whatever this module is called."""

from celery import shared_task

from portal.kernel.files import integrity


@shared_task(name="portal.enqueue_scrub")
def enqueue_scrub() -> None:
    """Begin the reading of all stored files when a week is over."""
    integrity.enqueue_scrub()
