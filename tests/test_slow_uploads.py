"""While an upload is being checked nobody else waits: no row and no digest is locked until that is over."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from alliance.enums import Disclosure
from alliance.models import Evidence, Measure, PersonSession, Report, Site
from alliance.services import site
from alliance.services.evidence import add_file, add_link
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from practices.models import Attachment, PracticeImport
from practices.services.attachments import add_attachment
from practices.services.imports import UploadedImportFile, prepare_import
from practices.services.practices import lock_for_writing
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.factories.practices import make_draft
from tests.support.slow_scanner import PATIENCE, SlowScanner, slow_scanner
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db(transaction=True)
# granted to anybody in this database: rows that a transaction has locked leave their mark in the tables' own locks;
# a worker that other tests have started here says now and then that it lives
_LOCKS = (
    "SELECT locktype, mode, relation::regclass::text FROM pg_locks WHERE granted AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (locktype IN ('advisory', 'tuple') OR mode IN ('RowShareLock', 'RowExclusiveLock'))"
    " AND pid NOT IN (SELECT pid FROM pg_locks WHERE relation = 'portal_heartbeat'::regclass)"
)


@pytest.fixture
def scanner(settings: Any) -> Iterator[SlowScanner]:
    with slow_scanner() as scanner:
        settings.CLAMAV = scanner.address
        yield scanner


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    return report


def aside(scanner: SlowScanner, act: Callable[[], Any]) -> "Future[Any]":
    """Do it in a thread with a connection of its own; returns when its upload is at the scanner."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    assert scanner.is_scanning.wait(PATIENCE), future.exception(0)
    return future


def as_in_a_request(actor: Any, act: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    """In the one transaction that a request is, as the actor."""

    def run() -> Any:
        with transaction.atomic(), acting_as(actor):
            return act(actor, *arguments)

    return run


def csv() -> SimpleUploadedFile:
    return SimpleUploadedFile("counts.csv", b"meeting,children\n1,38\n", "text/csv")


def png() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (128, 128)).save(stream, "PNG")
    return SimpleUploadedFile("sun.png", stream.getvalue(), "image/png")


def search() -> Measure:
    measure: Measure = Measure.objects.get(key="search")
    return measure


def test_a_colleague_saves_while_evidence_is_scanned(
    cast: Cast, report: Report, scanner: SlowScanner
) -> None:
    alice = cast.actor("alice")
    upload = aside(scanner, as_in_a_request(alice, add_file, report, search(), csv(), "Counts", "public"))

    locks = row_locks()
    link = as_in_a_request(alice, add_link, report, search(), "https://aurora.example/", "A link", "public")()
    scanner.answer()
    evidence = upload.result(PATIENCE)

    assert locks == []
    with acting_as(SYSTEM):
        assert set(Evidence.objects.filter(report=report).values_list("pk", flat=True)) == {
            evidence.pk,
            link.pk,
        }


def row_locks() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS)
        return list(cursor.fetchall())


def test_a_report_that_was_submitted_meanwhile_takes_no_more(
    cast: Cast, report: Report, scanner: SlowScanner
) -> None:
    upload = aside(
        scanner, as_in_a_request(cast.actor("alice"), add_file, report, search(), csv(), "Counts", "public")
    )

    as_in_a_request(cast.actor("sven"), submit_report, report)()
    scanner.answer()

    with pytest.raises(WrongState):
        upload.result(PATIENCE)
    with acting_as(SYSTEM):
        assert not Evidence.objects.filter(report=report, kind="file").exists()


def test_an_attachment_a_logo_and_an_import_lock_nothing_while_they_are_scanned(
    cast: Cast, scanner: SlowScanner
) -> None:
    practice = make_draft(cast)
    alice, mona = cast.actor("alice"), cast.actor("mona")
    markdown = UploadedImportFile("a.md", io.BytesIO(b"# A practice"), 12)
    uploads = []
    for act in (
        as_in_a_request(alice, add_attachment, practice, csv(), "Counts"),
        as_in_a_request(mona, site.set_logo, png()),
        as_in_a_request(alice, prepare_import, [markdown]),
    ):
        scanner.is_scanning.clear()
        uploads.append(aside(scanner, act))

    locks = row_locks()
    as_in_a_request(alice, lock_for_writing, practice)()
    scanner.answer()
    for upload in uploads:
        upload.result(PATIENCE)

    assert locks == []
    with acting_as(SYSTEM):
        counts = (
            Attachment.objects.count(),
            Site.objects.exclude(logo="").count(),
            PracticeImport.objects.count(),
        )
    assert counts == (1, 1, 1)


def test_the_other_windows_of_a_person_do_not_wait_for_their_upload(
    cast: Cast, report: Report, scanner: SlowScanner
) -> None:
    """Also when the time of the last use is due to be written."""
    client = Client()
    client.force_login(cast.alice)
    PersonSession.objects.update(last_used_at=timezone.now() - timedelta(hours=1))
    url = reverse("workspace:evidence-add-file", args=[report.pk, "search"])
    form = {"title": "Counts", "file": csv(), "public": "on"}
    upload = aside(scanner, lambda: client.post(url, form))

    other = Client()
    other.cookies = client.cookies
    pages = [other.get(reverse("workspace:home")).status_code for _twice in range(2)]
    scanner.answer()

    assert pages == [200, 200]
    assert upload.result(PATIENCE).status_code == 302
    with acting_as(SYSTEM):
        [evidence] = Evidence.objects.filter(report=report, kind="file")
    assert evidence.disclosure == Disclosure.PUBLIC
