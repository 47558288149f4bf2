"""The queue's Celery tasks: a message names rows, and the rows are the truth."""

from celery import shared_task
from django.db import close_old_connections

from portal.kernel import clock, monitoring
from portal.kernel.jobs import queue
from portal.kernel.monitoring import ProcessKind


@shared_task(name="portal.run")
def run(job_ids: list[int]) -> None:
    """Do the named jobs, one after another."""
    close_old_connections()
    clock.activate_local_zone()
    queue.run_batch(job_ids)


@shared_task(name="portal.answer")
def answer(name: str) -> None:
    """Answer the sweeper's question: the worker of this name responds."""
    close_old_connections()
    monitoring.note_answer(name)


@shared_task(name="portal.note_schedule")
def note_schedule() -> None:
    """The schedule has run."""
    close_old_connections()
    monitoring.note_alive(ProcessKind.BEAT, ProcessKind.BEAT)
