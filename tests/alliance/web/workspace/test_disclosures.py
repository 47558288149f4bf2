"""The layouts of public disclosures, from the upload to the saved figures, and the mapping offered for the next file.

Cut from apparebit/diaphanous (Apache-2.0): several tables below one another, a row for each value, counts of observers.
"""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance.enums import UploadState
from alliance.figure_fields import FigurePlace
from alliance.models import Figure, Report, ReportUpload, TableMapping
from alliance.validators.table_guesses import table_blocks
from alliance.validators.table_plans import TableName
from alliance.web.forms.table_plans import name_field
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.forms import forms_in
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_uploads import act, sheet, values

pytestmark = pytest.mark.django_db
KIDS, LIVE = (FigurePlace("content-actioned", f"aurora-{name}") for name in ("kids", "live"))
SEEN_KIDS, SEEN_LIVE = (each._replace(indicator="seen-before-removal") for each in (KIDS, LIVE))
RATE = FigurePlace("found-proactively", "aurora-kids")

SEVERAL = """\
United States Government Information Requests,,,
,,,
Request Type,Requests,Information Produced*,
Court Orders,46,34,
Pen Register / Trap and Trace,0,0,
Search Warrants,"1,588",503,
,,,
Total,"1,634",537,
,,,
International Government Information Requests,,,
,,,
Country,Requests,Information Produced,
Australia,8,0,
Brazil,25,19,
,,,
Total,33,19,
,,,
Preservation Requests,,,
,,,
Country,Requests,Complied,
Argentina,0,0,
Australia,3,1,
Brazil,8,7,
,,,
Total,11,8,
"""
LATER = SEVERAL.replace("Search Warrants", "Subpoenas,2,1,\nSearch Warrants").replace(
    "Brazil,25", "Brazil,40"
)
LONG = """\
app,policy_area,metric,period,value
Facebook,Spam,Content Actioned,2025Q4,"20,800,000"
Facebook,Spam,Content Actioned,2026Q1,"21,000,000"
Facebook,Spam,Content Actioned,2026Q2,"34,900,000"
Facebook,Spam,Proactive rate,2025Q4,98.20%
Facebook,Spam,Proactive rate,2026Q1,98.10%
Facebook,Spam,Proactive rate,2026Q2,98.50%
Facebook,Spam,Lowerbound Prevalence,2026Q1,97.00%
Facebook,Spam,Lowerbound Prevalence,2026Q2,97.50%
Facebook,Spam,Upperbound Prevalence,2026Q1,99.00%
Facebook,Spam,Upperbound Prevalence,2026Q2,99.50%
Facebook,Spam,UBP,2026Q2,5
Instagram,Spam,Content Actioned,2026Q2,"1,500"
"""
OBSERVERS = """\
year,observer,count,topic
2024,Amazon,33848,Amazon
2025,Amazon,67073,Amazon
2024,NCMEC,33833,Amazon
2025,NCMEC,70157,Amazon
"""


@pytest.fixture
def cast() -> Cast:
    return read_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1"), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def send(alice: Client, report: Report, text: str, name: str = "ours.csv") -> str:
    """Upload a table and have it read; the address of the page that asks what it holds."""
    file = SimpleUploadedFile(name, text.encode())
    answer = alice.post(sheet(report), {"table": file, "own": "1"})
    assert answer.status_code == 302, words_of(answer)
    run_all_jobs()
    return f"{answer['Location']}columns/"


def fields_of(alice: Client, path: str) -> dict[str, list[str]]:
    """What the page would post as it stands."""
    answer = alice.get(path)
    assert answer.status_code == 200, words_of(answer)
    return next(form.values for form in forms_in(answer.content) if "first_row" in form.names)


def field(level: str, text: str, title: str = "") -> str:
    """The field of a name, in the table with this title."""
    with acting_as(SYSTEM):
        blocks = table_blocks(ReportUpload.objects.latest("pk").table_rows)
    block = next((each for each in blocks if each.title == title), None) if title else None
    return name_field(TableName(level, text), block.key if block else "")


def apply(alice: Client, path: str, **changes: Any) -> str:
    """Send the page with these changes; the address of the differences."""
    answer = alice.post(path, {**fields_of(alice, path), **changes, "act": "apply"})
    assert answer.status_code == 302, words_of(answer)
    return str(answer["Location"])


