"""Equal refusals of a file are said once, with all their cells."""

import pytest
from django.test import Client

from alliance.models import Report
from alliance.queries.upload_differences import Difference
from alliance.report_proposals import CellRefusal, Proposal
from alliance.web.workspace.refused_cells import SharedRefusal, shared_refusals
from tests.support.pages import words_of
from tests.support.report_uploads import send

pytestmark = pytest.mark.django_db


def refused_rows(*addresses: str, reason: str = "A number is missing.") -> list[Difference]:
    refusals = ([CellRefusal("value", address, "x", reason)] for address in addresses)
    return [
        Difference(number, Proposal(refusals=each), refusals=each) for number, each in enumerate(refusals)
    ]


def test_cells_that_follow_one_another_are_a_range() -> None:
    rows = refused_rows("E9", "E3", *(f"E{row}" for row in range(12, 41)))
    assert shared_refusals(rows) == [SharedRefusal("A number is missing.", 31, "E3, E9, E12–E40")]


def test_a_sheet_is_named_once_and_a_reason_of_one_cell_not_at_all() -> None:
    rows = [
        *refused_rows("1. Content!F7", "1. Content!F8", "2. Help!F7"),
        *refused_rows("G1", reason="Too long."),
    ]
    assert [each.places for each in shared_refusals(rows)] == ["1. Content!F7–F8, 2. Help!F7"]


def test_numbered_sheets_stand_as_people_count() -> None:
    rows = refused_rows("10. Reports!F7", "2. Help!G1", "2. Help!F7", "Notes!A1", "1. Content!F7")
    (shared,) = shared_refusals(rows)
    assert shared.places == "1. Content!F7, 2. Help!G1, F7, 10. Reports!F7, Notes!A1"


def test_many_places_are_cut_and_the_reason_of_most_cells_is_first() -> None:
    rows = [
        *refused_rows("A1", "A3", reason="Two."),
        *refused_rows(*(f"A{row}" for row in range(1, 101, 2)), reason="Fifty."),
    ]
    first, second = shared_refusals(rows)
    assert (first.count, second.count) == (50, 2)
    assert first.places.endswith("A45, A47…")


def test_the_page_says_a_reason_of_several_rows_once_above_them(report: Report, alice: Client) -> None:
    text = words_of(alice.get(send(alice, report, "moderators,,,,many,,\n" * 3 + "no-such,,,,1,,\n" * 2)))
    assert "Refused for the same reason:" in text
    assert "3 cells: E2–E4" in text
