"""The history of the evidence beside a measure, and the way back of what was removed."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from alliance.models import Evidence, Measure, Report
from alliance.services import evidence
from alliance.services.evidence import add_file, add_link, remove_evidence
from portal.kernel import files
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.jobs import Job
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

LINK = "https://aurora.example/rules"


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def url_of(report: Report) -> str:
    return f"/workspace/reports/{report.pk}/measures/search/evidence/"


def add(cast: Cast, report: Report, kind: str = "link") -> Evidence:
    measure = Measure.objects.get(key="search")
    with acting_as(cast.actor("alice")) as alice:
        if kind == "link":
            return add_link(alice, report, measure, LINK, "Our rules", "public")
        upload = SimpleUploadedFile("counts.csv", b"meeting,children\n1,38\n", "text/csv")
        return add_file(alice, report, measure, upload, "Our counts", "public")


def remove(cast: Cast, report: Report, row: Evidence) -> int:
    """Remove it as Sven; returns the number of the removal in the history."""
    with acting_as(cast.actor("sven")) as sven:
        remove_evidence(sven, report, row)
    with acting_as(SYSTEM):
        return int(apps.get_model("alliance", "EvidenceHistory").objects.latest("pgh_id").pk)


def restore(client: Client, report: Report, number: int) -> Any:
    return client.post(url_of(report), {"number": number}, follow=True)


def test_what_was_added_and_removed_stands_with_who_did_it(cast: Cast, report: Report) -> None:
    remove(cast, report, add(cast, report))

    page = signed_in(cast.bob).get(url_of(report))

    rows = [(row.title, row.is_removed, row.writer.name) for row in page.context["changes"]]
    assert rows == [("Our rules", True, "Sven"), ("Our rules", False, "Alice")]
    assert LINK in words_of(page)


@pytest.mark.parametrize("kind", ["link", "file"])
def test_what_was_removed_is_added_again(cast: Cast, report: Report, kind: str) -> None:
    before = add(cast, report, kind)
    number = remove(cast, report, before)

    restore(signed_in(cast.alice), report, number)

    with acting_as(SYSTEM):
        after = Evidence.objects.get()
    columns = ("kind", "title", "url", "file", "sha256", "size", "disclosure", "added_by_id")
    assert [getattr(after, name) for name in columns] == [getattr(before, name) for name in columns]
    Job.objects.filter(kind="discard_file").update(next_at=timezone.now() - timedelta(days=1))
    run_all_jobs()
    if kind == "file":
        assert signed_in(cast.alice).get(f"/workspace/evidence/{after.pk}/").status_code == 200


def test_a_file_that_is_deleted_cannot_come_back_and_the_page_says_why(cast: Cast, report: Report) -> None:
    number = remove(cast, report, add(cast, report, "file"))
    Job.objects.filter(kind="discard_file").update(next_at=timezone.now() - timedelta(days=1))
    run_all_jobs()
    alice = signed_in(cast.alice)

    page = alice.get(url_of(report))
    answer = restore(alice, report, number)

    assert "upload it again" in words_of(page)
    assert "Add it again" not in page.content.decode()
    assert "upload it again" in words_of(answer)
    with acting_as(SYSTEM):
        assert not Evidence.objects.exists()


def test_what_is_there_again_is_not_added_twice(cast: Cast, report: Report) -> None:
    number = remove(cast, report, add(cast, report))
    alice = signed_in(cast.alice)
    restore(alice, report, number)

    assert "It has been added again." in words_of(restore(alice, report, number))
    with acting_as(SYSTEM):
        assert Evidence.objects.count() == 1


@pytest.mark.parametrize("kind", ["link", "file"])
def test_what_a_colleague_adds_again_at_the_same_moment_is_not_added_twice(
    cast: Cast, report: Report, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = remove(cast, report, add(cast, report, kind))
    measure, lock = Measure.objects.get(key="search"), evidence.lock_report_for_editing

    def lock_after_a_colleague(actor: Actor, report: Report) -> Report:
        monkeypatch.setattr(evidence, "lock_report_for_editing", lock)
        evidence.restore_evidence(actor, report, measure, number)
        # from here on the store is asked nothing: what waits for the report would wait for it too
        monkeypatch.setattr(files, "exists", lambda _path: pytest.fail("asked under the lock"))
        return lock(actor, report)

    monkeypatch.setattr(evidence, "lock_report_for_editing", lock_after_a_colleague)
    with acting_as(cast.actor("alice")) as alice, pytest.raises(DomainError, match="added again"):
        evidence.restore_evidence(alice, report, measure, number)


def test_a_reader_brings_nothing_back(cast: Cast, report: Report) -> None:
    number = remove(cast, report, add(cast, report))

    assert signed_in(cast.bob).post(url_of(report), {"number": number}).status_code == 403
