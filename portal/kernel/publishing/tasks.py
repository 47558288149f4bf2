"""The scheduled task of the public record; Celery knows it by a name of its own, whatever this module is called."""

from celery import shared_task

from portal.kernel.publishing import chain_checks


@shared_task(name="portal.enqueue_chain_check")
def enqueue_chain_check() -> None:
    """Queue the check of the chain of publications, once an hour."""
    chain_checks.enqueue_chain_check()
