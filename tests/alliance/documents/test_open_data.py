"""The files of the open data: the same rows in each format, nothing withheld, the same bytes for the same facts."""

import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from threading import Thread
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client

from alliance.enums import CycleState
from alliance.models import (
    DataFile,
    DataRelease,
    Ownership,
    PublishedFigure,
    PublishedResponse,
    PublishedVerdict,
)
from alliance.queries.public.data_tables import DataColumn, DataTable, data_tables
from alliance.queries.public.data_tables.writing import one_moment, read_csv, write_csv
from alliance.queries.public.open_data import latest_file, latest_release, release_files
from alliance.services.target_outcomes import project_targets
from portal.kernel import files
from portal.kernel.files import StorageFull
from portal.kernel.publishing import Publication, forget_answers
from tests.factories import Cast, make_cycle, make_service, read_charter
from tests.support.ended_memberships import leave
from tests.support.open_data import build_release, csv_rows, file_content, json_rows
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

FORMULA = '=HYPERLINK("https://example.org")'


def publish_report(cast: Cast, slug: str = "2026-h1", value: str = "12.50") -> Publication:
    cycle = make_cycle(read_charter(), slug, CycleState.PUBLISHED)
    figures = {
        "search": [
            submitted_figure("time-to-removal", value, service="clips", method=FORMULA),
        ]
    }
    return make_published_report(cycle, cast.aurora, figures, {"find": "complete"}, {"find": "'=We differ."})


@pytest.fixture
def publication(cast: Cast) -> Publication:
    make_service(cast.aurora, "clips")
    return publish_report(cast)


@pytest.mark.usefixtures("publication")
def test_each_format_has_the_same_rows() -> None:
    release = build_release()
    for table in data_tables():
        rows = csv_rows(table.name)
        assert len(rows) == len(json_rows(table.name)) == release.rows[table.name], table.name
        book = openpyxl.load_workbook(io.BytesIO(file_content(f"{table.name}.xlsx")), read_only=True)
        sheet = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        headings = next(place for place, row in enumerate(sheet) if row[: len(table.header)] == table.header)
        assert len(sheet) - headings - 1 == len(rows), table.name
    assert release.rows["figures"] == PublishedFigure.objects.current().count() > 0
    assert release.rows["verdicts"] == PublishedVerdict.objects.current().count() > 0
    assert release.rows["replies"] == release.rows["reports"] == 1


@pytest.mark.usefixtures("publication")
def test_decimals_are_strings_and_texts_are_no_formulas() -> None:
    build_release()
    row = next(row for row in csv_rows("figures") if row["indicator"] == "time-to-removal")
    assert (row["value"], row["status"], row["service"]) == ("12.5", "reported", "clips")
    assert row["method"] == f"'{FORMULA}"
    figure = next(row for row in json_rows("figures") if row["indicator"] == "time-to-removal")
    assert (figure["value"], figure["method"], figure["estimate"]) == ("12.5", FORMULA, False)
    assert figure["lower"] is None
    # an apostrophe of somebody's own comes back too
    assert csv_rows("replies")[0]["text"] == "''=We differ."
    assert json_rows("replies")[0]["text"] == "'=We differ."


@pytest.mark.usefixtures("publication")
def test_a_withheld_row_says_so_and_has_no_value() -> None:
    PublishedFigure.objects.filter(indicator_key="time-to-removal").update(
        withheld=True, value=7, method="How", reason="Why", was={"value": "9", "choice": ""}
    )  # the database would never hold this: nothing is to rest on that alone
    build_release()
    row = next(row for row in csv_rows("figures") if row["indicator"] == "time-to-removal")
    assert row["status"] == "withheld"
    assert {
        row[name] for name in ("value", "choice", "lower", "upper", "method", "reason", "value_before")
    } == {""}


def test_no_file_has_what_is_withheld(cast: Cast, publication: Publication) -> None:
    counted = {"indicator": "time-to-removal", "value": "48", "due_on": "2026-03-31"}
    make_published_pledge(cast.aurora, counted)
    project_targets(publication, [cast.aurora.pk])
    secret = Decimal(7770707)
    figure = PublishedFigure.objects.filter(indicator_key="time-to-removal")
    numbers = dict.fromkeys(("value", "numerator", "denominator", "lower", "upper"), secret)
    texts = dict.fromkeys(("method", "reason", "definition_note"), f"Of {secret}.")
    figure.update(**numbers, **texts, was={"value": str(secret), "choice": ""}, estimate=True)
    build_release()
    assert {
        f"{table}.{suffix}" for table in ("figures", "promises") for suffix in ("csv", "json", "xlsx")
    } | {"datapackage.zip"} == files_with(str(secret))
    figure.update(withheld=True)
    build_release()
    assert files_with(str(secret)) == set()
    assert {row["estimate"] for row in csv_rows("figures") if row["status"] == "withheld"} == {"false"}


