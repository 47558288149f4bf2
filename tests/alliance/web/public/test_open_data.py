"""The open data as its readers fetch it: from other sites, again and again, while something is published."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState
from alliance.models import DataFile, DataRelease, Indicator, PublishedFigure
from portal.kernel.publishing import Publication, forget_answers, touch_public_revision
from tests.factories import Cast, make_cycle, make_service, read_charter
from tests.support.open_data import build_release, file_content
from tests.support.pages import show_at_once, words_of
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

ADDRESS = "/data/v1/figures.csv"


def publish_report(cast: Cast, slug: str = "2026-h1") -> Publication:
    cycle = make_cycle(read_charter(), slug, CycleState.PUBLISHED)
    figures = {"search": [submitted_figure("time-to-removal", "12.5", service="clips")]}
    return make_published_report(cycle, cast.aurora, figures)


@pytest.fixture
def release(cast: Cast) -> DataRelease:
    make_service(cast.aurora, "clips")
    publish_report(cast)
    return build_release()


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.usefixtures("release")
def test_a_file_is_read_from_any_site_and_only_once(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert content_of(answer) == file_content("figures.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer
    assert "Access-Control-Allow-Credentials" not in answer
    again = client.get(ADDRESS, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["Access-Control-Allow-Origin"]) == (304, b"", "*")
    head = client.head(ADDRESS)
    for close in head._resource_closers:  # as a server does; `close` would end the test's transaction
        close()
    assert (head.status_code, head["Content-Length"]) == (200, str(len(file_content("figures.csv"))))


@pytest.mark.usefixtures("release")
def test_the_examples_ask_for_an_indicator_that_has_numbers(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_at_once(monkeypatch)
    PublishedFigure.objects.update(indicator_key="moderators")
    touch_public_revision()

    text = client.get("/en/data/").text
    assert "WHERE indicator = 'moderators'" in text
    assert text.count("<code>moderators</code>") == 2  # in the dictionary: an indicator, and its series

    Indicator.objects.filter(key="moderators").update(value="choice")  # of which there are no numbers
    touch_public_revision()
    assert "WHERE indicator = 'time-to-removal'" in client.get("/en/data/").text


@pytest.mark.usefixtures("release")
def test_a_browser_elsewhere_may_ask(client: Client) -> None:
    answer = client.options(ADDRESS, headers={"Origin": "https://example.org"})
    assert (answer.status_code, answer["Access-Control-Allow-Headers"]) == (204, "If-None-Match")
    assert client.post(ADDRESS).status_code == 405
    assert client.options("/en/data/").status_code == 405  # a page is for its own readers


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("v1/promises.json", "application/json"),
        ("v1/charter.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("v1/datapackage.zip", "application/zip"),
        ("v1/datapackage.json", "application/json"),
        ("v1/SHA256SUMS", "text/plain; charset=utf-8"),
        ("catalog.jsonld", "application/ld+json"),
    ],
)
def test_every_file_has_its_address(client: Client, name: str, media_type: str) -> None:
    answer = client.get(f"/data/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
    content_of(answer)


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize("name", ["people.csv", "figures.exe", "../figures.csv", "catalog.jsonld"])
def test_there_is_no_other_file(client: Client, name: str) -> None:
    assert client.get(f"/data/v1/{name}").status_code == 404


def test_before_anything_is_built_the_page_and_the_files_say_so(client: Client) -> None:
    page = client.get("/en/data/")
    assert "The files are being built" in words_of(page)
    for address in (ADDRESS, "/data/catalog.jsonld", "/data/v1/datapackage.zip", "/data/v1/SHA256SUMS"):
        answer = client.get(address)
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert answer["Cache-Control"] == "no-store"
    for address in ("/data/v1/people.csv", "/data/v1/catalog.jsonld", "/data/v1/datapackage-1.zip"):
        assert client.get(address).status_code == 404


def test_the_page_shows_real_counts_and_sizes(client: Client, release: DataRelease) -> None:
    page = client.get("/en/data/")
    rows = {row.table.name: row for row in page.context["tables"]}
    assert rows["figures"].rows == PublishedFigure.objects.current().count()
    assert {file.size for _format, file in rows["figures"].files} == {
        len(file_content(f"figures.{format_}")) for format_ in ("csv", "json", "xlsx")
    }
    assert f"As of No. {release.number}" in words_of(page)
    assert "CC BY 4.0" in words_of(page)


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(("language", "word"), [("en", "Permanent key"), ("ru", "Постоянный ключ")])
def test_the_dictionary_is_in_the_reader_s_language(client: Client, language: str, word: str) -> None:
    assert word in words_of(client.get(f"/{language}/data/?table=figures"))
    assert "publications" in words_of(client.get(f"/{language}/data/?table=publications"))
    assert client.get(f"/{language}/data/?table=people").status_code == 404


def test_the_address_without_a_language_leads_to_the_reader_s(client: Client) -> None:
    answer = client.get("/data/", headers={"Accept-Language": "ru"})
    assert (answer.status_code, answer["Location"]) == (302, "/ru/data/")


def test_a_publication_after_a_build_waits_for_the_next_build(
    client: Client, cast: Cast, release: DataRelease
) -> None:
    before = file_content("figures.csv")
    publication = publish_report(cast, "2026-h2")
    assert content_of(client.get(ADDRESS)) == before
    page = words_of(client.get("/en/data/"))
    assert f"As of No. {release.number}" in page
    assert f"Publication No. {release.number + 1} is not in these files yet" in page
    build_release()
    forget_answers()  # or wait for a second
    assert content_of(client.get(ADDRESS)) != before
    page = words_of(client.get("/en/data/"))
    assert f"As of No. {publication.number}" in page
    assert "not in these files yet" not in page
    package = client.get(f"/data/v1/datapackage-{release.number}.zip")
    assert package.status_code == 200
    content_of(package)


@pytest.mark.usefixtures("release")
def test_the_feeds_say_which_rows_are_new_and_which_corrected(client: Client, cast: Cast) -> None:
    PublishedFigure.objects.filter(indicator_key="time-to-removal").update(value=13, corrected_in=9)
    publish_report(cast, "2026-h2")
    assert "Nothing since the tables were first built." in words_of(client.get("/en/data/"))
    build_release()
    forget_answers()  # or wait for a second
    assert "Nothing since the tables were first built." not in words_of(client.get("/en/data/"))
    feed = json.loads(client.get("/en/data/changes.json").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    entry = next(item for item in feed["items"] if item["title"].startswith("figures: 1 row corrected"))
    assert entry["tags"] == ["figures", "correction"]
    assert "time-to-removal, aurora-video, clips, 2026-h1" in entry["content_text"]
    atom = client.get("/ru/data/changes.atom")
    assert "исправлена 1 строка" in atom.content.decode()
    assert atom["Access-Control-Allow-Origin"] == "*"


def test_a_day_with_two_releases_has_one_package_of_its_number(
    client: Client, cast: Cast, release: DataRelease
) -> None:
    """Of promises that fell due without a publication; and the page stands where the last package was purged."""
    PublishedFigure.objects.update(valid_from=1, estimate=True)
    again = build_release()
    assert (again.pk != release.pk, again.number) == (True, release.number)
    publish_report(cast, "2026-h2")
    build_release()
    forget_answers()  # or wait for a second
    page = client.get("/en/data/")
    assert [each.file.release_id for each in page.context["earlier_packages"]] == [again.pk]
    DataFile.objects.filter(name="datapackage.zip").delete()
    touch_public_revision()
    forget_answers()
    assert "/data/v1/datapackage.zip" not in client.get("/en/data/").text.partition("data-examples")[0]


@pytest.mark.usefixtures("release")
def test_identical_tables_make_no_release(client: Client) -> None:
    DataRelease.objects.update(built_at=timezone.now() - timedelta(days=1))
    touch_public_revision()
    build_release()
    assert DataRelease.objects.count() == 1
    assert client.get("/en/data/").status_code == 200
