"""The details of a cell in the grid of all figures: what is read for its popover, what is saved, what is refused."""

import html
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.enums import FigureStatus
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Figure, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.editor import figure_name
from tests.support.pages import signed_in
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db
COUNT, SHARE = "content-actioned", "found-proactively"
PLACE = FigurePlace(COUNT, "aurora-kids")
SCRIPT = {"HX-Request": "true"}


def url(report: Report) -> str:
    return f"/workspace/reports/{report.pk}/figures/"


def name_of(report: Report, key: str = COUNT) -> str:
    return figure_name(report, key, "aurora-kids", "value").removesuffix("-value")


def read(client: Client, report: Report, name: str) -> dict[str, str]:
    """The fields of a cell and its details, as a page that has opened them posts them."""
    answer = client.get(f"{url(report)}{name}/", headers=SCRIPT).content.decode()
    shown = json.loads(html.unescape(answer.split('data-shown="')[1].split('"')[0]))
    fields = {f"{name}-value": shown[1], f"{name}-read": shown[0]}
    for tag, field in re.findall(rf'(<(?:input|textarea)[^>]*name="({name}-\w+)"[^>]*>[^<]*)', answer):
        if 'type="checkbox"' not in tag or " checked" in tag:
            value = re.search(r' value="([^"]*)"', tag) or re.search(r">\n?([^<]*)$", tag)
            fields[field] = html.unescape(value[1]) if value else ""
    return fields


def autosave(client: Client, report: Report, posted: dict[str, str]) -> dict[str, Any]:
    answer = client.post(url(report), posted | {"autosave": "1"}).content.decode()
    result: dict[str, Any] = json.loads(html.unescape(answer.split('data-answer="')[1].split('"')[0]))
    return result


def figure(report: Report, key: str = COUNT) -> Figure | None:
    with acting_as(SYSTEM):
        return report.figures.filter(indicator__key=key, service__slug="aurora-kids", cell="").first()


def test_an_estimate_its_bounds_and_a_note_are_saved_beside_the_number(report: Report, alice: Client) -> None:
    name = name_of(report)
    typed = {"value": "66", "estimate": "on", "lower": "62", "upper": "71", "note": "From a sample."}

    answer = autosave(
        alice, report, read(alice, report, name) | {f"{name}-{key}": typed[key] for key in typed}
    )

    saved = figure(report)
    assert saved
    assert (saved.value, saved.estimate, saved.lower, saved.upper) == (66, True, 62, 71)
    assert saved.note == "From a sample."
    assert answer["cells"][name][5] is True
    assert any("62" in text for _total, notes in answer["rows"].values() for _kind, text, *_more in notes)


def test_a_reason_in_the_cell_takes_the_bounds_and_has_its_sentence(
    report: Report, alice: Client, cast: Cast
) -> None:
    values = FigureValues(
        value=Decimal(66), estimate=True, lower=Decimal(62), upper=Decimal(71), method="By hand"
    )
    save_one_figure(cast.actor("sven"), report, PLACE, values, 0)
    name = name_of(report)
    typed = {f"{name}-value": "not measured", f"{name}-estimate": "on", f"{name}-reason": "Logs are gone."}

    autosave(alice, report, read(alice, report, name) | typed)

    saved = figure(report)
    assert saved
    assert (saved.status, saved.reason, saved.method) == (
        FigureStatus.NOT_MEASURED,
        "Logs are gone.",
        "By hand",
    )
    assert (saved.value, saved.estimate, saved.lower) == (None, False, None)


def test_details_that_a_post_does_not_carry_stay(report: Report, alice: Client, cast: Cast) -> None:
    save_one_figure(cast.actor("sven"), report, PLACE, FigureValues(value=Decimal(66), note="Ours."), 0)
    name = name_of(report)
    fields = read(alice, report, name)

    autosave(alice, report, {f"{name}-value": "67", f"{name}-read": fields[f"{name}-read"]})

    saved = figure(report)
    assert saved
    assert (saved.value, saved.note) == (67, "Ours.")


