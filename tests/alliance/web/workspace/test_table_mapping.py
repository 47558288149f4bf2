"""A table of one's own: what a person says it holds, what it proposes then, and the mapping that is kept."""

import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import CycleState, UploadState
from alliance.figure_fields import FigurePlace
from alliance.models import Figure, Report, ReportUpload, TableMapping
from alliance.report_proposals import Proposal
from alliance.services.table_mappings import map_table
from alliance.validators.table_plans import TableName, TablePlan
from alliance.web.forms.table_plans import name_field
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Forbidden
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
KIDS, LIVE = (FigurePlace("content-actioned", f"aurora-{name}") for name in ("kids", "live"))
TABLE = "Был;Аврора дети;Aurora Live;\nContent;1 234;~5 000;\nContent more;66;;\nИтого;1 300;5 000;\n"


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)


@pytest.fixture
def alice(cast: Cast, client: Client) -> Client:
    client.force_login(cast.alice)
    return client


def send(alice: Client, report: Report, content: bytes, name: str = "ours.csv") -> str:
    """Upload a table and have it read; the address of its page."""
    answer = alice.post(
        f"/workspace/reports/{report.pk}/spreadsheet/",
        {"table": SimpleUploadedFile(name, content), "own": "1"},
    )
    assert answer.status_code == 302, answer.content.decode()
    run_all_jobs()
    assert alice.get(answer["Location"])["Location"] == f"{answer['Location']}columns/"
    return f"{answer['Location']}columns/"


def upload() -> ReportUpload:
    with acting_as(SYSTEM):
        return ReportUpload.objects.latest("pk")


def field(level: str, text: str) -> str:
    return name_field(TableName(level, text))


def proposals() -> dict[FigurePlace | None, Proposal]:
    return {each.place: each for each in map(Proposal.from_json, upload().proposals)}


def meanings(report: Report, **words: str) -> dict[str, str]:
    return {field(*name.split("__", 1)): word for name, word in words.items()}


def chosen(alice: Client, path: str) -> dict[str, str]:
    """What the page would post as it stands."""
    page = alice.get(path).content.decode()
    inputs = dict(
        re.findall(r'<input class="wide" id="[^"]+" name="([^"]+)" list="meanings" value="([^"]*)"', page)
    )
    return {"act": "apply", **inputs}


def test_a_table_in_windows_1251_with_sums_and_a_total_row_becomes_differences(
    cast: Cast, alice: Client, report: Report
) -> None:
    path = send(alice, report, TABLE.encode("cp1251"))
    page = alice.get(path).content.decode()
    assert '<option value="cp1251" selected>' in page
    posted = {
        "act": "apply",
        field("column", "Аврора дети"): "aurora-kids",
        field("column", "Aurora Live"): "aurora-live",
        field("row", "Content"): "content-actioned",
        field("row", "Content more"): "content-actioned",
        field("row", "Итого"): "Leave out",
    }
    answer = alice.post(path, posted)

    assert answer["Location"] == path.removesuffix("columns/")
    by_place = proposals()
    assert by_place[KIDS].values == {"value": Decimal(1300)}
    assert by_place[KIDS].address == "B2 + B3"
    assert by_place[LIVE].values == {"value": Decimal(5000), "estimate": True}
    assert upload().state == UploadState.READY
    assert Figure.objects.count() == 0
    assert "1,300" in alice.get(path.removesuffix("columns/")).content.decode()


def test_nothing_is_applied_before_a_person_has_looked(alice: Client, report: Report) -> None:
    send(alice, report, b"indicator,Aurora Kids\ncontent-actioned,12\n")
    assert (upload().state, upload().proposals) == (UploadState.MAPPING, [])


def test_names_that_the_report_knows_are_suggested(alice: Client, report: Report) -> None:
    path = send(alice, report, b"name,aurora-kids\ncontent-actioned,12\nTotal,12\n")
    assert alice.get(path).content.decode().count('<span class="tag">suggestion</span>') == 3
    alice.post(path, chosen(alice, path))
    assert proposals()[KIDS].values == {"value": Decimal(12)}


def test_a_column_of_totals_beside_others_is_suggested_to_be_left_out(alice: Client, report: Report) -> None:
    path = send(alice, report, b"name,aurora-kids,Total:\ncontent-actioned,12,15\n")
    assert chosen(alice, path)[field("column", "Total:")] == "Leave out"

    path = send(alice, report, b"name,Total\ncontent-actioned,15\n", "one.csv")
    assert chosen(alice, path)[field("column", "Total")] == ""


