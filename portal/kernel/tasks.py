"""The Celery tasks: a hint names rows, and the rows are the truth."""

from celery import shared_task
from django.db import close_old_connections

from portal.kernel import clock, heartbeats, mail, outbox, retention
from portal.kernel.access import SYSTEM
from portal.kernel.models import ProcessKind
from portal.kernel.notices import digests
from portal.kernel.row_security import acting_as


@shared_task(name="portal.run")
def run(job_ids: list[int]) -> None:
    """Do the named jobs, one after another; each stands on its own. Their letters go over one connection."""
    close_old_connections()
    clock.speak_locally()
    with mail.open_line():
        for job_id in job_ids:
            outbox.run(job_id)


@shared_task(name="portal.owe_digests")
def owe_digests() -> None:
    """Owe the digests of the last morning."""
    close_old_connections()
    with acting_as(SYSTEM):
        digests.owe_digests()


@shared_task(name="portal.owe_purge")
def owe_purge() -> None:
    """Owe the removal of what is kept no longer, once a day."""
    retention.owe_purge()


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
