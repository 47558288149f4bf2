"""An import of 12,000 supporters with 3 % faulty rows: each is named, progress is true, half-way nothing is left."""

import io
from collections import Counter
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.models import Charter, Site, Supporter, SupporterContact, SupporterImport
from alliance.queries.site import read_site
from alliance.services import supporter_import_work as work
from alliance.services import supporter_imports as services
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
ROWS, FAULTY = 12_000, 360
HEADING = ("name", "kind", "region", "town", "e-mail", "acceded on")
# the column of each fault, and what stands there
FAULTS = (("kind", "palace"), ("email", "no address"), ("acceded_on", "31.02.2026"), ("name", ""))


@pytest.fixture(autouse=True)
def directory(charter: Charter) -> None:
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()


def rows_of_file() -> tuple[list[list[str]], dict[int, str]]:
    """The cells of every row, and the column of the fault by the number of its row in the file."""
    rows, faults = [], {}
    columns = ("name", "kind", "region", "town", "email", "acceded_on")
    for number in range(1, ROWS + 1):
        cells = {
            "name": f"School {number:05}",
            "kind": "school",
            "region": f"Region {number % 80}",
            "town": "",
            "email": f"s{number}@school.example",
            "acceded_on": "2026-03-01",
        }
        if number % 100 in (33, 66, 99):
            column, value = FAULTS[len(faults) % len(FAULTS)]
            cells[column] = value
            faults[number + 1] = column  # below the heading
        rows.append([cells[column] for column in columns])
    return rows, faults


def file_of(ending: str, rows: list[list[str]]) -> SimpleUploadedFile:
    if ending == "csv":
        text = "".join(";".join(cells) + "\n" for cells in ([*HEADING], *rows))
        return SimpleUploadedFile("all.csv", text.encode())
    workbook, content = Workbook(write_only=True), io.BytesIO()
    sheet = workbook.create_sheet()
    for cells in ([*HEADING], *rows):
        sheet.append(cells)
    workbook.save(content)
    return SimpleUploadedFile("all.xlsx", content.getvalue())


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """How far the work has come, each time that the page is told it."""
    moments: list[tuple[int, int]] = []

    def write(_sql: str, values: dict[str, Any]) -> None:
        moments.append((values["done"], values["total"]))

    monkeypatch.setattr(work, "run_apart", write)
    return moments


def checked(cast: Cast, ending: str) -> SupporterImport:
    """A file that was sent and checked: each faulty row is named with its column and why."""
    rows, faults = rows_of_file()
    with acting_as(cast.actor("mona")) as mona:
        upload = services.send_supporters(mona, file_of(ending, rows))
    run_all_jobs()
    with acting_as(SYSTEM):
        upload.refresh_from_db()
        named = {row.number: (row.fault_column, row.fault) for row in upload.rows.filter(outcome="faulty")}
    assert upload.counts == {"new": ROWS - FAULTY, "faulty": FAULTY}
    assert {number: column for number, (column, _fault) in named.items()} == faults
    assert all(fault for _column, fault in named.values())
    assert Counter(faults.values()) == dict.fromkeys((column for column, _value in FAULTS), FAULTY // 4)
    return upload


def test_a_workbook_names_its_faulty_rows(cast: Cast, shown: list[tuple[int, int]]) -> None:
    upload = checked(cast, "xlsx")

    # a thousand rows at a time; a workbook does not tell how many it has
    assert shown == [(done, 0) for done in range(1000, ROWS + 1, 1000)]
    assert (upload.rows_done, upload.rows_total) == (ROWS, ROWS)


def test_a_table_names_its_faulty_rows_and_cancelled_half_way_leaves_no_trace(
    cast: Cast, shown: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = checked(cast, "csv")
    assert shown == [(done, ROWS) for done in range(1000, ROWS + 1, 1000)]
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=True)
    path, bring = upload.file, work._bring

    def bring_half(upload: SupporterImport, rows: Any, done: int) -> None:
        bring(upload, rows, done)
        if done >= ROWS // 2:
            SupporterImport.objects.filter(pk=upload.pk).update(cancelled_at=upload.confirmed_at)

    monkeypatch.setattr(work, "_bring", bring_half)
    with pytest.raises(work.ImportCancelled), acting_as(SYSTEM):
        work.import_rows(upload.pk)
    assert shown[-1] == (ROWS // 2 + 1000, ROWS - FAULTY)
    with acting_as(cast.actor("mona")) as mona:
        services.cancel_import(mona, upload)
    run_all_jobs()

    with acting_as(SYSTEM):
        upload.refresh_from_db()
        assert not Supporter.objects.exists()
        assert not SupporterContact.objects.exists()
        assert not upload.rows.exists()
        assert Event.objects.filter(kind="supporter_import.cancel").count() == 1
    assert (upload.file, files.exists(path)) == ("", False)