def save(alice: Client, url: str) -> str:
    """Save what is taken; the address of the next table of the file, if there is one."""
    saved = act(alice, url, "save")
    assert saved.status_code == 302, words_of(saved)
    page = alice.get(url).content.decode()
    link = re.search(r'data-kind="primary" href="(/workspace/uploads/\d+/columns/)"', page)
    return link[1] if link else ""


US, ABROAD, PRESERVATION = (
    "United States Government Information Requests",
    "International Government Information Requests",
    "Preservation Requests",
)


def test_each_table_of_a_file_has_its_own_mapping_and_its_turn(alice: Client, report: Report) -> None:
    path = send(alice, report, SEVERAL)
    meanings = {
        field("column", "Requests", US): "content-actioned",
        field("column", "Information Produced*", US): "seen-before-removal",
    }
    path = save(alice, apply(alice, path, service="aurora-kids", **meanings))
    names = fields_of(alice, path)
    assert names[field("column", "Requests", ABROAD)] == [""]
    assert names[field("row", "Total", ABROAD)] == ["Leave out"]
    meanings = {
        field("column", "Requests", ABROAD): "content-actioned",
        field("column", "Information Produced", ABROAD): "seen-before-removal",
    }
    url = apply(alice, path, service="aurora-live", **meanings)
    path = save(alice, url)

    assert values(report) == {KIDS: 1634, SEEN_KIDS: 537, LIVE: 33, SEEN_LIVE: 19}
    assert "One more table of this file waits: Preservation Requests." in words_of(alice.get(url))
    assert fields_of(alice, path)[field("column", "Requests", PRESERVATION)] == [""]
    assert alice.post(f"{path.removesuffix('columns/')}cancel/").status_code == 302
    assert not ReportUpload.objects.filter(state__in=[UploadState.MAPPING, UploadState.READY]).exists()
    assert TableMapping.objects.count() == 2

    path = send(alice, report, LATER, "later.csv")
    assert "Filled in as Alice chose for “ours.csv”" in words_of(alice.get(path))
    path = save(alice, apply(alice, path))
    assert fields_of(alice, path)["service"] == ["aurora-live"]
    path = save(alice, apply(alice, path))
    assert values(report) == {KIDS: 1636, SEEN_KIDS: 538, LIVE: 48, SEEN_LIVE: 19}
    page = alice.get(path)
    assert "Filled in as" not in words_of(page)
    assert fields_of(alice, path)[field("column", "Requests", PRESERVATION)] == [""]


def test_a_table_that_gets_another_beside_it_keeps_its_mapping(alice: Client, report: Report) -> None:
    first, _empty, _rest = SEVERAL.partition(f",,,\n{ABROAD}")
    path = send(alice, report, first)
    meanings = {field("column", "Requests"): "content-actioned"}
    apply(alice, path, service="aurora-kids", **meanings)

    path = send(alice, report, SEVERAL, "more.csv")
    assert fields_of(alice, path)["service"] == ["aurora-kids"]
    assert fields_of(alice, path)["last_row"] == ["8"]
    assert "service" not in fields_of(alice, f"{path}?from=10")
    save(alice, apply(alice, path))
    TableMapping.objects.exclude(name="more.csv").delete()

    path = send(alice, report, first.replace("46", "47"), "less.csv")
    assert fields_of(alice, path)["service"] == ["aurora-kids"]


def test_a_table_that_changes_nothing_is_passed_by(alice: Client, report: Report) -> None:
    path = send(alice, report, SEVERAL)
    meanings = {field("column", "Requests", US): "content-actioned"}
    save(alice, apply(alice, path, service="aurora-kids", **meanings))
    path = send(alice, report, SEVERAL.replace("Argentina,0", "Argentina,1"), "again.csv")
    page = alice.get(apply(alice, path)).content.decode()

    assert "The file changes nothing" in page
    assert f'href="{path}?from=10">go on with “{ABROAD}”' in page
    forms = [alice.get(f"{path}?from={row}").content.decode() for row in (1, 10)]
    assert ['id="table-1"' in form for form in forms] == [True, False]  # the device keeps their words apart
    meanings = {field("column", "Requests", ABROAD): "content-actioned"}
    path = save(alice, apply(alice, f"{path}?from=10", service="aurora-live", **meanings))
    assert values(report) == {KIDS: 1634, LIVE: 33}
    assert fields_of(alice, path)["first_row"] == ["20"]


