"""What was observed of stored bytes, and is written when no transaction can undo it.

A request that meets a damaged file is refused, and what it has written is rolled back: the observation waits for the
end of the request or of the batch of jobs.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.core.signals import request_finished
from django.db import DatabaseError, InterfaceError, connection

from portal.kernel.files.integrity import damage
from portal.kernel.files.integrity.measure import StoredBytes
from portal.kernel.files.models import Detection
from portal.kernel.jobs import around_batch

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Observation:
    """A path whose bytes are whole, or are not those of the digest."""

    path: str
    sha256: str = ""
    actual: StoredBytes | None = None
    detected_by: Detection = Detection.READING

    def write(self) -> None:
        if self.actual is None:
            damage.end_damage(self.path)
        else:
            damage.record_damage(self.path, self.sha256, self.actual, self.detected_by)


class _Pending(threading.local):
    def __init__(self) -> None:
        self.observations: list[_Observation] = []


_PENDING = _Pending()


def note_damage(
    path: str, sha256: str, actual: StoredBytes, detected_by: Detection = Detection.READING
) -> None:
    """Note that the bytes under the path are missing, or are not those of the digest."""
    log.error("file_damaged", path=path, sha256=sha256, actual=actual.sha256, size=actual.size)
    _note(_Observation(path, sha256, actual, detected_by))


def note_whole(path: str) -> None:
    """Note that the bytes under the path are what they should be."""
    _note(_Observation(path))


def _note(observation: _Observation) -> None:
    _PENDING.observations.append(observation)
    if not connection.in_atomic_block:
        flush_observations()


def flush_observations() -> None:
    """Write what is pending in this thread; only log it while the database is away: the next reader sees it again."""
    observations, _PENDING.observations = _PENDING.observations, []
    for observation in observations:
        try:
            observation.write()
        except (DatabaseError, InterfaceError) as error:
            log.warning("file_observation_lost", path=observation.path, error=type(error).__name__)


def forget_observations() -> None:
    """Throw away what is pending in this thread; tests call this."""
    _PENDING.observations = []


@around_batch
@contextmanager
def _flush_after_batch() -> Iterator[None]:
    try:
        yield
    finally:
        flush_observations()


def _flush_after_request(**_: object) -> None:
    flush_observations()


request_finished.connect(_flush_after_request)
