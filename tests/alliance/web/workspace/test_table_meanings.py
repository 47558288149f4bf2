"""What a cell of one's own table may be beside a value: a bound, a part, a status, a note; and months by any name."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.figure_fields import FigurePlace
from alliance.models import Report
from alliance.report_proposals import Proposal
from tests.alliance.web.workspace.test_disclosures import apply, field, fields_of, send
from tests.factories import Cast, make_cycle, make_report, read_cast
from tests.support.charter_content import indicator, load_in_force, narrative, options, with_indicators
from tests.support.forms import forms_in
from tests.support.pages import signed_in
from tests.support.report_uploads import upload_of

pytestmark = pytest.mark.django_db
MONTHS = ("January 2026", "февраль 2026", "03.2026", "2026-04-01", "May", "2026-06")


@pytest.fixture
def cast() -> Cast:
    return read_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    """A report on a count and a share of each service, a count by month, and a choice."""
    own = {"scope": "organisation"}
    answer = {**indicator(3, value="choice", choices=options(3), aggregation="none", **own), "unit": ""}
    content = with_indicators(
        narrative(),
        indicator(0),
        indicator(1, period="month", period_aggregation="sum", **own),
        indicator(2, value="share", unit="percent", aggregation="ratio"),
        {name: value for name, value in answer.items() if name != "unit"},
    )
    return make_report(make_cycle(load_in_force(content)), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def proposals(report: Report) -> dict[FigurePlace | None, Proposal]:
    return {each.place: each for each in map(Proposal.from_json, upload_of(report).proposals)}


def place(number: int, service: str | None = None, cell: str = "") -> FigurePlace:
    return FigurePlace(f"i-{number}", service, cell)


def reasons(report: Report) -> dict[str, str]:
    refusals = [refusal for each in proposals(report).values() for refusal in each.refusals]
    return {refusal.address: str(refusal.reason) for refusal in refusals}


def test_columns_that_are_called_as_fields_fill_them_in(alice: Client, report: Report) -> None:
    table = """\
indicator,service,value,lower,upper,numerator,denominator,Status,Примечание
i-0,aurora-kids,12,10,15,,,,by hand
i-0,aurora-live,7,,,,,,
i-2,aurora-kids,,,,3,4,,
i-2,aurora-live,,,,,,not measured,
i-3,,o 1,,,,,,
"""
    apply(alice, send(alice, report, table))

    kids = {"value": Decimal(12), "lower": Decimal(10), "upper": Decimal(15), "note": "by hand"}
    assert {key: each.values for key, each in proposals(report).items()} == {
        place(0, "aurora-kids"): kids,
        place(0, "aurora-live"): {"value": Decimal(7)},
        place(2, "aurora-kids"): {"numerator": Decimal(3), "denominator": Decimal(4)},
        place(2, "aurora-live"): {"status": "not_measured"},
        place(3): {"choice": "o-1"},
    }
    assert proposals(report)[place(0, "aurora-kids")].addresses["lower"] == "D2"


def test_parts_and_wholes_are_summed_and_bounds_of_a_share_are_not(alice: Client, report: Report) -> None:
    rows = "i-2,1,4,97%\ni-2,2,4,98%\n"
    path = send(alice, report, f"indicator,numerator,denominator,lower\n{rows}")
    apply(alice, path, service="aurora-kids")

    [proposal] = proposals(report).values()
    assert proposal.values == {"numerator": Decimal(3), "denominator": Decimal(8)}
    assert reasons(report) == {
        "D2 + D3": "Several cells give this figure, and it cannot be summed. Leave out all but one."
    }


@pytest.mark.parametrize("rows", ["i-0,1,4\n", "i-0,1,4\ni-0,2,4\n"])
def test_a_count_has_no_part_and_no_whole(alice: Client, report: Report, rows: str) -> None:
    path = send(alice, report, f"indicator,numerator,denominator\n{rows}")
    apply(alice, path, service="aurora-kids")

    [proposal] = proposals(report).values()
    assert proposal.values == {}
    assert [reason.split(":")[0] for reason in reasons(report).values()] == [
        "This indicator has no value of this kind"
    ] * 2


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("numerator", "12%", "part and the whole of a share are numbers"),
        ("upper", "1.2 k", "Write the number in full"),
        ("lower", ">5", "is a bound"),
        ("status", "done", "is not a status"),
    ],
)
def test_what_a_field_does_not_take_is_refused_at_its_cell(
    alice: Client, report: Report, column: str, text: str, reason: str
) -> None:
    path = send(alice, report, f"indicator,value,{column}\ni-2,50%,{text}\n")
    apply(alice, path, service="aurora-kids", **{"role-2": "value"})
    assert reason in reasons(report)["C2"]


def test_months_are_known_however_they_are_written(alice: Client, report: Report) -> None:
    rows = "".join(f"{month},{number},{number}\n" for number, month in enumerate(MONTHS, 1))
    path = send(alice, report, f"Month,Posts,Month total\n{rows}Total,21,21\n")
    assert fields_of(alice, path)[field("column", "Month total")] == ["Leave out"]
    apply(alice, path, **{field("column", "Posts"): "i-1"})

    assert {key: each.values["value"] for key, each in proposals(report).items()} == {
        place(1, cell=f"period=2026-{number:02}"): number for number in range(1, 7)
    }


def test_a_long_table_of_months_names_its_rows_by_them(alice: Client, report: Report) -> None:
    rows = "".join(f"2026-{number:02},{number}\n" for number in range(1, 7))
    path = send(alice, report, f"period,Posts\n2025-12,12\n{rows}")
    fields: dict[str, Any] = fields_of(alice, path)
    assert fields["role-0"] == ["name"]
    posts = {field("column", "Posts"): "i-1"}
    page = alice.post(path, {**fields, **posts, "act": "rest"})
    shown = next(form.values for form in forms_in(page.content) if "first_row" in form.names)
    assert shown[field("row", "2025-12")] == ["Leave out"]
    assert alice.post(path, {**shown, "act": "apply"}).status_code == 302
    assert len(proposals(report)) == 6
