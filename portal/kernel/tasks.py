"""The Celery tasks: a hint names rows, and the rows are the truth."""

from celery import shared_task
from celery.signals import worker_process_init
from django.db import close_old_connections, connections

from portal.kernel import clock, outbox


@shared_task(name="portal.run")
def run(job_ids: list[int]) -> None:
    """Do the named jobs, one after another; each stands on its own."""
    close_old_connections()
    clock.speak_locally()
    for job_id in job_ids:
        outbox.run(job_id)


@worker_process_init.connect
def _own_connections(**_: object) -> None:
    """A forked worker must not share its parent's connections."""
    connections.close_all()
