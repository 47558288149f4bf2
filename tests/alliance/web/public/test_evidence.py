"""Public evidence: fetched as a file by anyone, and nothing else by nobody."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from alliance.services.evidence import evidence_path
from alliance.templatetags.alliance_public import web_address
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db

PUBLIC, RESTRICTED = "a" * 64, "b" * 64
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
    for sha256 in (PUBLIC, RESTRICTED):
        default_storage.save(evidence_path(sha256), ContentFile(b"%PDF-"))
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(
        cycle, cast.aurora, evidence={"search": [item(PUBLIC, "public"), item(RESTRICTED, "secretariat")]}
    )
    make_published_cycle(cycle)


def test_a_public_file_is_an_attachment_that_runs_nothing(client: Client, report: None) -> None:
    answer = client.get(ADDRESS + PUBLIC)

    assert b"".join(answer.streaming_content) == b"%PDF-"
    assert answer["Content-Disposition"] == 'attachment; filename="note.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_page_links_what_is_public_and_counts_the_rest(client: Client, report: None) -> None:
    text = client.get("/en/reports/aurora-video/2026-h1/").text

    assert (ADDRESS + PUBLIC in text, RESTRICTED in text) == (True, False)
    assert "1 item only for the secretariat" in text


def test_a_link_is_followed_to_web_pages_only() -> None:
    assert (web_address("https://aurora.example/a"), web_address("javascript:alert(1)")) == (
        "https://aurora.example/a",
        "",
    )


@pytest.mark.parametrize("sha256", [RESTRICTED, "c" * 64, "note"])
def test_any_other_file_does_not_exist(client: Client, report: None, sha256: str) -> None:
    assert client.get(ADDRESS + sha256).status_code == 404


def test_a_purged_file_is_gone(client: Client, report: None) -> None:
    default_storage.delete(evidence_path(PUBLIC))

    assert client.get(ADDRESS + PUBLIC).status_code == 410