def test_each_service_has_its_name_with_each_of_its_owners(cast: Cast) -> None:
    clips = make_service(cast.aurora, "clips")
    Ownership.objects.filter(service=clips).update(ends_on=date(2026, 3, 31))
    Ownership.objects.create(service=clips, organisation=cast.beacon, starts_on=date(2026, 4, 1))
    build_release()
    rows = [
        (row["member"], row["name_en"], row["until"])
        for row in csv_rows("members")
        if row["service"] == "clips"
    ]
    assert rows == [("aurora-video", "Clips", "2026-03-31"), ("beacon-search", "Clips", "")]
    (member,) = [row for row in csv_rows("members") if row["member"] == "aurora-video" and not row["service"]]
    assert (member["name_en"], member["state"], member["successor"]) == ("Aurora Video", "active", "")


def test_a_member_that_left_has_its_last_day(cast: Cast) -> None:
    left_on = leave(cast)
    build_release()

    last_days = {row["member"]: row["until"] for row in csv_rows("members") if not row["service"]}
    assert last_days == {"aurora-video": "", "beacon-search": (left_on - timedelta(days=1)).isoformat()}


@pytest.mark.usefixtures("publication")
def test_no_file_has_the_name_of_a_person(cast: Cast) -> None:
    make_published_pledge(cast.aurora, {})
    build_release()
    assert any(b"Sven" in bytes(each.body) for each in Publication.objects.all())
    assert files_with("Sven") == set()


def files_with(text: str) -> set[str]:
    """The files of the last release in which the text stands, also within those that are archives."""
    release = latest_release()
    assert release is not None
    names = set()
    for name in release_files(release):
        content = io.BytesIO(file_content(name))
        parts = [content.getvalue()]
        if zipfile.is_zipfile(content):
            archive = zipfile.ZipFile(content)
            parts = [archive.read(part) for part in archive.namelist()]
        if any(text.encode() in part for part in parts):
            names.add(name)
    return names


@pytest.mark.usefixtures("publication")
def test_the_same_facts_give_the_same_bytes_and_no_new_release() -> None:
    first = build_release()
    assert build_release() == first
    digests = {file.name: file.sha256 for file in first.files.all()}
    DataRelease.objects.all().delete()
    assert {file.name: file.sha256 for file in build_release().files.all()} == digests


@pytest.mark.usefixtures("publication")
def test_changes_since_the_previous_release(cast: Cast) -> None:
    assert build_release().changes == []  # there was nothing before
    PublishedFigure.objects.filter(indicator_key="time-to-removal").update(
        value=13, corrected_in=2, was={"value": "12.5", "choice": ""}
    )
    PublishedFigure.objects.exclude(indicator_key="time-to-removal").update(
        valid_from=2
    )  # the row is the same
    PublishedResponse.objects.all().delete()
    publish_report(cast, "2026-h2")
    changes = {change["table"]: change for change in build_release().changes}
    figures = changes["figures"]
    assert (figures["corrected"], figures["changed"], figures["removed"]) == (1, 0, 0)
    assert figures["new"] > 0
    assert ["time-to-removal", "aurora-video", "clips", "2026-h1"] in figures["examples"]
    assert (changes["replies"]["new"], changes["replies"]["removed"]) == (1, 1)
    assert "charter" not in changes


def test_rows_that_the_portal_writes_are_as_the_database_writes_them() -> None:
    """Above all a carriage return alone, which a program may send in a text."""
    texts = ["plain", 'a "word"', "a,b", "one\ntwo", "one\rtwo", "one\r\ntwo", "\r", " blank ", "'=1", None]
    table = DataTable(
        "texts", "A text", [DataColumn("first", "", ""), DataColumn("text", "", "")], ("first",),
        lambda _scope: [["x", text] for text in texts],
    )  # fmt: skip
    ours, theirs = io.BytesIO(), io.BytesIO(b"first,text\n")
    write_csv(table, ours)
    theirs.seek(0, io.SEEK_END)
    with connection.cursor() as cursor:
        rows = cursor.mogrify("SELECT 'x', t FROM unnest(%s) WITH ORDINALITY AS u (t, place)", [texts])
        cursor.copy_expert(f"COPY ({rows.decode()} ORDER BY place) TO STDOUT (FORMAT csv)", theirs)
    assert ours.getvalue() == theirs.getvalue()
    assert [row[1] for row in read_csv([ours.getvalue()])] == [text or "" for text in texts]


