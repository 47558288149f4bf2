"""All figures of a report as one grid: typed over and saved, without and with a script."""

import html
import json
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import FigureStatus, UploadState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Report, ReportUpload
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.figure_grids import (
    cell_name,
    cells_of,
    grid_url,
    note_on,
    shown_fields,
    stored_figure,
)
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db


def test_a_form_without_script_saves_the_cells_that_were_typed_over(report: Report, alice: Client) -> None:
    name = cell_name(report, "content-actioned")
    answer = alice.post(grid_url(report), shown_fields(alice, grid_url(report)) | {f"{name}-value": "1,270"})

    saved = stored_figure(report, "content-actioned")
    assert (answer.status_code, saved and saved.value) == (302, Decimal(1270))
    assert stored_figure(report, "content-actioned", "aurora-live") is None


def test_words_of_both_languages_are_statuses(report: Report, alice: Client) -> None:
    words = {"aurora-kids": "н/д", "aurora-live": "n/a"}
    typed = {f"{cell_name(report, 'content-actioned', slug)}-value": word for slug, word in words.items()}

    alice.post(grid_url(report), shown_fields(alice, grid_url(report)) | typed)

    kids, live = (stored_figure(report, "content-actioned", slug) for slug in words)
    assert kids
    assert live
    assert (kids.status, live.status) == (FigureStatus.NOT_MEASURED, FigureStatus.NOT_APPLICABLE)


def test_an_unreadable_cell_comes_back_as_typed_and_the_rest_is_saved(report: Report, alice: Client) -> None:
    wrong, right = (cell_name(report, "content-actioned", slug) for slug in ("aurora-kids", "aurora-live"))
    posted = shown_fields(alice, grid_url(report)) | {f"{wrong}-value": "about a lot", f"{right}-value": "7"}

    answer = alice.post(grid_url(report), posted)

    assert answer.status_code == 422
    assert cells_of(answer)[f"{wrong}-value"] == "about a lot"
    assert "is not a number" in note_on(answer, wrong)
    assert stored_figure(report, "content-actioned", "aurora-live") is not None


def test_a_colleagues_later_number_is_not_written_over(report: Report, alice: Client, cast: Cast) -> None:
    name = cell_name(report, "content-actioned")
    posted = shown_fields(alice, grid_url(report))
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal(45)), 0)

    answer = alice.post(grid_url(report), posted | {f"{name}-value": "40"})

    assert answer.status_code == 409
    assert "45" in note_on(answer, name)
    untouched = stored_figure(report, "content-actioned")
    assert untouched
    assert untouched.value == 45
    alice.post(grid_url(report), cells_of(answer))
    replaced = stored_figure(report, "content-actioned")
    assert replaced
    assert replaced.value == 40


def test_a_form_that_would_be_too_large_is_offered_nowhere(
    report: Report, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(SYSTEM):
        failed = ReportUpload.objects.create(
            report=report, organisation=report.organisation, kind="form", state=UploadState.FAILED, name="a.xlsx",
            person=report.organisation.memberships.all()[0].person, size=1, expires_at=timezone.now(),
            refusal={"en": "No."},
        )  # fmt: skip
    addresses = [grid_url(report), f"/workspace/reports/{report.pk}/", f"/workspace/reports/{report.pk}/spreadsheet/",
                 f"/workspace/uploads/{failed.pk}/"]  # fmt: skip

    def offers() -> list[bool]:
        return [bool(re.search(r'value="form[^"]*\.xlsx"', alice.get(address).text)) for address in addresses]

    assert offers() == [True] * 4
    monkeypatch.setattr("alliance.services.form_layout.MOST_ANSWERS", 1)
    assert offers() == [False] * 4


def test_a_note_stays_when_the_number_beside_it_is_typed_anew(
    report: Report, alice: Client, cast: Cast
) -> None:
    place = FigurePlace("content-actioned", "aurora-kids")
    values = FigureValues(value=Decimal(45), note="Counted twice.")
    save_one_figure(cast.actor("sven"), report, place, values, 0)

    posted = shown_fields(alice, grid_url(report)) | {f"{cell_name(report, 'content-actioned')}-value": "46"}
    alice.post(grid_url(report), posted)

    saved = stored_figure(report, "content-actioned")
    assert saved
    assert (saved.value, saved.note) == (Decimal(46), "Counted twice.")


def test_an_autosave_answers_with_the_cells_as_they_are_now(report: Report, alice: Client) -> None:
    name = cell_name(report, "content-actioned")
    fields = shown_fields(alice, grid_url(report))
    posted = {f"{name}-value": "n/a", f"{name}-read": fields[f"{name}-read"], "autosave": "1"}

    answer = alice.post(grid_url(report), posted).content.decode()

    cells = json.loads(html.unescape(answer.split('data-answer="')[1].split('"')[0]))["cells"]
    assert f'data-saved="{name}"' in answer
    assert cells[name][1:3] == ["not applicable", "none"]


def test_an_autosave_says_what_is_left_in_the_headings_of_its_measures_and_in_the_filters(
    report: Report, alice: Client
) -> None:
    name = cell_name(report, "content-actioned")
    page = alice.get(grid_url(report))
    measure = next(
        group
        for group in page.context["groups"]
        if any(cell.prefix == name for row in group.rows for cell in row.all_cells)
    )
    empty = measure.counts["empty"]
    fields = cells_of(page)
    posted = {f"{name}-value": "12", f"{name}-read": fields[f"{name}-read"], "autosave": "1"}

    answer = alice.post(grid_url(report), posted).content.decode()

    read = json.loads(html.unescape(answer.split('data-answer="')[1].split('"')[0]))
    assert list(read["marks"]) == [measure.measure.key]
    assert f"{empty - 1} empty" in read["marks"][measure.measure.key]
    assert int(read["counts"]["empty"]) == page.context["grid"].counts["empty"] - 1


def test_the_place_of_an_unsent_cell_leads_to_its_row(report: Report, alice: Client) -> None:
    name = cell_name(report, "content-actioned")

    view = alice.get(f"{grid_url(report)}?at={name}").context["grid"].view

    assert view.start == f"r{name.removeprefix('f').partition('-')[0]}"


def test_a_place_that_is_not_asked_for_is_refused(report: Report, alice: Client) -> None:
    assert alice.post(grid_url(report), {"f1-999999-value": "5"}).status_code == 422
