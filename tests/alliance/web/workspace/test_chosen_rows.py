"""What is done to chosen rows of the grid of all figures: one note, still true, and what a refusal leaves."""

import re
from typing import Any

import pytest
from django.test import Client

from alliance.models import Report
from alliance.web.workspace import all_figures
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict
from tests.alliance.queries.test_attention import carried_over, warned
from tests.factories import Cast
from tests.support.editor import carried_from

pytestmark = pytest.mark.django_db


def url(report: Report) -> str:
    return f"/workspace/reports/{report.pk}/figures/?unfold=all"


def rows_with(client: Client, report: Report, kind: str) -> list[str]:
    groups = client.get(url(report)).context["groups"]
    return [row.key for group in groups for row in group.rows if any(note.kind == kind for note in row.notes)]


def ticked(answer: Any) -> list[str]:
    return re.findall(r'name="row" value="([^"]+)" checked', answer.content.decode())


def test_one_note_answers_the_warnings_of_the_chosen_rows(cast: Cast, alice: Client) -> None:
    report = warned(cast)
    rows = rows_with(alice, report, "warning")
    assert len(rows) > 1

    answer = alice.post(url(report), {"act": "note", "row": rows[:1], "note": "Counted again."})

    assert answer.status_code == 302
    with acting_as(SYSTEM):
        noted = report.figures.filter(note="Counted again.")
        assert {f"r{row.indicator_id}" for row in noted} == {rows[0]}
    assert rows_with(alice, report, "warning") == rows[1:]


def test_a_colleagues_save_in_between_leaves_the_note_and_the_ticks(
    cast: Cast, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = warned(cast)
    rows = rows_with(alice, report, "warning")

    def refuse(*_values: object) -> int:
        raise Conflict("This was saved elsewhere while you were editing it.", stored=None, sent=None)

    monkeypatch.setattr(all_figures, "note_warnings", refuse)
    answer = alice.post(url(report), {"act": "note", "row": rows, "note": "Counted again."})

    assert answer.status_code == 409
    assert "This was saved elsewhere" in answer.content.decode()
    assert ticked(answer) == rows
    assert 'name="note" value="Counted again."' in answer.content.decode()


def test_a_note_without_words_or_for_rows_without_a_warning_is_refused(cast: Cast, alice: Client) -> None:
    report = warned(cast)
    rows = rows_with(alice, report, "warning")

    wordless = alice.post(url(report), {"act": "note", "row": rows, "note": " "})
    rowless = alice.post(url(report), {"act": "note", "note": "Counted again."})

    assert (wordless.status_code, rowless.status_code) == (422, 422)
    assert "Write the note first." in wordless.content.decode()
    assert ticked(wordless) == rows
    assert "Choose rows with a warning." in rowless.content.decode()
    assert 'name="note" value="Counted again."' in rowless.content.decode()


def test_a_note_that_is_too_long_comes_back_whole_with_its_rows(cast: Cast, alice: Client) -> None:
    report = warned(cast)
    rows = rows_with(alice, report, "warning")

    answer = alice.post(url(report), {"act": "note", "row": rows, "note": "x" * 4001})

    assert (answer.status_code, ticked(answer)) == (422, rows)
    assert "Shorten the text by 1: 4001 characters, at most 4000 allowed." in answer.content.decode()
    assert f'name="note" value="{"x" * 4001}"' in answer.content.decode()


def test_chosen_rows_are_still_true_and_none_without_a_tick(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    rows, source = rows_with(alice, report, "carried"), carried_from(alice.get(url(report)))
    assert rows

    refused = alice.post(url(report), {"act": "confirm"})
    assert refused.status_code == 422
    assert "Choose the rows first." in refused.content.decode()
    assert rows_with(alice, report, "carried") == rows

    assert alice.post(url(report), {**source, "act": "confirm", "row": rows[:1]}).status_code == 302
    assert rows_with(alice, report, "carried") == rows[1:]

    confirmed = alice.post(url(report), {**source, "act": "confirm", "row": rows[:1]})
    assert confirmed.status_code == 422
    assert "None of these figures is still to be confirmed." in confirmed.content.decode()
    assert ticked(confirmed) == rows[:1]


def test_a_whole_measure_is_still_true(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    page = alice.get(url(report))
    groups, source = page.context["groups"], carried_from(page)
    measure = next(group.measure.key for group in groups if group.counts.get("carried"))

    assert alice.post(url(report), {**source, "act": f"confirm:{measure}"}).status_code == 302

    left = {group.measure.key: group.counts for group in alice.get(url(report)).context["groups"]}
    assert "carried" not in left[measure]


def test_acts_on_rows_leave_alone_the_services_that_are_not_shown(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    page = alice.get(url(report))
    groups, source = page.context["groups"], carried_from(page)
    carried = {row.key: row for group in groups for row in group.rows if row.carried_over}
    row, service = next(
        (row, cell.figure_place.service)
        for row in carried.values()
        for cell in row.all_cells
        if cell.mark == "carried" and cell.figure_place.service
    )
    measure = next(group.measure.key for group in groups if row in group.rows)
    other = "aurora-live" if service == "aurora-kids" else "aurora-kids"
    of_service = report.figures.filter(indicator=row.indicator, service__slug=service, carried_over=True)

    alice.post(f"{url(report)}&service={other}", {**source, "act": "confirm", "row": [row.key]})
    alice.post(f"{url(report)}&service={other}", {**source, "act": f"confirm:{measure}"})
    with acting_as(SYSTEM):
        assert of_service.exists()

    alice.post(f"{url(report)}&service={service}", {**source, "act": "confirm", "row": [row.key]})
    with acting_as(SYSTEM):
        assert not of_service.exists()