def test_a_part_that_an_indicator_does_not_have_is_named_beside_what_the_file_holds(
    alice: Client, report: Report
) -> None:
    with acting_as(SYSTEM):
        charter = report.cycle.charter
        grooming = {"key": "grooming", "title": {"en": "Grooming", "ru": "Груминг"}}
        charter.breakdowns = [{"key": "harm", "title": {"en": "Harm"}, "cells": [grooming]}]
        charter.save(update_fields=["breakdowns"])
        charter.indicators.filter(key="seen-before-removal").update(breakdowns=["harm"])
    path = send(alice, report, b"name,part,aurora-kids\ncontent-actioned,Grooming,17\n")
    alice.post(path, chosen(alice, path))

    text = words_of(alice.get(path.removesuffix("columns/")))
    assert "“Content actioned” has no part “Grooming”. Choose “Leave out” for it" in text
    assert "C2 aurora-kids, content-actioned, Grooming – 17" in text


def test_a_name_that_says_two_things_takes_both(alice: Client, report: Report) -> None:
    path = send(alice, report, b"day,Kids: removed,Live: removed\nTuesday,12,30\n")
    both = {
        field("column", "Kids: removed"): "Aurora kids + content-actioned",
        field("column", "Live: removed"): "aurora-live + Content actioned",
    }

    alice.post(path, {"act": "apply", **both})

    assert {place: each.values for place, each in proposals().items()} == {
        KIDS: {"value": Decimal(12)},
        LIVE: {"value": Decimal(30)},
    }
    assert chosen(alice, path)[field("column", "Kids: removed")].startswith("Service: Aurora Kids + ")
    refused = alice.post(path, {"act": "apply", field("column", "Kids: removed"): "aurora-kids + the moon"})
    assert "“aurora-kids + the moon” is no service" in words_of(refused)


def test_a_table_about_one_service_names_it_once_for_all(alice: Client, report: Report) -> None:
    path = send(alice, report, b"name,count,Live\ncontent-actioned,12,30\n")

    alice.post(
        path, {**chosen(alice, path), "service": "aurora-kids", field("column", "Live"): "aurora-live"}
    )

    assert {place: each.values for place, each in proposals().items()} == {
        KIDS: {"value": Decimal(12)},
        LIVE: {"value": Decimal(30)},
    }
    assert '<option value="aurora-kids" selected>' in alice.get(path).content.decode()
    again = send(alice, report, b"name,count,Live\ncontent-actioned,13,31\n", "later.csv")
    assert '<option value="aurora-kids" selected>' in alice.get(again).content.decode()


def test_a_mapping_is_offered_for_the_next_file_of_the_same_make(alice: Client, report: Report) -> None:
    first = send(alice, report, b"name,Kids app\nPosts removed,12\n")
    posted = {field("column", "Kids app"): "aurora-kids", field("row", "Posts removed"): "content-actioned"}
    alice.post(first, {"act": "apply", **posted})
    second = send(alice, report, b"name,Kids app\nPosts removed,15\nOther,1\n", "later.csv")

    page = alice.get(second).content.decode()
    assert "Filled in as Alice chose for “ours.csv”" in page
    alice.post(second, chosen(alice, second))
    assert proposals()[KIDS].values == {"value": Decimal(15)}
    assert TableMapping.objects.get().name == "later.csv"


def test_a_mapping_is_offered_where_a_header_names_another_period_or_a_column_was_added(
    alice: Client, report: Report
) -> None:
    first = send(alice, report, b"name,Kids app 2025\nPosts removed,12\nMails,5\n")
    posted = {
        field("column", "Kids app 2025"): "aurora-kids",
        field("row", "Posts removed"): "content-actioned",
    }
    alice.post(first, {"act": "apply", **posted, field("row", "Mails"): ""})

    second = send(alice, report, b"name,Kids app 2026,Live\nPosts removed,15,1\nMails,6,2\n", "later.csv")
    page = alice.get(second).content.decode()
    alice.post(second, {**chosen(alice, second), field("column", "Kids app 2026"): "aurora-kids"})
    read = proposals()[KIDS].values
    third = send(alice, report, b"name,Kids app\nNewsletters,15\n", "other.csv")

    assert "Filled in as Alice chose for “ours.csv”" in page
    assert read == {"value": Decimal(15)}
    assert "Filled in as" not in alice.get(third).content.decode()