def test_an_empty_record_has_empty_tables() -> None:
    release = build_release()
    assert release.number == 0
    assert [release.rows[name] for name in ("figures", "publications", "practices")] == [0, 0, 0]
    assert csv_rows("figures") == json_rows("figures") == []


@pytest.mark.usefixtures("publication")
def test_the_package_holds_what_its_description_says() -> None:
    build_release()
    package = zipfile.ZipFile(io.BytesIO(file_content("datapackage.zip")))
    description = json.loads(package.read("datapackage.json"))
    assert description == json.loads(file_content("datapackage.json"))
    for resource in description["resources"]:
        content = package.read(resource["path"])
        assert content == file_content(resource["path"])
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        assert content.split(b"\n")[0].decode().split(",") == [
            f["name"] for f in resource["schema"]["fields"]
        ]
    assert {name for name in package.namelist() if name.endswith(".csv")} == {
        f"{table.name}.csv" for table in data_tables()
    }
    assert description["licenses"][0]["name"] == "CC-BY-4.0"
    sums = dict(reversed(line.split("  ")) for line in file_content("SHA256SUMS").decode().splitlines())
    assert sums["figures.csv"] == sha256(file_content("figures.csv")).hexdigest()
    page = package.read("index.html").decode()
    assert "CC BY 4.0" in page
    assert "Never reused" not in page
    assert "Permanent key of the indicator; never reused" in page


@pytest.mark.usefixtures("publication")
def test_the_catalogue_names_each_file_with_its_digest() -> None:
    release = build_release()
    catalogue: dict[str, Any] = json.loads(file_content("catalog.jsonld"))
    files = {file.name: file for file in release.files.all()}
    sets = catalogue["dcat:dataset"]
    assert len(sets) == len(data_tables())
    for each in [each for data_set in sets for each in data_set["dcat:distribution"]]:
        file = files[each["dcat:downloadURL"]["@id"].rpartition("/")[2]]
        assert each["spdx:checksum"]["spdx:checksumValue"]["@value"] == file.sha256
        assert each["dcat:byteSize"]["@value"] == str(file.size)


@pytest.mark.usefixtures("publication")
def test_earlier_packages_stay_and_earlier_tables_go(cast: Cast) -> None:
    first = build_release()
    publish_report(cast, "2026-h2")
    last = build_release()
    assert set(DataFile.objects.filter(release=first).values_list("name", flat=True)) == {"datapackage.zip"}
    assert last.files.count() > len(data_tables())


@pytest.mark.usefixtures("publication")
def test_a_build_that_fails_leaves_the_files_as_they_were(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_release()
    publish_report(cast, "2026-h2")

    def refuse(*_arguments: object) -> None:
        raise StorageFull

    with monkeypatch.context() as patch:
        patch.setattr(files, "store_at", refuse)
        with pytest.raises(AssertionError, match="StorageFull"):
            build_release()
    assert latest_release() == first
    assert latest_file("figures.csv") == release_files(first)["figures.csv"]
    forget_answers()  # of other tests
    missing = first.number + 1
    assert f"Publication No. {missing} is not in these files yet" in words_of(client.get("/en/data/"))
    assert build_release().number > first.number


@pytest.mark.django_db(transaction=True)
def test_a_publication_in_the_middle_is_in_all_tables_or_in_none(cast: Cast) -> None:
    make_service(cast.aurora, "clips")
    publish_report(cast)
    tables = {table.name: table for table in data_tables()}
    names = ("figures", "publications", "reports")

    def rows(name: str) -> int:
        content = io.BytesIO()
        write_csv(tables[name], content)
        return content.getvalue().count(b"\n") - 1

    with one_moment():
        before = [rows(name) for name in names]
        other = Thread(target=publish_elsewhere, args=(cast,))
        other.start()
        other.join()
        assert [rows(name) for name in names] == before
    with one_moment():
        assert [rows(name) for name in names] == [2 * count for count in before]


def publish_elsewhere(cast: Cast) -> None:
    """By another connection, which commits."""
    try:
        publish_report(cast, "2026-h2")
    finally:
        connection.close()
