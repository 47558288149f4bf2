"""The jobs of one Celery message: done one after another, and left to another message where they take long."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from time import monotonic

from django.conf import settings

from portal.kernel.jobs.queue import long_among, run_job

BatchContext = Callable[[], AbstractContextManager[object]]
_CONTEXTS: list[BatchContext] = []


def around_batch(context: BatchContext) -> BatchContext:
    """Register a context manager that is entered once around all jobs of one Celery message."""
    _CONTEXTS.append(context)
    return context


def part_batch(job_ids: Sequence[int]) -> Sequence[Sequence[int]]:
    """The messages that these jobs make: one of the short ones, first, and one for each that may take long.

    The time limits of a task are of all its jobs together: what needs nearly all of the time would be ended in each try
    that begins behind others. One query, none for a single job.
    """
    long = long_among(job_ids) if len(job_ids) > 1 else set()
    short = [job_id for job_id in job_ids if job_id not in long]
    return [*filter(None, [short]), *([job_id] for job_id in job_ids if job_id in long)]


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