def test_an_unknown_name_is_refused_beside_its_field_and_stays(alice: Client, report: Report) -> None:
    path = send(alice, report, b"name,Kids app\nPosts removed,12\n")
    answer = alice.post(path, {"act": "apply", field("column", "Kids app"): "the moon"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“the moon” is no service, indicator, part or field of this report" in page
    assert 'value="the moon"' in page
    assert upload().state == UploadState.MAPPING


def test_a_value_without_a_service_and_a_bound_are_refused_at_their_cells(
    alice: Client, report: Report
) -> None:
    path = send(alice, report, b"name,2024 sum,aurora-kids\ncontent-actioned,12,>1000\n")
    alice.post(path, chosen(alice, path) | {field("column", "2024 sum"): ""})
    refusals = {
        refusal.address: str(refusal.reason) for each in proposals().values() for refusal in each.refusals
    }
    assert "of which service" in refusals["B2"]
    assert "is a bound" in refusals["C2"]


def test_columns_have_the_letters_of_a_spreadsheet(alice: Client, report: Report) -> None:
    cells = ",".join(f"n{number}" for number in range(60))
    path = send(alice, report, f"{cells}\n{cells}\n".encode())
    page = alice.get(path).content.decode()
    assert "Column AZ" in page
    assert "Column BH" in page


def test_so_many_refused_cells_are_a_wrong_plan(alice: Client, report: Report) -> None:
    rows = "".join(f"content-actioned,{number}\n" for number in range(1, 2003))
    path = send(alice, report, f"name,count\n{rows}".encode())
    answer = alice.post(path, chosen(alice, path))
    assert answer.status_code == 422
    assert "More than 2,000 cells cannot be taken, the first of them B2" in answer.content.decode()
    assert upload().state == UploadState.MAPPING


def test_columns_can_be_said_anew_until_it_is_saved(alice: Client, report: Report) -> None:
    path = send(alice, report, b"name,aurora-kids\ncontent-actioned,12\n")
    alice.post(path, chosen(alice, path))
    alice.post(path, {"act": "apply", field("column", "aurora-kids"): "aurora-live"})
    assert proposals().keys() == {LIVE}


def test_a_part_of_many_tables_is_read_up_to_its_last_row(alice: Client, report: Report) -> None:
    table = b"title,,\n,,\nname,aurora-kids,aurora-live\ncontent-actioned,1,2\nnext,,\nname,x,y\ncontent-actioned,7,8\n"
    path = send(alice, report, table)
    alice.post(path, {"last_row": "4", "first_row": "3", "headers": "1", "act": "look"})
    alice.post(
        path, chosen(alice, path) | {"last_row": "4", "first_row": "3", "headers": "1", "act": "apply"}
    )
    assert {place: each.values["value"] for place, each in proposals().items()} == {KIDS: 1, LIVE: 2}


def test_a_kept_mapping_can_be_forgotten(alice: Client, report: Report) -> None:
    path = send(alice, report, b"name,aurora-kids\ncontent-actioned,12\n")
    alice.post(path, chosen(alice, path))
    mapping = TableMapping.objects.get()
    forget = f"/workspace/mappings/{mapping.pk}/forget/?file={upload().pk}"
    assert forget in alice.get(path).content.decode()
    assert f'href="{path}"' in alice.get(forget).content.decode()
    assert alice.post(forget)["Location"] == path
    assert not TableMapping.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "99999999"])
def test_without_a_file_to_return_to_forgetting_leads_to_the_reports(
    alice: Client, report: Report, number: str
) -> None:
    path = send(alice, report, b"name,aurora-kids\ncontent-actioned,12\n")
    alice.post(path, chosen(alice, path))
    url = f"/workspace/mappings/{TableMapping.objects.get().pk}/forget/?file={number}"
    assert alice.post(url)["Location"] == "/workspace/reports/"


def workbook(*rows: list[object], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for address, number_format in (formats or {}).items():
        book.active[address].number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_cells_of_a_workbook_are_read_as_they_are_shown(alice: Client, report: Report) -> None:
    content = workbook(
        ["name", "a", "b", "c", "d"],
        ["x", 0.25, date(2026, 1, 31), 1.5e16, 1.234],
        formats={"B2": "0%"},
    )
    send(alice, report, content, "ours.xlsx")
    assert upload().table_rows[1] == ["x", "25%", "2026-01-31", "15000000000000000", "1.2340"]


@pytest.mark.parametrize("address", ["A1048576", "XFD2"])
def test_a_workbook_with_a_cell_far_away_is_refused(alice: Client, report: Report, address: str) -> None:
    book = Workbook()
    book.active["A1"], book.active[address] = "name", 1
    content = io.BytesIO()
    book.save(content)
    path = alice.post(
        f"/workspace/reports/{report.pk}/spreadsheet/",
        {"table": SimpleUploadedFile("far.xlsx", content.getvalue()), "own": "1"},
    )["Location"]
    run_all_jobs()
    assert "at most 20,000 rows, 60 columns and 200,000 cells" in alice.get(path).content.decode()


def test_a_reader_looks_and_maps_nothing(cast: Cast, alice: Client, report: Report) -> None:
    path = send(alice, report, b"name,aurora-kids\ncontent-actioned,12\n")
    reader = Client()
    reader.force_login(cast.bob)
    page = reader.get(path)
    assert page.status_code == 200
    assert 'value="apply"' not in page.content.decode()
    assert reader.post(path, {"act": "apply"}).status_code == 403
    with acting_as(cast.actor("bob")) as bob, pytest.raises(Forbidden):
        map_table(bob, ReportUpload.objects.get(), TablePlan(roles=()))


def test_a_table_that_is_none_is_refused_where_it_was_chosen(alice: Client, report: Report) -> None:
    answer = alice.post(
        f"/workspace/reports/{report.pk}/spreadsheet/",
        {"table": SimpleUploadedFile("x.csv", b"\n\n"), "own": "1"},
    )
    assert answer.status_code == 422
    assert "The file is empty." in answer.content.decode()