def test_the_other_tables_keep_the_file_and_can_be_chosen(alice: Client, report: Report) -> None:
    path = send(alice, report, SEVERAL)
    preservation = f"{path}?from=18"
    meanings = {field("column", "Requests", PRESERVATION): "content-actioned"}
    path = save(alice, apply(alice, preservation, service="aurora-kids", **meanings))

    page = words_of(alice.get(path))
    assert values(report) == {KIDS: 11}
    assert "Preservation Requests (rows 18–25, saved)" in page
    assert fields_of(alice, path)["first_row"] == ["3"]
    again = next(form.values for form in forms_in(alice.get(path).content) if "encoding" in form.names)
    answer = alice.post(path, {**again, "act": "reread", "separator": "semicolon"})
    assert answer.status_code == 200, words_of(answer)
    with acting_as(SYSTEM):
        assert len(ReportUpload.objects.latest("pk").table_rows[0]) == 1


def test_a_row_for_each_value_with_bounds_and_quarters(alice: Client, report: Report) -> None:
    path = send(alice, report, LONG)
    assert fields_of(alice, path)["only-3"] == ["", "2026Q2", "2026Q1"]
    meanings = {
        field("row", "Facebook"): "aurora-kids",
        field("row", "Content Actioned"): "content-actioned",
        field("row", "Proactive rate"): "found-proactively",
        field("row", "Lowerbound Prevalence"): "found-proactively + Lower bound",
        field("row", "Upperbound Prevalence"): "found-proactively + upper",
    }
    with_all = {**fields_of(alice, path), **meanings, "only-3": ["", "2026Q2"]}
    page = alice.post(path, {**with_all, "act": "rest"})
    shown = next(form.values for form in forms_in(page.content) if "first_row" in form.names)
    assert [shown[field("row", name)] for name in ("Instagram", "UBP", "Spam")] == [
        ["Leave out"],
        ["Leave out"],
        [""],
    ]
    assert shown[field("column", "value")] == [""]

    url = alice.post(path, {**shown, "act": "apply"})["Location"]
    assert "6 rows were passed over: their texts are not among those that are read." in words_of(
        alice.get(url)
    )
    save(alice, url)
    with acting_as(SYSTEM):
        rate = next(row for row in Figure.objects.filter(report=report) if row.place == RATE)
    assert values(report)[KIDS] == 34_900_000
    assert (rate.value, rate.lower, rate.upper) == (Decimal("98.5"), Decimal("97.5"), Decimal("99.5"))

    path = send(alice, report, LONG.replace("34,900,000", "35,000,000"), "later.csv")
    assert fields_of(alice, path)["only-3"] == ["", "2026Q2"]
    save(alice, apply(alice, path))
    assert values(report)[KIDS] == 35_000_000


def test_a_filter_of_the_last_report_is_not_that_of_this_one(
    alice: Client, report: Report, cast: Cast
) -> None:
    earlier = make_report(make_cycle(read_charter(), "2025-h2"), cast.aurora)
    path = send(alice, earlier, LONG)
    meanings = {field("row", "Facebook"): "aurora-kids", field("row", "Content Actioned"): "content-actioned"}
    assert fields_of(alice, path)["only-3"] == ["", "2025Q4"]
    apply(alice, path, **meanings)

    path = send(alice, report, LONG, "later.csv")
    assert "Filled in as Alice chose for “ours.csv”" in words_of(alice.get(path))
    assert fields_of(alice, path)["only-3"] == ["", "2026Q2", "2026Q1"]


def test_counts_of_two_observers_are_told_apart(alice: Client, report: Report) -> None:
    path = send(alice, report, OBSERVERS)
    meanings = {
        field("row", "Amazon"): "aurora-kids + content-actioned",
        field("row", "NCMEC"): "Leave out",
    }
    save(alice, apply(alice, path, **meanings))
    assert values(report) == {KIDS: 67_073}

    path = send(alice, report, OBSERVERS.replace("67073", "67074"), "later.csv")
    save(alice, apply(alice, path))
    assert values(report) == {KIDS: 67_074}
