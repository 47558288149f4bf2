"""What is left of a file of several tables: on another sheet, and after answers were taken back."""

import io
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from alliance.enums import Role
from alliance.figure_fields import FigurePlace
from alliance.models import Report
from tests.alliance.web.workspace.test_disclosures import apply, fields_of, save
from tests.factories import Cast, make_cycle, make_person, make_report, read_cast, read_charter
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


TABLES = (
    table("Kids", "aurora-kids", KIDS.indicator, 12),
    table("Seen", "aurora-kids", SEEN.indicator, 3),
    table("Live", "aurora-live", KIDS.indicator, 30),
)
WAITS_AGAIN = "The table waits again with the others of its file."
IS_GONE = "The file is no longer here: to take answers from it again, upload it again."


def send(alice: Client, report: Report) -> str:
    """Upload a workbook of two sheets, the first with two tables; the page that asks what the first of them holds."""
    removed, seen, live = TABLES
    return send_book(alice, report, book_of(Sheet=removed + seen, Live=live))


def book_of(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@cache
def three_tables() -> bytes:
    """A workbook of one sheet with three tables; the same bytes whenever it is uploaded."""
    return book_of(Sheet=[row for rows in TABLES for row in rows])


def send_book(alice: Client, report: Report, content: bytes) -> str:
    answer = alice.post(sheet(report), {"table": SimpleUploadedFile("ours.xlsx", content), "own": "1"})
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


@pytest.fixture
def colleague(cast: Cast) -> Client:
    return signed_in(make_person("Arno", cast.aurora, Role.EDITOR))


def after_taking_back(client: Client, url: str) -> str:
    """What the page says before answers are taken back, which the page after it has to say too."""
    before = words_of(client.get(f"{url}take-back/"))
    answer = client.post(f"{url}take-back/")
    assert (answer.status_code, answer["Location"]) == (302, url), words_of(answer)
    after = words_of(client.get(url))
    sentences = [sentence for sentence in (WAITS_AGAIN, IS_GONE) if sentence in before]
    assert sentences == [sentence for sentence in (WAITS_AGAIN, IS_GONE) if sentence in after]
    return sentences[0]


def test_of_three_tables_the_one_that_is_taken_back_waits_for_a_colleague_too(
    alice: Client, colleague: Client, report: Report
) -> None:
    first = apply(alice, send_book(alice, report, three_tables()))
    second = apply(alice, save(alice, first))
    third = apply(colleague, save(alice, second))  # open at the colleague's, and not saved yet

    assert after_taking_back(alice, first) == WAITS_AGAIN
    again = save(colleague, third)
    assert "One more table of this file waits: Kids." in words_of(colleague.get(third))
    assert "One more table of this file waits: Kids." in words_of(alice.get(second))
    last = apply(colleague, again)
    assert not save(colleague, last)
    assert values(report) == {KIDS: 12, SEEN: 3, LIVE: 30}
    assert after_taking_back(alice, second) == IS_GONE


def test_a_colleague_who_saves_the_last_table_before_leaves_nothing_to_wait(
    alice: Client, colleague: Client, report: Report
) -> None:
    first = apply(alice, send_book(alice, report, three_tables()))
    second = apply(alice, save(alice, first))
    third = apply(colleague, save(alice, second))
    assert WAITS_AGAIN in words_of(alice.get(f"{first}take-back/"))
    save(colleague, third)

    taken_back = alice.post(f"{first}take-back/", follow=True)

    assert IS_GONE in words_of(taken_back)
    assert values(report) == {SEEN: 3, LIVE: 30}


def test_a_file_that_is_uploaded_again_waits_only_for_what_is_not_saved(
    alice: Client, colleague: Client, report: Report
) -> None:
    first = apply(alice, send_book(alice, report, three_tables()))
    second = apply(alice, save(alice, first))
    third = apply(alice, save(alice, second))
    save(alice, third)
    assert after_taking_back(alice, second) == IS_GONE

    path = send_book(colleague, report, three_tables())

    assert fields_of(colleague, path)["first_row"] == ["8"]
    page = words_of(colleague.get(path))
    assert "Kids (rows 1–4, saved)" in page
    assert "Live (rows 11–14, saved)" in page
    assert WAITS_AGAIN in words_of(alice.get(second))
    assert "One more table of this file waits: Seen." in words_of(alice.get(first))
    assert after_taking_back(alice, first) == WAITS_AGAIN
    again = apply(colleague, path)
    assert fields_of(colleague, save(colleague, again))["first_row"] == ["8"]
    assert values(report) == {KIDS: 12, LIVE: 30}


def test_a_file_of_which_all_is_saved_begins_anew(alice: Client, report: Report) -> None:
    first = apply(alice, send_book(alice, report, three_tables()))
    second = apply(alice, save(alice, first))
    save(alice, apply(alice, save(alice, second)))

    path = send_book(alice, report, three_tables())

    assert fields_of(alice, path)["first_row"] == ["3"]
    assert "saved)" not in words_of(alice.get(path))
    assert "of this file wait" not in words_of(alice.get(first))
    assert after_taking_back(alice, first) == WAITS_AGAIN


def test_what_waits_of_a_file_that_was_thrown_away_is_to_be_uploaded_again(
    alice: Client, colleague: Client, report: Report
) -> None:
    first = apply(alice, send_book(alice, report, three_tables()))
    rest = save(alice, first).removesuffix("columns/")
    colleague.post(f"{rest}cancel/")

    assert after_taking_back(alice, first) == IS_GONE
