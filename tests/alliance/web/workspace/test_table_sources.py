"""How the file of a table of one's own is read: told from it, and changed in place without losing what was said."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from openpyxl import Workbook

from alliance.enums import UploadState
from alliance.models import Report, ReportUpload
from alliance.validators.table_plans import TableBlock, TableName
from alliance.web.forms.table_plans import name_field
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_uploads import send_table, sheet

pytestmark = pytest.mark.django_db
AVRORA, ROW = name_field(TableName("column", "aurora-kids")), name_field(TableName("row", "Removed"))


def send(client: Client, report: Report, content: bytes, name: str = "ours.csv") -> str:
    answer = client.post(sheet(report), {"table": SimpleUploadedFile(name, content), "own": "1"})
    assert answer.status_code == 302, words_of(answer)
    run_all_jobs()
    return f"{answer['Location']}columns/"


def upload() -> ReportUpload:
    with acting_as(SYSTEM):
        return ReportUpload.objects.latest("pk")


def fields_of(answer: Any) -> dict[str, str]:
    """What a browser posts of the page as it stands."""
    html = answer.content.decode()
    fields = dict(
        re.findall(r'<input[^>]* name="((?:reading|first_row|last_row|name-\w+))"[^>]* value="([^"]*)"', html)
    )
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        selected = re.search(r'<option value="([^"]*)" selected', options)
        plain = re.search(r"<option selected>([^<]*)", options)
        fields[name] = selected[1] if selected else plain[1] if plain else ""
    return fields


def reread(client: Client, path: str, **changes: str) -> Any:
    return client.post(path, {**fields_of(client.get(path)), "act": "reread", **changes})


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_encoding_and_separator_are_shown_and_changed_in_place(alice: Client, report: Report) -> None:
    path = send(alice, report, "a,b;Дети;12\nc,d;e;1\n".encode("cp866"))
    fields = fields_of(alice.get(path))
    assert (fields["encoding"], fields["separator"]) == ("cp1251", "semicolon")

    page = reread(alice, path, encoding="cp866").content.decode()
    assert "<td>Дети</td>" in page
    assert '<option value="cp866" selected>' in page
    reread(alice, path, separator="comma")
    assert upload().table_rows == [["a", "b;Дети;12"], ["c", "d;e;1"]]
    assert upload().state == UploadState.MAPPING


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866"])
def test_a_text_comes_back_as_it_was_after_a_wrong_reading(
    alice: Client, report: Report, encoding: str
) -> None:
    path = send(alice, report, "Показатель;Дети\nУдалено;12\n".encode(encoding))
    right = {"utf-8-sig": "utf-8", "cp866": "cp866"}.get(encoding, encoding)
    for wrong in ("cp1252", "cp866"):
        reread(alice, path, encoding=wrong)
    reread(alice, path, encoding=right)
    assert upload().table_rows == [["Показатель", "Дети"], ["Удалено", "12"]]


def test_meanings_of_names_survive_another_reading(alice: Client, report: Report) -> None:
    path = send(alice, report, b"name;aurora-kids,x\nRemoved;12\n")
    reread(alice, path, separator="comma", **{ROW: "content-actioned"})
    page = reread(alice, path, separator="semicolon")
    assert fields_of(page)[ROW].endswith("Content actioned")


def test_columns_that_were_chosen_stay_where_there_are_as_many(alice: Client, report: Report) -> None:
    path = send(alice, report, "name;Дети;b\nRemoved;12;1\n".encode("cp866"))
    page = reread(alice, path, encoding="cp866", **{"role-2": "ignore", "style": "comma"})
    fields = fields_of(page)
    assert (fields["role-1"], fields["role-2"], fields["style"]) == ("value", "ignore", "comma")


def test_a_text_that_is_not_in_the_chosen_encoding_is_refused_beside_it(
    alice: Client, report: Report
) -> None:
    path = send(alice, report, "Дети;1\nb;2\n".encode("cp1251"))
    answer = reread(alice, path, encoding="utf-8")
    assert answer.status_code == 422
    assert '<a href="#source-heading">The text is not in UTF-8.</a>' in answer.content.decode()
    assert upload().table_rows == [["Дети", "1"], ["b", "2"]]


def test_another_sheet_of_a_workbook_is_chosen(alice: Client, report: Report) -> None:
    figures: list[list[object]] = [["name", "aurora-kids"], ["Removed", 12]]
    path = send(alice, report, workbook(Notes=[["About this file"]], Figures=figures, Empty=[]), "ours.xlsx")
    page = words_of(alice.get(path))
    assert "The sheet “Notes” was read; these were not: “Figures”, “Empty”." in page
    with translation.override("ru"):
        assert "«Figures», «Empty»" in str(upload().table_remarks[0])

    reread(alice, path, sheet="Figures")
    assert upload().table_rows == [["name", "aurora-kids"], ["Removed", "12"]]
    reread(alice, path, sheet="Figures that nobody has")
    assert upload().table["source"]["sheet"] == "Notes"
    empty = reread(alice, path, sheet="Empty")
    assert empty.status_code == 422
    assert "The file is empty." in words_of(empty)
    assert upload().table["source"]["sheet"] == "Notes"


def test_a_sheet_with_more_rows_than_fit_is_passed_over(alice: Client, report: Report) -> None:
    figures: list[list[object]] = [["name", "aurora-kids"], ["Removed", 12]]
    raw: list[list[object]] = [[number] for number in range(20_001)]
    path = send(alice, report, workbook(Raw=raw, Figures=figures), "ours.xlsx")
    assert upload().table["source"]["sheet"] == "Figures"
    answer = reread(alice, path, sheet="Raw")
    assert answer.status_code == 422
    assert "more than can be read here" in words_of(answer)


def test_an_only_sheet_is_no_choice(alice: Client, report: Report) -> None:
    path = send(alice, report, workbook(Figures=[["name", "aurora-kids"], ["Removed", 12]]), "ours.xlsx")
    assert "How the file is read" not in words_of(alice.get(path))


def test_a_page_of_an_older_reading_changes_nothing(cast: Cast, alice: Client, report: Report) -> None:
    path = send(alice, report, b"name;aurora-kids\nRemoved;12\n")
    older = fields_of(alice.get(path))
    reread(signed_in(cast.sven), path, separator="comma")
    for act in ("apply", "reread", "look"):
        answer = alice.post(path, {**older, "act": act, ROW: "content-actioned", AVRORA: "aurora-kids"})
        assert answer.status_code == 409
        assert "A colleague has read this file another way" in words_of(answer)
    assert upload().table["source"]["separator"] == ","
    assert upload().proposals == []


def test_another_reading_drops_what_was_proposed_and_decided(alice: Client, report: Report) -> None:
    url = send_table(
        alice,
        report,
        "name;aurora-kids\nRemoved;12\n",
        {"aurora-kids": "aurora-kids", "Removed": "content-actioned"},
    )
    assert "What was decided about answers of this file is dropped." in words_of(alice.get(f"{url}columns/"))
    reread(alice, f"{url}columns/", separator="comma")
    assert (upload().state, upload().proposals, upload().choices) == (UploadState.MAPPING, [], {})
    assert alice.get(url)["Location"] == f"{url}columns/"


def test_of_several_tables_one_is_read_and_the_others_are_offered(alice: Client, report: Report) -> None:
    first = "Warns,\n,\nname,aurora-kids\nRemoved,12\n"
    later = "".join(f",\nTable {number},\n,\nname,aurora-live\nRemoved,{number}\n" for number in range(5))
    path = send(alice, report, (first + later).encode())
    page = words_of(alice.get(path))
    assert "Rows after 4 are not read." in page
    assert "Table 0 (rows 6–9) , Table 1 (rows 11–14)" in page

    answer = alice.get(f"{path}?from=26")
    fields = fields_of(answer)
    assert (fields["first_row"], fields["last_row"]) == ("28", "")
    assert "<td>Table 4</td>" in answer.content.decode()
    assert "Warns (rows 1–4)" in words_of(answer)
    key = TableBlock(26, 29, "Table 4", 5).key
    live, row = (
        name_field(name, key) for name in (TableName("column", "aurora-live"), TableName("row", "Removed"))
    )
    posted = {**fields, "act": "apply", row: "content-actioned", live: "aurora-live"}
    assert alice.post(f"{path}?from=26", posted).status_code == 302
    [proposal] = upload().proposals
    assert proposal["values"]["value"] == "4"


def test_a_reader_sees_how_it_is_read_and_changes_nothing(cast: Cast, alice: Client, report: Report) -> None:
    path = send(alice, report, b"name;aurora-kids\nRemoved;12\n")
    bob = signed_in(cast.bob)
    assert 'value="reread"' not in bob.get(path).content.decode()
    assert bob.post(path, {"act": "reread", "separator": "comma"}).status_code == 403