def test_a_wrong_bound_is_named_at_its_field_and_nothing_of_the_figure_is_saved(
    report: Report, alice: Client
) -> None:
    name = name_of(report)

    answer = autosave(
        alice, report, read(alice, report, name) | {f"{name}-value": "66", f"{name}-upper": "a lot"}
    )

    assert figure(report) is None
    assert "a lot" in answer["faults"][name]["upper"]
    assert any(
        "Upper bound: “a lot”" in text for _total, notes in answer["rows"].values() for _k, text, *_ in notes
    )


def test_a_colleagues_later_details_are_not_written_over(report: Report, alice: Client, cast: Cast) -> None:
    name = name_of(report)
    posted = read(alice, report, name)
    save_one_figure(cast.actor("sven"), report, PLACE, FigureValues(value=Decimal(45), note="Sven's."), 0)
    fresh = read(alice, report, name)

    # the cell was read anew since, its details were not
    answer = autosave(
        alice, report, posted | {f"{name}-note": "Mine.", f"{name}-read": fresh[f"{name}-read"]}
    )

    saved = figure(report)
    assert saved
    assert (saved.note, answer["conflicts"]) == ("Sven's.", [name])
    version = fresh[f"{name}-version"]
    autosave(alice, report, fresh | {f"{name}-note": "Mine.", f"{name}-version": version})
    replaced = figure(report)
    assert replaced
    assert (replaced.value, replaced.note) == (45, "Mine.")


def test_a_share_follows_from_the_part_and_whole_of_its_details(report: Report, alice: Client) -> None:
    name = name_of(report, SHARE)

    autosave(
        alice, report, read(alice, report, name) | {f"{name}-numerator": "1", f"{name}-denominator": "4"}
    )

    saved = figure(report, SHARE)
    assert saved
    assert saved.value == 25
    fields = read(alice, report, name)
    autosave(
        alice, report, fields | {f"{name}-value": "30", f"{name}-numerator": "", f"{name}-denominator": ""}
    )
    typed = figure(report, SHARE)
    assert typed
    assert (typed.value, typed.numerator) == (30, None)


def test_of_a_part_there_is_a_note_and_no_status(report: Report, alice: Client) -> None:
    charter = report.cycle.charter
    charter.breakdowns = [
        {"key": "harm", "title": {"en": "Harm"}, "cells": [{"key": "fraud", "title": {"en": "Fraud"}}]}
    ]
    charter.save()
    charter.indicators.filter(key=COUNT).update(breakdowns=["harm"])
    part = f"{name_of(report)}-1"
    fields = read(alice, report, part)
    assert {field.rpartition("-")[2] for field in fields} == {"value", "read", "version", "note"}
    posted = fields | {f"{part}-value": "7", f"{part}-note": "Counted anew."}

    assert alice.post(url(report), posted | {f"{part}-reason": "None."}).status_code == 422
    autosave(alice, report, posted)

    with acting_as(SYSTEM):
        saved = report.figures.get(indicator__key=COUNT, service__slug="aurora-kids")
    assert (saved.value, saved.note, bool(saved.cell)) == (7, "Counted anew.", True)


def test_without_script_the_address_leads_to_the_figure_in_its_measure(report: Report, alice: Client) -> None:
    name = name_of(report)

    answer = alice.get(f"{url(report)}{name}/")

    assert answer["Location"].endswith(f"?at={name}#{name}")
    assert alice.get(f"{url(report)}f1-999999/", headers=SCRIPT).status_code == 404


def test_a_reader_sees_the_details_and_cannot_type_in_them(report: Report, cast: Cast) -> None:
    save_one_figure(cast.actor("sven"), report, PLACE, FigureValues(value=Decimal(45), note="Why."), 0)

    page = signed_in(cast.bob).get(f"{url(report)}{name_of(report)}/", headers=SCRIPT).content.decode()

    assert "Why." in page
    assert re.search(r'name="[^"]*-note"[^>]*disabled', page)
