"""The queue's Celery tasks: a message names rows, and the rows are the truth."""

from collections.abc import Sequence

import structlog
from celery import shared_task
from django.db import close_old_connections
from kombu.exceptions import OperationalError

from portal.kernel import clock, monitoring
from portal.kernel.jobs import batches, queue
from portal.kernel.monitoring import ProcessKind

log = structlog.get_logger(__name__)


@shared_task(name="portal.run")
def run(job_ids: list[int]) -> None:
    """Do the named jobs, one after another; name each that may take long in a message of its own before.

    Those for which there is no time left are named in another message. Where the broker is away, the sweeper names
    them again.
    """
    close_old_connections()
    clock.activate_local_zone()
    own, *others = batches.part_batch(job_ids)
    for message in others:
        _hand_on(message)
    if remaining := batches.run_batch(own):
        _hand_on(remaining)


def _hand_on(job_ids: Sequence[int]) -> None:
    log.info("batch_handed_on", jobs=len(job_ids))
    try:
        run.apply_async(args=[list(job_ids)], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("batch_not_handed_on", error=queue.describe_error(error))


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
