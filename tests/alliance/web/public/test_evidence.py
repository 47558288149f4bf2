"""Public evidence: fetched as a file by anyone, and nothing else by nobody."""

import hashlib
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from alliance.services.evidence import evidence_path
from alliance.templatetags.alliance_public import web_address
from portal.kernel.publishing import revision_cache
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db

BYTES = {hashlib.sha256(content).hexdigest(): content for content in (b"%PDF-", b"%PDF!")}
PUBLIC, RESTRICTED = BYTES
ADDRESS = "/en/reports/aurora-video/2026-h1/evidence/"


def item(sha256: str, disclosure: str) -> dict[str, Any]:
    return {
        "id": 1, "kind": "file", "title": "Sampling note", "url": "", "file_name": "note.pdf", "size": 5,
        "media_type": "application/pdf", "sha256": sha256, "disclosure": disclosure,
    }  # fmt: skip


@pytest.fixture
def report(settings: Any, tmp_path: Any) -> None:
    """A report with one public file and one for the secretariat; both are in the storage."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    for sha256, content in BYTES.items():
        default_storage.save(evidence_path(sha256), ContentFile(content))
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(
        cycle, cast.aurora, evidence={"search": [item(PUBLIC, "public"), item(RESTRICTED, "secretariat")]}
    )
    make_published_cycle(cycle)


def test_a_public_file_is_an_attachment_that_runs_nothing(client: Client, report: None) -> None:
    answer = client.get(ADDRESS + PUBLIC)

    assert b"".join(answer.streaming_content) == b"%PDF-"
    assert answer["Content-Disposition"] == 'attachment; filename="note.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_page_links_what_is_public_and_counts_the_rest(client: Client, report: None) -> None:
    text = client.get("/en/reports/aurora-video/2026-h1/").text

    assert (ADDRESS + PUBLIC in text, RESTRICTED in text) == (True, False)
    assert "1 item only for the secretariat" in text


def test_a_link_is_followed_to_web_pages_only() -> None:
    assert web_address("https://aurora.example/a") == "https://aurora.example/a"
    assert {web_address(text) for text in ("javascript:alert(1)", "http://[", "//aurora.example/")} == {""}


@pytest.mark.parametrize("sha256", [RESTRICTED, "c" * 64, "note"])
def test_any_other_file_does_not_exist(client: Client, report: None, sha256: str) -> None:
    assert client.get(ADDRESS + sha256).status_code == 404


@pytest.mark.parametrize("content", [None, b"%PDF", b"%PDF+", b"%PDF-%PDF-"])
def test_a_file_that_is_not_what_it_was_is_not_served_and_its_page_says_so_until_it_is_whole(
    client: Client, report: None, content: bytes | None
) -> None:
    path = evidence_path(PUBLIC)
    default_storage.delete(path)
    if content is not None:
        default_storage.save(path, ContentFile(content))

    refused = client.get(ADDRESS + PUBLIC)
    revision_cache.clear()
    while_damaged = client.get("/ru/reports/aurora-video/2026-h1/").text
    default_storage.save(path, ContentFile(BYTES[PUBLIC]))
    revision_cache.clear()
    given = client.get(ADDRESS + PUBLIC)
    received = b"".join(given)
    revision_cache.clear()

    assert (refused.status_code, refused["Cache-Control"]) == (503, "no-store")
    assert "This file is being restored" in refused.text
    assert "Этот файл восстанавливается" in while_damaged
    assert (received, given["Content-Length"]) == (BYTES[PUBLIC], "5")
    assert "This file is being restored" not in client.get("/en/reports/aurora-video/2026-h1/").text
