"""Cells of the grid that are put back as they were: what typing over them had taken comes back with their text."""

from decimal import Decimal

import pytest
from django.test import Client

from alliance.enums import FigureStatus
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Report
from alliance.web.workspace.grid_cells import digest_of
from tests.alliance.web.workspace.test_figure_details import read
from tests.factories import Cast
from tests.support.figure_grids import cell_name, grid_url, note_on, shown_fields, stored_figure
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db
COUNT, SHARE = "content-actioned", "found-proactively"
ESTIMATE = FigureValues(
    value=Decimal(66), estimate=True, lower=Decimal(62), upper=Decimal(71), method="By hand."
)
REASON = FigureValues(status=FigureStatus.NOT_MEASURED.value, reason="The logs are gone.")
PART_AND_WHOLE = FigureValues(value=Decimal(25), numerator=Decimal(1), denominator=Decimal(4))


def put_back(client: Client, report: Report, name: str, before: dict[str, str]) -> None:
    """Post a cell as it was before, as a page does when a step is taken back."""
    text, version = (before[f"{name}-{each}"] for each in ("value", "read"))
    now = shown_fields(client, grid_url(report))[f"{name}-read"]
    client.post(grid_url(report), {f"{name}-value": text, f"{name}-read": f"{now}<{version}"})


def type_over(client: Client, report: Report, name: str, text: str) -> None:
    read = shown_fields(client, grid_url(report))[f"{name}-read"]
    client.post(grid_url(report), {f"{name}-value": text, f"{name}-read": read})


@pytest.mark.parametrize(
    ("key", "values", "text"),
    [
        (COUNT, ESTIMATE, "n/a"),
        (COUNT, ESTIMATE, ""),
        (COUNT, REASON, "12"),
        (COUNT, REASON, ""),
        (COUNT, FigureValues(value=Decimal(66)), "≈ 70"),
        (SHARE, PART_AND_WHOLE, "n/a"),
    ],
)
def test_a_figure_that_was_typed_over_comes_back_whole(
    report: Report, alice: Client, cast: Cast, key: str, values: FigureValues, text: str
) -> None:
    save_one_figure(cast.actor("sven"), report, FigurePlace(key, "aurora-kids"), values, 0)
    name, before = cell_name(report, key), shown_fields(alice, grid_url(report))
    type_over(alice, report, name, text)
    after = stored_figure(report, key)
    assert after
    assert FigureValues.of(after) != values

    put_back(alice, report, name, before)

    restored = stored_figure(report, key)
    assert restored
    assert FigureValues.of(restored) == values


def test_what_was_taken_back_is_done_again_and_a_place_that_was_empty_is_empty_again(
    report: Report, alice: Client
) -> None:
    name, empty = cell_name(report, COUNT), shown_fields(alice, grid_url(report))
    type_over(alice, report, name, "≈ 12")
    typed = shown_fields(alice, grid_url(report))

    put_back(alice, report, name, empty)
    assert stored_figure(report, COUNT) is None
    put_back(alice, report, name, typed)

    again = stored_figure(report, COUNT)
    assert again
    assert (again.value, again.estimate) == (12, True)


def test_a_colleagues_later_note_stays(report: Report, alice: Client, cast: Cast) -> None:
    place, sven = FigurePlace(COUNT, "aurora-kids"), cast.actor("sven")
    save_one_figure(sven, report, place, ESTIMATE, 0)
    name, before = cell_name(report, COUNT), shown_fields(alice, grid_url(report))
    type_over(alice, report, name, "12")
    stored = stored_figure(report, COUNT)
    assert stored
    noted = FigureValues(**(FigureValues.of(stored).as_columns() | {"note": "Counted anew."}))
    save_one_figure(sven, report, place, noted, stored.version)

    put_back(alice, report, name, before)

    restored = stored_figure(report, COUNT)
    assert restored
    assert (restored.value, restored.upper, restored.note) == (66, 71, "Counted anew.")


@pytest.mark.parametrize(
    "back", ["1.000000", "1.{digest}", "9.{digest}", "0.{digest}", "x.{digest}", "<", "x"]
)
def test_a_version_that_is_not_there_leaves_what_was_typed(report: Report, alice: Client, back: str) -> None:
    name = cell_name(report, COUNT)
    type_over(alice, report, name, "12")
    read = shown_fields(alice, grid_url(report))[f"{name}-read"]
    mark = back.format(digest=digest_of("13"))

    alice.post(grid_url(report), {f"{name}-value": "13", f"{name}-read": f"{read}<{mark}"})

    typed = stored_figure(report, COUNT)
    assert typed
    assert typed.value == 13


def test_a_share_that_follows_from_its_part_and_whole_is_not_emptied(
    report: Report, alice: Client, cast: Cast
) -> None:
    place = FigurePlace(SHARE, "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, PART_AND_WHOLE, 0)
    name, fields = cell_name(report, SHARE), shown_fields(alice, grid_url(report))

    answer = alice.post(grid_url(report), fields | {f"{name}-value": ""})

    assert answer.status_code == 422
    assert "worked out from its part and whole" in note_on(answer, name)


def test_open_details_do_not_undo_it_and_what_was_typed_into_them_is_saved_too(
    report: Report, alice: Client, cast: Cast
) -> None:
    save_one_figure(cast.actor("sven"), report, FigurePlace(COUNT, "aurora-kids"), ESTIMATE, 0)
    name, before = cell_name(report, COUNT), shown_fields(alice, grid_url(report))
    type_over(alice, report, name, "n/a")
    text, version = (before[f"{name}-{each}"] for each in ("value", "read"))
    fields = read(alice, report, name) | {f"{name}-note": "Counted anew.", f"{name}-lower": "63"}

    fields |= {f"{name}-value": text, f"{name}-read": f"{fields[f'{name}-read']}<{version}"}
    alice.post(grid_url(report), fields)

    restored = stored_figure(report, COUNT)
    assert restored
    typed = {"note": "Counted anew.", "lower": Decimal(63)}
    assert FigureValues.of(restored).as_columns() == ESTIMATE.as_columns() | typed
