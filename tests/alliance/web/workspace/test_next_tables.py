"""What is left of a file of several tables: on another sheet, and after answers were taken back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from alliance.figure_fields import FigurePlace
from alliance.models import Report
from tests.alliance.web.workspace.test_disclosures import apply, fields_of, save
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.forms import forms_in
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_uploads import sheet, values

pytestmark = pytest.mark.django_db
KIDS, LIVE = (FigurePlace("content-actioned", f"aurora-{name}") for name in ("kids", "live"))
SEEN = KIDS._replace(indicator="seen-before-removal")


@pytest.fixture
def cast() -> Cast:
    return read_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1"), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def table(title: str, service: str, indicator: str, value: int) -> list[list[object]]:
    return [[title], [], ["name", service], [indicator, value], []]


def send(alice: Client, report: Report) -> str:
    """Upload a workbook of two sheets, the first with two tables; the page that asks what the first of them holds."""
    book = Workbook()
    removed, seen = (
        table("Kids", "aurora-kids", KIDS.indicator, 12),
        table("Seen", "aurora-kids", SEEN.indicator, 3),
    )
    for page, rows in (
        (book.active, removed + seen),
        (book.create_sheet("Live"), table("Live", "aurora-live", KIDS.indicator, 30)),
    ):
        for row in rows:
            page.append(row)
    content = io.BytesIO()
    book.save(content)
    answer = alice.post(
        sheet(report), {"table": SimpleUploadedFile("ours.xlsx", content.getvalue()), "own": "1"}
    )
    run_all_jobs()
    return f"{answer['Location']}columns/"


def choose_sheet(alice: Client, path: str, name: str) -> None:
    posted = next(form.values for form in forms_in(alice.get(path).content) if "sheet" in form.names)
    assert alice.post(path, {**posted, "act": "reread", "sheet": name}).status_code == 200


def test_a_saved_table_is_that_of_its_sheet(alice: Client, report: Report) -> None:
    path = send(alice, report)
    url = apply(alice, path)
    path = save(alice, url)
    assert fields_of(alice, path)["first_row"] == ["8"]

    choose_sheet(alice, path, "Live")
    assert "One more table of this file waits: Live." in words_of(alice.get(url))
    assert fields_of(alice, path)["first_row"] == ["3"]
    choose_sheet(alice, path, "Sheet")
    assert "Kids (rows 1–4, saved)" in words_of(alice.get(path))
    choose_sheet(alice, path, "Live")
    save(alice, apply(alice, path))
    assert values(report) == {KIDS: 12, LIVE: 30}


def test_a_table_whose_answers_are_taken_back_waits_again(alice: Client, report: Report) -> None:
    url = apply(alice, send(alice, report))
    path = save(alice, url)
    assert "Kids (rows 1–4, saved)" in words_of(alice.get(path))
    assert "The table waits again with the others of its file." in words_of(alice.get(f"{url}take-back/"))
    assert alice.post(f"{url}take-back/").status_code == 302
    assert values(report) == {}
    back = alice.get(url)
    assert "The table waits again with the others of its file." in words_of(back)
    assert f'href="{path}"' in back.text
    page = words_of(alice.get(f"{path}?from=6"))
    assert "Kids (rows 1–4)" in page
    assert fields_of(alice, path)["first_row"] == ["3"]

    second = apply(alice, f"{path}?from=6")
    path = save(alice, second)
    assert values(report) == {SEEN: 3}
    assert "One more table of this file waits: Kids." in words_of(alice.get(second))
    last = apply(alice, path)
    assert not save(alice, last)
    assert values(report) == {KIDS: 12, SEEN: 3}
    # with the last table saved the file is gone, and no table of it can wait
    assert "to take answers from it again, upload it again." in words_of(alice.get(f"{last}take-back/"))
    alice.post(f"{last}take-back/")
    assert values(report) == {SEEN: 3}
    assert "to take answers from it again, upload it again." in words_of(alice.get(last))
