"""A virus scanner that does not answer: files are accepted, nobody can fetch them, and nothing has to be done again."""

from typing import Any

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from alliance.models import Evidence, Measure, Report
from alliance.services.evidence import add_file
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.files import CaseNote, FileCase, FileState
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.publishing import revision_cache
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.scanner import scanner

pytestmark = pytest.mark.django_db
BYTES = b"meeting,visitors\n1,38\n"
NOBODY_LISTENS = "127.0.0.1:9"


@pytest.fixture(autouse=True)
def away(settings: Any) -> None:
    settings.CLAMAV = NOBODY_LISTENS


def add_evidence(cast: Cast) -> Evidence:
    with acting_as(SYSTEM):
        report = Report.objects.first() or make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("alice")) as actor:
        file = SimpleUploadedFile("counts.csv", BYTES, "text/csv")
        return add_file(actor, report, Measure.objects.get(key="search"), file, "Our counts", "public")


def fetch(cast: Cast, evidence: Evidence) -> Any:
    revision_cache.clear()
    client = Client()
    client.force_login(cast.alice)
    return client.get(reverse("workspace:evidence", args=[evidence.pk]))


def scan_again() -> None:
    """The time of the next try has come."""
    Job.objects.filter(kind="scan_file", state="ready").update(next_at=TransactionNow())
    assert "scan_file" in run_all_jobs()


def test_a_file_is_accepted_and_fetched_once_the_scanner_has_seen_it(cast: Cast, settings: Any) -> None:
    evidence = add_evidence(cast)
    answer = fetch(cast, evidence)
    assert (answer.status_code, "while the virus scanner was away" in answer.text) == (451, True)

    scan_again()  # it is still away
    assert FileCase.objects.get().state == FileState.UNSCANNED
    with scanner(b"stream: OK\0") as running:
        settings.CLAMAV = running.address
        scan_again()

    answer = fetch(cast, evidence)
    assert (answer.status_code, answer.content) == (200, BYTES)
    kinds = Event.objects.filter(kind__startswith="file.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["file.await_scan", "file.pass_scan"]
    assert not Job.objects.filter(kind="scan_file", state="ready").exists()


def test_what_the_scanner_finds_later_stays_withheld_and_says_why(cast: Cast, settings: Any) -> None:
    evidence = add_evidence(cast)
    with scanner(b"stream: Eicar-Test-Signature FOUND\0") as running:
        settings.CLAMAV = running.address
        scan_again()
        with pytest.raises(DomainError, match="cannot be accepted now"):
            add_evidence(cast)

    case = FileCase.objects.get()
    assert (case.state, case.concern) == (FileState.QUARANTINED, "harmful")
    assert "virus scanner" in CaseNote.objects.get().text
    assert fetch(cast, evidence).status_code == 451
    client = Client()
    client.force_login(cast.mona)
    page = client.get(reverse("secretariat:file", args=[case.sha256])).text
    assert "The virus scanner rejects this file." in page
    assert "Erased person" not in page


def test_the_same_file_may_be_added_twice_meanwhile(cast: Cast) -> None:
    add_evidence(cast)
    add_evidence(cast)

    assert FileCase.objects.get().state == FileState.UNSCANNED
    assert Job.objects.filter(kind="scan_file").count() == 1


def test_what_was_accepted_before_stays_as_it_is(cast: Cast, settings: Any) -> None:
    settings.CLAMAV = ""
    evidence = add_evidence(cast)
    settings.CLAMAV = NOBODY_LISTENS
    add_evidence(cast)

    assert not FileCase.objects.exists()
    assert fetch(cast, evidence).status_code == 200


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""], ids=["error", "nothing"])
def test_an_answer_that_is_none_is_no_verdict(cast: Cast, settings: Any, answer: bytes) -> None:
    with scanner(answer) as running:
        settings.CLAMAV = running.address
        add_evidence(cast)

    assert FileCase.objects.get().state == FileState.UNSCANNED


def test_what_the_scanner_finds_is_refused(cast: Cast, settings: Any) -> None:
    with scanner(b"stream: Eicar-Test-Signature FOUND\0") as running:
        settings.CLAMAV = running.address
        with pytest.raises(DomainError, match="The virus scanner rejects this file"):
            add_evidence(cast)

    assert not FileCase.objects.exists()
