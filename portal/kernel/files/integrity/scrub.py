"""The scrub: reads every stored file to which a row refers, in parts, and looks for files to which none does."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files.backends import StoredObject
from portal.kernel.files.integrity.damage import end_damage, open_damages
from portal.kernel.files.integrity.measure import file_storage, measure
from portal.kernel.files.integrity.observations import flush_observations, note_damage, note_whole
from portal.kernel.files.models import DamageEnding, Detection, FileCase, FileDamage, FileState, Scrub
from portal.kernel.files.quarantine.gate import find_digest
from portal.kernel.files.references import digests_of, file_references
from portal.kernel.jobs import Claim, enqueue, handles

SCRUB_EVERY = timedelta(days=7)
# a part is short, and others get their turn before the next
_PART_SECONDS, _PAUSE = 20.0, timedelta(seconds=10)
_BATCH = 200
# how long ago a file was written to which no row refers: an upload or a discard may be under way, then it counts,
# then it is removed (see the retention rules)
_COUNTED_AFTER, UNREFERENCED_KEPT_FOR = timedelta(days=2), timedelta(days=30)
_STORE = "~"  # in the place of a table's name: the storage itself, which comes last

LineWriter = Callable[[str], object]  # takes a line on each file that is not as it should be


def enqueue_scrub() -> None:
    """Begin a new reading a week after the last one began, and see that one under way goes on. For the schedule."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portal.scrub'))")  # two schedulers begin one
        scrub = Scrub.objects.first()
        if scrub is None or (scrub.finished_at and scrub.started_at < timezone.now() - SCRUB_EVERY):
            scrub = Scrub.objects.create()
        if scrub.finished_at is None:
            _enqueue_part(scrub, None)


def _enqueue_part(scrub: Scrub, pause: timedelta | None) -> None:
    enqueue(
        "scrub_files",
        key=f"scrub_files:{scrub.pk}:{scrub.part}",
        payload={"scrub": scrub.pk},
        at=timezone.now() + pause if pause else None,
    )


@handles("scrub_files")
def scrub_files_job(claim: Claim) -> None:
    """The job: read for a while, and queue the next part."""
    with acting_as(SYSTEM):
        scrub = Scrub.objects.get(pk=claim.payload["scrub"])
    if scrub.finished_at is None:
        read_part(scrub, _PART_SECONDS, claim.renew)
    with claim.finishing():
        if save_progress(scrub):
            _enqueue_part(scrub, _PAUSE)


def scrub_now(
    write_line: LineWriter,
    *,
    goes_on: bool = False,
    progress: Callable[[Scrub], object] = lambda scrub: None,
) -> Scrub:
    """Read everything in this process; write a line on each file that is not as it should be. Raises ReadRefused.

    How far it has come is saved every twenty seconds. With `goes_on` it begins where the last reading was broken off;
    of one that has its end nothing is read again.
    """
    with acting_as(SYSTEM):
        scrub = (Scrub.objects.first() if goes_on else None) or Scrub.objects.create()
    is_under_way = scrub.finished_at is None
    while is_under_way:
        progress(scrub)
        read_part(scrub, _PART_SECONDS, write_line=write_line)
        with acting_as(SYSTEM):
            is_under_way = save_progress(scrub)
    return scrub


def save_progress(scrub: Scrub) -> bool:
    """Save how far the reading has come; whether there is more. Does nothing to one that has an end."""
    if scrub.finished_at is not None:
        return False
    flush_observations()
    scrub.part += 1
    if scrub.reference == _STORE and not scrub.position:
        scrub.finished_at = Now()
    scrub.damaged = open_damages().count()
    scrub.save()
    return scrub.finished_at is None


def read_part(
    scrub: Scrub,
    seconds: float,
    renew: Callable[[], object] = lambda: None,
    write_line: LineWriter = lambda line: None,
) -> None:
    """Read on from where the last part ended, for so many seconds or to the end."""
    until = time.monotonic() + seconds
    names = [reference.name for reference in file_references()]
    for name in [*(name for name in names if name >= scrub.reference), _STORE]:
        if name != scrub.reference:
            scrub.reference, scrub.position = name, ""
        batches = (
            _store_batches(scrub, write_line) if name == _STORE else _table_batches(scrub, name, write_line)
        )
        for _batch in batches:
            renew()
            if time.monotonic() > until:
                return
    _end_unreferenced_damage()
    scrub.position = ""


def _table_batches(scrub: Scrub, name: str, write_line: LineWriter) -> Iterator[None]:
    """Compare the files of one table; a step after each."""
    while rows := _rows_after(name, scrub.position):
        for path, sha256 in rows:
            size = _check_file(path, sha256, write_line)
            scrub.position, scrub.files, scrub.bytes = path, scrub.files + 1, scrub.bytes + size
            yield


def _rows_after(name: str, position: str) -> Sequence[tuple[str, str]]:
    [reference] = [each for each in file_references() if each.name == name]
    with acting_as(SYSTEM):
        purged = FileCase.objects.filter(state=FileState.PURGED).values("sha256")
        rows = reference.rows().filter(file__gt=position).exclude(sha256__in=purged)
        return list(rows.order_by("file").values_list("file", "sha256").distinct()[:_BATCH])


def _check_file(path: str, sha256: str, write_line: LineWriter) -> int:
    """Read one file; returns how many bytes were read. What differs is read twice: it may be changing just now."""
    actual = measure(path)
    if actual.sha256 != sha256:
        actual = measure(path)
    if actual.sha256 == sha256:
        if _is_damaged(path):
            note_whole(path)
            write_line(f"restored   {path}")
    elif _is_still_referenced(path):
        note_damage(path, sha256, actual, Detection.SCRUB)
        write_line(f"{'missing' if actual.size is None else 'damaged'}    {path}")
    return actual.size or 0


def _is_damaged(path: str) -> bool:
    with acting_as(SYSTEM):
        return FileDamage.objects.filter(path=path, ended_at=None).exists()


def _is_still_referenced(path: str) -> bool:
    with acting_as(SYSTEM):
        return path in digests_of([path])


def _end_unreferenced_damage() -> None:
    """A damaged file that nobody needs any more is nobody's concern."""
    with acting_as(SYSTEM):
        paths = list(open_damages().values_list("path", flat=True))
        for path in set(paths) - set(digests_of(paths)):
            end_damage(path, DamageEnding.UNREFERENCED)


def _store_batches(scrub: Scrub, write_line: LineWriter) -> Iterator[None]:
    """Look for stored files to which no row refers; a step after each batch."""
    if not scrub.position:
        scrub.unreferenced = 0
        file_storage().clear_drafts()
    stored = file_storage().walk(scrub.position)
    while batch := list(islice(stored, _BATCH)):
        with acting_as(SYSTEM):
            referenced = digests_of([entry.path for entry in batch])
        for entry in batch:
            if entry.path not in referenced and entry.modified_at < timezone.now() - _COUNTED_AFTER:
                scrub.unreferenced += 1
                write_line(f"not used   {entry.path}")
                _discard_old(scrub, entry)
        scrub.position = batch[-1].path
        yield


def _discard_old(scrub: Scrub, entry: StoredObject) -> None:
    """Queue the removal of a file that was left by an upload which nobody finished; not of what has no digest."""
    if find_digest(entry.path) and entry.modified_at < timezone.now() - UNREFERENCED_KEPT_FOR:
        key = f"discard_file:unreferenced:{scrub.pk}:{entry.path}"
        with acting_as(SYSTEM):
            enqueue("discard_file", key=key[:200], payload={"path": entry.path})
