"""The letters themselves: the portal's hints over SMTP, beside the same jobs on one connection that stays open."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.test import override_settings

from bench.processor_time import ProcessorTime
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import BATCH_SIZE, Job, JobState, run_batch, run_job

_ROOT = Path(__file__).resolve().parents[2]


class OpenConnection(EmailBackend):
    """Every message goes over the connection that the first one opened."""

    _connection: EmailBackend | None = None

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        backend = type(self)._connection
        if backend is None:
            backend = type(self)._connection = EmailBackend()
            backend.open()
        return EmailBackend.send_messages(backend, email_messages) or 0

    @classmethod
    def end(cls) -> None:
        """Close the connection."""
        if cls._connection:
            cls._connection.close()
        cls._connection = None


@contextmanager
def mail_server() -> Iterator[None]:
    """A real SMTP server in a process of its own, to which the settings send."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.fanout.smtp_sink"], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
            try:
                yield
            finally:
                OpenConnection.end()
                process.terminate()


def send(jobs: Sequence[int], *, reuses_connection: bool = False) -> ProcessorTime:
    """Do these jobs as a worker does, hint by hint; `reuses_connection`: all over one connection.

    Fails when one was not done.
    """
    with ProcessorTime() as spent:
        if reuses_connection:
            with override_settings(EMAIL_BACKEND="bench.fanout.letters.OpenConnection"):
                for job in jobs:
                    run_job(job)
        else:
            with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend"):
                for start in range(0, len(jobs), BATCH_SIZE):
                    run_batch(jobs[start : start + BATCH_SIZE])
    with acting_as(SYSTEM):
        done = Job.objects.filter(pk__in=jobs, state=JobState.DONE).count()
    if done != len(jobs):
        raise ValueError(f"{done} letters of {len(jobs)} were sent")
    return spent
