"""In which order changes are shown to whoever signs, and that all of them can be gone through."""

from decimal import Decimal
from unittest.mock import Mock

import pytest
from django.test import Client

from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.models import Figure, Indicator, Report
from alliance.queries.report_differences import ChangeKind, FigureDifference
from alliance.queries.working_copy import working_copy
from alliance.web.workspace.difference_rows import DifferenceRows, FigureRow
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.long_reports import fill_long_report, make_long_report
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


def url(report: Report, page: str = "submit") -> str:
    return f"/workspace/reports/{report.pk}/{page}/"


def weight(old: str, new: str, value: str = "count") -> tuple[Decimal, Decimal]:
    """How far apart the two numbers of an indicator are."""
    frame, required = Mock(), Mock()
    place = FigurePlace("content-actioned", "aurora-kids")
    before = FiledFigure(place, FigureValues(value=Decimal(old)))
    now, indicator = FigureValues(value=Decimal(new)), Indicator(value=value)
    return FigureDifference(
        frame, place, indicator, required, ChangeKind.NUMBER, before, now, Decimal(0)
    ).weight


def test_the_largest_change_is_that_of_the_number_itself_both_ways_and_from_zero() -> None:
    in_order = [
        ("0", "7000"),
        ("5000", "0"),  # to zero, by a smaller difference
        ("0", "3"),
        ("1000000", "10000"),  # −99 %, a hundredth
        ("10", "25"),  # +150 %
        ("1000", "2000"),
        ("240", "120"),  # −50 %: undone by +100 %, and by less than a thousand
        ("100", "120"),
    ]

    assert sorted(in_order, key=lambda pair: weight(*pair), reverse=True) == in_order
    assert weight("61", "66.6", "share") == (Decimal("5.6"), Decimal("5.6"))


@pytest.fixture
def long(cast: Cast) -> Report:
    """Eighty figures that have all changed: ten into reasons, one to zero, three that are still empty."""
    report = make_long_report(cast, 8, 5, 2)
    fill_long_report(cast, report)
    with acting_as(SYSTEM):
        rows = list(Figure.objects.filter(report=report).order_by("indicator__position", "service_id"))
        for place, figure in enumerate(rows):
            figure.value = Decimal((1, 9_000_000)[place % 2] + 10 * place)
        for figure in rows[20:30]:
            figure.status, figure.value, figure.reason = "not_measured", None, "The log is lost."
        rows[40].value = Decimal(0)
        Figure.objects.bulk_update(rows, ["status", "value", "reason"])
        Figure.objects.filter(pk__in=[figure.pk for figure in rows[60:63]]).delete()
    return report


def all_rows(client: Client, report: Report, query: str = "") -> list[FigureRow]:
    """The rows of all pages of changed figures, as they come one after the other."""
    rows: list[FigureRow] = []
    for number in range(1, 10):
        page = client.get(f"{url(report, 'differences')}?show=figures&page={number}{query}")
        rows += page.context["figure_rows"]
        if not page.context["page"].has_next():
            break
    return rows


def test_all_changes_are_gone_through_from_the_page_to_sign_the_largest_first(
    cast: Cast, long: Report, sven: Client
) -> None:
    page = sven.get(url(long))
    link = f"{url(long, 'differences')}?show=figures"
    rows = all_rows(sven, long)
    with acting_as(cast.actor("sven")) as actor:
        weights = [row.weight for row in DifferenceRows(actor, working_copy(long)).changed_figures]

    assert f'href="{link}"' in page.content.decode()
    assert "All 80 changed figures, in this order" in words_of(page)
    assert len({(row.title, row.owner) for row in rows}) == len(rows) == 80
    assert [row.kind for row in rows] == ["answer"] * 10 + ["gone"] * 3 + ["number"] * 67
    assert weights[13:] == sorted(weights[13:], reverse=True)
    assert rows[13].now == "0"


def test_many_other_answers_hide_no_number_on_the_page_to_sign(long: Report, sven: Client) -> None:
    page = sven.get(url(long))
    kinds = [row.kind for row in page.context["figure_rows"]]

    assert kinds == ["answer"] * 6 + ["number"] * 12
    assert "18 of 80 are shown here" in words_of(page)
    assert page.context["figure_rows"][6:] == all_rows(sven, long)[13:25]
    for kind, words in (("answer", "Other answers: 10"), ("gone", "Figures still empty: 3")):
        assert f"?show=figures&amp;kind={kind}" in page.content.decode()
        assert words in words_of(page)


def test_each_kind_of_change_can_be_gone_through_by_itself_and_leads_back_to_signing(
    cast: Cast, long: Report, sven: Client
) -> None:
    gone = sven.get(f"{url(long, 'differences')}?show=figures&kind=gone")
    unknown = sven.get(f"{url(long, 'differences')}?show=figures&kind=x")

    assert [row.kind for row in gone.context["figure_rows"]] == ["gone"] * 3
    assert ("still empty" in words_of(gone), "no longer given" in words_of(gone)) == (True, False)
    assert len(all_rows(sven, long, "&kind=number")) == 67
    assert unknown.context["page"].paginator.count == 80
    assert f'href="{url(long)}#sign"' in gone.content.decode()
    assert (
        f'href="{url(long)}#sign"' not in signed_in(cast.alice).get(url(long, "differences")).content.decode()
    )
