"""Files that were accepted while the virus scanner did not answer: withheld until it has seen them."""

from datetime import timedelta

from django.contrib.postgres.functions import TransactionNow
from django.utils import timezone

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files.models import FileCase, FileState
from portal.kernel.files.quarantine import usages
from portal.kernel.files.quarantine.states import FILE_WORKFLOW
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import touch_public_revision

_FIRST_RETRY, _LAST_RETRY = timedelta(minutes=1), timedelta(minutes=30)


def withhold_unscanned(sha256: str, path: str) -> None:
    """Withhold the file that is stored at the path until the scanner has seen it, inside the caller's transaction.

    One that is used already was accepted before, and stays as it is. The caller holds the lock on its digest.
    """
    if usages.count_usages(sha256):
        return
    with acting_as(SYSTEM):
        case, _new = FileCase.objects.get_or_create(sha256=sha256)
        if case.state == FileState.FETCHED:
            FILE_WORKFLOW.apply(SYSTEM, case, "await_scan", changes={"changed_at": TransactionNow()})
            touch_public_revision()
            enqueue_scan(case, path, 0)


def enqueue_scan(case: FileCase, path: str, earlier_tries: int) -> None:
    """Queue the next try to scan the file; the waits grow to half an hour, and the tries do not end."""
    wait = min(_FIRST_RETRY * 2 ** min(earlier_tries, 10), _LAST_RETRY)
    enqueue(
        "scan_file",
        key=f"scan_file:{case.pk}:{case.changed_at.timestamp()}:{earlier_tries}",
        payload={"case": case.pk, "path": path, "tries": earlier_tries + 1},
        at=timezone.now() + wait,
    )
