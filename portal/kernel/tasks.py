"""The Celery tasks: a hint names rows, and the rows are the truth."""

from celery import shared_task
from django.db import close_old_connections

from portal.kernel import heartbeats, outbox
from portal.kernel.models import ProcessKind


@shared_task(name="portal.run")
def run(job_ids: list[int]) -> None:
    """Do the named jobs, one after another; each stands on its own."""
    close_old_connections()
    for job_id in job_ids:
        outbox.run(job_id)


@shared_task(name="portal.answer")
def answer(name: str) -> None:
    """Answer the sweeper's question: the worker of this name hears."""
    close_old_connections()
    heartbeats.answered(name)


@shared_task(name="portal.note_schedule")
def note_schedule() -> None:
    """The schedule has run."""
    close_old_connections()
    heartbeats.seen(ProcessKind.BEAT, ProcessKind.BEAT)
