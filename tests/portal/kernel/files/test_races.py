"""Two at once about one file: the second sees what the first has done, and no byte is served."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from portal.kernel import files
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.files import CheckedFile, FileCase, check_upload, storage
from portal.kernel.files.quarantine import cases
from portal.kernel.jobs import Job
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 120  # seconds, which a busy machine does not reach
WHY = {"concern": "illegal", "reason": "It may not stand here."}


@pytest.fixture
def checked() -> Iterator[CheckedFile]:
    checked_file = check_upload(SimpleUploadedFile("counts.csv", b"meeting,visitors\n1,39\n", "text/csv"))
    yield checked_file
    files.PURGED_FILES.path.unlink(missing_ok=True)
    storage.erase_bytes(checked_file.sha256, [])


def aside(act: Callable[..., Any], *arguments: Any, **named: Any) -> "Future[Any]":
    """Do it in a thread with a connection of its own."""

    def run() -> Any:
        try:
            return act(*arguments, **named)
        finally:
            connection.close()

    return ThreadPoolExecutor(1).submit(run)


def test_a_purge_waits_for_an_upload_under_way_and_takes_it_too(cast: Cast, checked: CheckedFile) -> None:
    mona = cast.actor("mona")
    with transaction.atomic():
        path = files.pin(files.store("evidence", checked))
        purge = aside(files.purge_file, mona, checked.sha256, **WHY)
        with pytest.raises(TimeoutError):
            purge.result(timeout=0.5)
    purge.result(timeout=LIMIT)

    assert not files.exists(path)


def test_an_upload_waits_for_a_purge_under_way_and_is_refused(cast: Cast, checked: CheckedFile) -> None:
    purging, go_on = threading.Event(), threading.Event()

    def purge() -> None:
        with transaction.atomic():
            files.purge_file(cast.actor("mona"), checked.sha256, **WHY)
            purging.set()
            go_on.wait(LIMIT)

    def keep() -> str:
        with transaction.atomic():
            return files.pin(files.store("evidence", checked))

    first = aside(purge)
    purging.wait(LIMIT)
    second = aside(keep)
    go_on.set()
    first.result(timeout=LIMIT)
    with pytest.raises(DomainError, match="was purged"):
        second.result(timeout=LIMIT)
    assert not files.exists(files.stored_path("evidence", checked.sha256))


def test_two_managers_at_once_withhold_once(cast: Cast, checked: CheckedFile) -> None:
    mona = cast.actor("mona")
    acts = [aside(files.quarantine_file, mona, checked.sha256, **WHY) for _ in range(2)]

    refused = [type(act.exception(timeout=LIMIT)) for act in acts]

    assert sorted(kind.__name__ for kind in refused) == ["NoneType", "WrongState"]
    assert (FileCase.objects.count(), WrongState in refused) == (1, True)


def test_when_the_process_dies_after_the_act_a_job_removes_the_bytes(
    cast: Cast, checked: CheckedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        path = files.pin(files.store("evidence", checked))
    with monkeypatch.context() as patch:
        patch.setattr(cases, "erase_file", lambda case: None)  # this process is gone before it could
        files.purge_file(cast.actor("mona"), checked.sha256, **WHY)
    assert files.exists(path)

    assert "erase_file" in run_all_jobs()

    assert not files.exists(path)
    # a quarter of an hour later, once more
    assert Job.objects.filter(kind="erase_file", state="ready").count() == 1
