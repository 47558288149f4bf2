"""The jobs of one Celery message: done one after another, and left to another message where they take long."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from time import monotonic

from django.conf import settings

from portal.kernel.jobs.queue import run_job

BatchContext = Callable[[], AbstractContextManager[object]]
_CONTEXTS: list[BatchContext] = []


def around_batch(context: BatchContext) -> BatchContext:
    """Register a context manager that is entered once around all jobs of one Celery message."""
    _CONTEXTS.append(context)
    return context


def run_batch(job_ids: Sequence[int]) -> Sequence[int]:
    """Do the jobs inside what `around_batch` has registered, each on its own; returns those that were not begun.

    The time limits of a task are of all of them together: after JOB_BATCH_SECONDS none is begun any more, so that
    none is ended for what those before it took. The first one is done in any case.
    """
    until = monotonic() + settings.JOB_BATCH_SECONDS
    with ExitStack() as stack:
        for context in _CONTEXTS:
            stack.enter_context(context())
        for place, job_id in enumerate(job_ids):
            if place and monotonic() >= until:
                return job_ids[place:]
            run_job(job_id)
    return ()
