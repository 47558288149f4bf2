"""Checking documents at the edges: more files than are checked at once, and before the first publication."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance.web.public import verify
from tests.factories import Cast, make_cycle, read_charter
from tests.support.open_data import build_release, file_content
from tests.support.pages import words_of
from tests.support.published_reports import make_published_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
PAGE = "/en/verify/"


def files(*contents: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"file-{each}.json", each.encode()) for each in contents]


def test_files_beyond_those_that_are_checked_at_once_are_not_passed_over_in_silence(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "Too many files Only the first 2 are checked. Choose the others afterwards."
    monkeypatch.setattr(verify, "MOST_FILES", 2)

    three = words_of(client.post(PAGE, {"file": files("1", "2", "3")}))

    assert note in three
    assert "file-2.json" in three
    assert "file-3.json" not in three
    assert note not in words_of(client.post(PAGE, {"file": files("1", "2")}))


def test_a_record_without_publications_is_called_so(client: Client) -> None:
    for answer in (client.get(PAGE, {"digest": "5"}), client.get(f"{PAGE}{'e' * 64}/")):
        page = words_of(answer)
        assert "Nothing is published yet" in page
        assert "This is no SHA-256" not in page
        assert "No. 0" not in page


def test_a_file_of_the_open_data_from_before_the_first_publication_names_none(
    cast: Cast, client: Client
) -> None:
    release = build_release()
    digest = hashlib.sha256(file_content("reports.csv")).hexdigest()
    current, page = words_of(client.get(f"{PAGE}{digest}/")), words_of(client.get("/en/data/"))
    make_published_report(make_cycle(read_charter()), cast.aurora)
    build_release()
    earlier = words_of(client.get(f"{PAGE}{digest}/"))

    assert release.number == 0
    assert "the open data as they are now, made before the first publication." in current
    assert "the open data before the first publication, until" in earlier
    assert [text for text in (current, earlier, page) if "No. 0" in text] == []
