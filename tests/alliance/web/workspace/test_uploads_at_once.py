"""Files with answers that two send at the very same moment, and a session that ends before the confirmation."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from alliance.enums import UploadState
from alliance.figure_fields import FigurePlace
from alliance.models import PersonSession, Report, ReportUpload
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_uploads import HEADER, act, fields_of, send, sheet, values
from tests.support.slow_scanner import PATIENCE, SlowScanner, slow_scanner

MODERATORS = FigurePlace("moderators", None)
KIDS = FigurePlace("content-actioned", "aurora-kids")


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1"), cast.aurora)


@pytest.fixture
def scanner(settings: Any) -> Iterator[SlowScanner]:
    with slow_scanner() as scanner:
        settings.CLAMAV = scanner.address
        yield scanner


def send_at_once(scanner: SlowScanner, report: Report, *uploads: tuple[Client, str]) -> list[str]:
    """Send the files in threads of their own; none goes on before all are at the scanner. Gives back their pages."""

    def post(client: Client, rows: str) -> str:
        try:
            file = SimpleUploadedFile("figures.csv", (HEADER + rows).encode())
            answer: Any = client.post(sheet(report), {"file": file})
            assert answer.status_code == 302, words_of(answer)
            return str(answer["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(uploads)) as pool:
        answers = []
        for client, rows in uploads:
            scanner.is_scanning.clear()
            answers.append(pool.submit(post, client, rows))
            assert scanner.is_scanning.wait(PATIENCE)
        scanner.answer()
        return [answer.result(PATIENCE) for answer in answers]


@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_two_at_once_is_one_upload(
    cast: Cast, report: Report, scanner: SlowScanner
) -> None:
    rows, before = "moderators,,,,430,,0\n", stored(report)
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    pages = send_at_once(scanner, report, (alice, rows), (sven, rows))
    run_all_jobs()

    assert len(set(pages)) == 1
    notices = ["This file waits here already" in words_of(client.get(pages[0])) for client in (alice, sven)]
    assert sorted(notices) == [False, True]
    with acting_as(SYSTEM):
        [upload] = ReportUpload.objects.all()
    assert upload.state == UploadState.READY
    assert files.exists(upload.file)
    assert len(stored(report) - before) == 1  # the other copy is removed


def stored(report: Report) -> set[str]:
    """The folders of uploads of a report with this number that have a file, those of other tests among them."""
    storage, folder = files.storage.file_storage(), f"report-uploads/{report.pk}"
    try:
        names, _files = storage.listdir(folder)
    except FileNotFoundError:
        return set()
    return {name for name in names if storage.listdir(f"{folder}/{name}")[1]}


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_wait_side_by_side_and_neither_overwrites_the_other(
    cast: Cast, report: Report, scanner: SlowScanner
) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    first, second = send_at_once(
        scanner,
        report,
        (alice, "moderators,,,,430,,\n"),
        (sven, "moderators,,,,440,,\ncontent-actioned,aurora-kids,,,120,,\n"),
    )
    run_all_jobs()
    seen = fields_of(sven.get(second))
    act(alice, first, "save")

    assert first != second
    answer = sven.post(second, {**seen, "act": "save"})
    assert answer.status_code == 409
    assert (
        "The report, this file or a decision about it on another page was changed after you opened this one. "
        "Nothing was saved: look at the page again." in words_of(answer)
    )
    assert values(report) == {MODERATORS: Decimal(430)}
    act(sven, second, "save", **{"choice-0": ["leave"]})
    assert values(report) == {MODERATORS: Decimal(430), KIDS: Decimal(120)}


@pytest.mark.django_db
def test_a_session_that_ends_before_the_confirmation_saves_nothing_and_loses_nothing(
    cast: Cast, report: Report
) -> None:
    alice = signed_in(cast.alice)
    url = send(alice, report, "moderators,,,,430,,\ncontent-actioned,aurora-kids,,,120,,\n")
    act(alice, url, "keep", take=["1"])
    fields = fields_of(alice.get(url))
    PersonSession.objects.all().delete()

    page = {"page_person": str(cast.alice.pk), **fields}
    answer = alice.post(url, {**page, "act": "save"}, follow=True)
    assert "What you just sent is kept for an hour: sign in to send it." in words_of(answer)
    assert values(report) == {}
    pending = parse_qs(urlsplit(answer.redirect_chain[0][0]).query)["next"][0]
    pending_page = signed_in(cast.alice).get(pending).text
    assert f'action="{url}"' in pending_page
    assert fields["digest"][0] in pending_page
    again = signed_in(cast.alice)
    assert fields_of(again.get(url))["take"] == ["1"]
    assert again.post(url, {**fields, "act": "save"}).status_code == 302
    assert values(report) == {KIDS: Decimal(120)}
