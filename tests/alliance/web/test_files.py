"""Prohibited files, as people meet them: on the pages, in the answers of every channel, in the letters."""

import hashlib
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from alliance.models import Evidence, Measure, Person
from alliance.services.evidence import add_file
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files import CheckedFile, FileCase
from portal.kernel.notices import Delivery
from portal.kernel.publishing import Publication, revision_cache
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db
BYTES = b"meeting,visitors\n1,38\n"
STEP = {"concern": "illegal", "reason": "It may not stand here."}


@pytest.fixture
def evidence(cast: Cast) -> Iterator[Evidence]:
    """A file of Aurora's report, of which the secretariat knows nothing yet."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("alice")) as actor:
        measure = Measure.objects.get(key="search")
        file = SimpleUploadedFile("counts.csv", BYTES, "text/csv")
        row = add_file(actor, report, measure, file, "Our counts", "public")
    yield row
    files.PURGED_FILES.path.unlink(missing_ok=True)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def take_step(cast: Cast, sha256: str, action: str) -> None:
    url = reverse("secretariat:file-step", args=[sha256, action])
    data = {"reason": STEP["reason"]} if action == "release" else STEP
    assert signed_in(cast.mona).post(url, data).status_code == 302
    revision_cache.clear()


def inbox_kinds(person: Person) -> list[str]:
    """The items of somebody's inbox, by kind."""
    run_all_jobs()
    with acting_as(SYSTEM):
        items = Delivery.objects.filter(recipient=person, channel="inbox")
        return list(items.values_list("event__kind", flat=True))


def test_a_member_reports_a_file_and_the_managers_are_notified(cast: Cast, evidence: Evidence) -> None:
    address = f"http://testserver{reverse('workspace:evidence', args=[evidence.pk])}"

    answer = signed_in(cast.bob).post(reverse("workspace:file-flag"), {"file": address, **STEP})

    assert (answer.status_code, FileCase.objects.get().sha256) == (302, evidence.sha256)
    assert (inbox_kinds(cast.mona), inbox_kinds(cast.rita)) == (["file.flag"], [])


@pytest.mark.parametrize("named", ["", "nonsense", "/workspace/evidence/999999/", "/en/"])
def test_what_names_no_file_is_refused_in_words(cast: Cast, named: str) -> None:
    answer = signed_in(cast.bob).post(reverse("workspace:file-flag"), {"file": named, **STEP})

    assert answer.status_code == 422
    assert not FileCase.objects.exists()


def test_a_rival_learns_of_no_file_by_trying_addresses(cast: Cast, evidence: Evidence) -> None:
    address = reverse("workspace:evidence", args=[evidence.pk])

    assert (
        signed_in(cast.carol).post(reverse("workspace:file-flag"), {"file": address, **STEP}).status_code
        == 422
    )


def test_a_manager_finds_a_file_that_only_the_member_sees(cast: Cast, evidence: Evidence) -> None:
    mona, address = signed_in(cast.mona), reverse("workspace:evidence", args=[evidence.pk])
    response = mona.get(reverse("secretariat:file-list"), {"file": address})

    page = mona.get(response["Location"])

    assert response["Location"] == reverse("secretariat:file", args=[evidence.sha256])
    assert (page.context["usages"], page.context["hidden"]) == ([], 1)
    assert "Our counts" not in page.text
    assert signed_in(cast.rita).get(reverse("secretariat:file-list"), {"file": address}).status_code == 422


def test_nobody_fetches_what_is_withheld_and_the_owners_are_notified(cast: Cast, evidence: Evidence) -> None:
    alice, url = signed_in(cast.alice), reverse("workspace:evidence", args=[evidence.pk])
    assert alice.get(url).content == BYTES

    take_step(cast, evidence.sha256, "quarantine")
    answer = alice.get(url)

    assert (answer.status_code, "This file is being checked" in answer.text) == (451, True)
    assert BYTES not in answer.content
    assert inbox_kinds(cast.alice) == ["file.quarantine"]
    take_step(cast, evidence.sha256, "release")
    assert alice.get(url).content == BYTES


def test_a_purge_takes_the_bytes_and_leaves_the_line(cast: Cast, evidence: Evidence) -> None:
    take_step(cast, evidence.sha256, "purge")
    run_all_jobs()
    answer = signed_in(cast.alice).get(reverse("workspace:evidence", args=[evidence.pk]))

    assert (answer.status_code, "illegal material" in answer.text) == (410, True)
    assert not files.exists(evidence.file)
    page = signed_in(cast.alice).get(reverse("workspace:report-measure", args=[evidence.report_id, "search"]))
    assert "Our counts" in page.text
    assert "Purged on" in page.text


def test_the_page_before_says_exactly_what_happens(cast: Cast, evidence: Evidence) -> None:
    page = signed_in(cast.mona).get(reverse("secretariat:file-step", args=[evidence.sha256, "purge"]))

    words = words_of(page)
    assert (
        "removed from the portal’s store at once and for good; backups that were made before still hold it"
        in words
    )
    assert "still show the digest" in words


# --- The public ------------------------------------------------------------------------------


@pytest.fixture
def public_digest(cast: Cast) -> str:
    """A file that a published report names, in the storage."""
    sha256 = hashlib.sha256(BYTES).hexdigest()
    item = {
        "id": 1, "kind": "file", "title": "Open counts", "url": "", "file_name": "open.csv", "size": len(BYTES),
        "media_type": "text/csv", "sha256": sha256, "disclosure": "public",
    }  # fmt: skip
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, evidence={"search": [item]})
    make_published_cycle(cycle)
    files.store("evidence", CheckedFile("open.csv", "text/csv", BYTES))
    return sha256


def test_the_public_record_stays_whole_when_its_file_is_purged(cast: Cast, public_digest: str) -> None:
    page, vera = "/en/reports/aurora-video/2026-h1/", Client()
    file = f"{page}evidence/{public_digest}"
    assert b"".join(vera.get(file).streaming_content) == BYTES
    before = [(row.number, bytes(row.body), row.sha256) for row in Publication.objects.all()]

    take_step(cast, public_digest, "quarantine")
    quarantine_response = vera.get(file)
    take_step(cast, public_digest, "purge")
    run_all_jobs()
    gone = vera.get(file)

    assert [
        (response.status_code, response["Cache-Control"]) for response in (quarantine_response, gone)
    ] == [
        (451, "no-store"),
        (410, "no-store"),
    ]
    assert [(row.number, bytes(row.body), row.sha256) for row in Publication.objects.all()] == before
    text = vera.get(page).text
    assert public_digest in text
    assert "Purged on" in text
    files.PURGED_FILES.path.unlink(missing_ok=True)


def test_a_browser_that_has_a_withheld_file_gets_451_and_not_304(cast: Cast, public_digest: str) -> None:
    file, vera = f"/en/reports/aurora-video/2026-h1/evidence/{public_digest}", Client()
    answer = vera.get(file)
    etag = answer["ETag"]
    assert b"".join(answer.streaming_content) == BYTES

    files.quarantine_file(SYSTEM, public_digest, **STEP)

    assert vera.get(file, headers={"If-None-Match": etag}).status_code == 451
