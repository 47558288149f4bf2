"""A measure that is too large for one page: every figure stands in one part, and a post carries what changed of any."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from alliance.models import Cycle, Figure, Indicator, Measure, Person, Report, Service
from alliance.queries.report_frame import RequiredMeasure
from alliance.web.workspace.editor_parts import MOST_SERVICES, EditorParts
from portal.kernel.web import PAGE_BYTES, PAGE_FIELDS
from tests.factories import Cast, make_charter, make_cycle, make_report
from tests.factories.cast import make_services
from tests.factories.charters import COUNT, HEADCOUNT, NARRATIVE
from tests.support.editor import stored_rows
from tests.support.forms import Form, forms_in
from tests.support.pages import signed_in, words_of

# one indicator, 38 × 57 places, for each service: of ten it made a page of 8 MB that could not be saved
ROWS, COLUMNS, SERVICES = 38, 57, 3


def axis(key: str, count: int) -> dict[str, object]:
    cells = [
        {"key": f"{key}-{number}", "title": {"en": f"{key} {number}", "ru": f"ось {number}"}}
        for number in range(count)
    ]
    return {"key": key, "title": {"en": key, "ru": key}, "cells": cells}


def measure_of(services: int, *indicators: Indicator) -> RequiredMeasure:
    return RequiredMeasure(
        Measure(key="count"), None, indicators,  # type: ignore[arg-type]  # no commitment is asked for
        [Service(pk=number, slug=f"s-{number}", name=f"Service {number}") for number in range(1, services + 1)],
        {"row": axis("row", ROWS), "column": axis("column", COLUMNS)},
        Cycle(starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30)),
    )  # fmt: skip


def figure(pk: int, **kind: object) -> Indicator:
    return Indicator(pk=pk, key=f"i-{pk}", title=f"Indicator {pk}", **{**COUNT, **kind})


@pytest.mark.parametrize(
    ("services", "breakdowns"),
    [(0, []), (1, ["row", "column"]), (MOST_SERVICES, ["row"]), (MOST_SERVICES + 1, ["row"]), (35, ["row"])],
)
def test_every_place_stands_in_exactly_one_part_and_every_part_is_within_the_limits(
    services: int, breakdowns: Sequence[str]
) -> None:
    texts = [Indicator(pk=90 + n, title=f"Text {n}", limit=2000, **NARRATIVE) for n in range(20)]
    measure = measure_of(
        services, *texts, figure(1), figure(2, breakdowns=breakdowns), figure(3, aggregation="entered"),
        figure(4, **HEADCOUNT),
    )  # fmt: skip
    parts = EditorParts(measure)

    asked = {each.place for row in measure.figures for each in measure.requested(row)}
    shown = [place.target.place for part in parts.parts for place in parts.places(part.lines, part.owners)]
    assert Counter(shown) == Counter(asked)
    assert [text for part in parts.parts for text in part.texts] == texts
    assert [part.number for part in parts.parts] == list(range(1, len(parts.parts) + 1))
    for part in parts.parts:
        places = list(parts.places(part.lines, part.owners))
        assert sum(4 if place.line.cell else 15 for place in places) + 4 * len(part.texts) <= PAGE_FIELDS
        assert len(set(part.owners) - {None}) <= MOST_SERVICES
        assert part.title
        assert all(parts.part_of(parts.find(place.prefix)) == part for place in places)


def test_names_of_what_is_not_asked_for_lead_nowhere() -> None:
    parts = EditorParts(measure_of(2, figure(1, breakdowns=["row"])))
    assert [parts.find(name) for name in ("f1-9", "f1-1-39", "f1-1-0", "f2-1", "f1-0", "t1", "", "x")] == [
        None
    ] * 8
    assert parts.part_named("f1-9") == parts.parts[0]


# --- The page --------------------------------------------------------------------------------


@pytest.fixture
def report(cast: Cast) -> Report:
    tree = {
        "find": {"count": [("story", NARRATIVE), ("counted", {**COUNT, "breakdowns": ["row", "column"]})]}
    }
    charter = make_charter("large", tree=tree)
    charter.breakdowns = [axis("row", ROWS), axis("column", COLUMNS)]
    charter.save()
    make_services(*((cast.aurora, f"aurora-{number:02}") for number in range(SERVICES - 2)))
    return make_report(make_cycle(charter), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def url(report: Report, query: str = "") -> str:
    return f"/workspace/reports/{report.pk}/measures/count/{query}"


def editor_form(page: Any) -> Form:
    return next(form for form in forms_in(page.content) if any("-value" in name for name in form.names))


def values() -> dict[str, int]:
    return {f"{row.service_id}:{row.cell}": int(row.value) for row in stored_rows(Figure)}


@pytest.mark.django_db
def test_each_page_is_small_and_its_whole_form_is_saved(cast: Cast, alice: Client, report: Report) -> None:
    last = len(alice.get(url(report)).context["editor"].parts.parts)

    for number, language in ((1, "ru"), (last // 2, "en"), (last, "ru")):
        Person.objects.filter(pk=cast.alice.pk).update(language=language)
        address = url(report, f"?part={number}")
        page = alice.get(address)
        form = editor_form(page)
        cell = next(name for name in form.names if name.endswith("-value"))
        answer = alice.post(address, form.filled({cell: str(number)}))

        assert len(page.content) < PAGE_BYTES
        assert sum(map(len, form.values.values())) <= PAGE_FIELDS
        assert (answer.status_code, answer["Location"]) == (302, address)
    assert sorted(values().values()) == sorted({1, last // 2, last})


@pytest.mark.django_db
def test_who_has_not_come_to_the_last_page_cannot_say_that_all_of_it_is_read(
    cast: Cast, alice: Client, report: Report
) -> None:
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(four_eyes=True)
    form = editor_form(alice.get(url(report)))
    cell = next(name for name in form.names if name.endswith("-value"))
    alice.post(url(report), form.filled({cell: "7"}))
    sven = signed_in(cast.sven)

    first = sven.get(url(report))
    last = len(first.context["editor"].parts.parts)

    assert "I have read this" not in words_of(first)
    assert 'href="?part=2">Read on: page 2' in first.content.decode()
    assert "I have read this" in words_of(sven.get(url(report, f"?part={last}")))


@pytest.mark.django_db
def test_a_page_has_the_same_parts_in_every_language(alice: Client, report: Report) -> None:
    required = alice.get(url(report)).context["editor"].required

    with override("en"):
        english = [(part.texts, [line.number for line in part.lines]) for part in EditorParts(required).parts]
    with override("ru"):
        russian = [(part.texts, [line.number for line in part.lines]) for part in EditorParts(required).parts]

    assert english == russian


@pytest.mark.django_db
def test_a_post_carries_what_changed_of_any_part_and_gives_back_what_could_not_be_saved(
    alice: Client, report: Report
) -> None:
    parts = alice.get(url(report)).context["editor"].parts
    far = next(iter(parts.places(parts.parts[-1].lines, parts.parts[-1].owners))).prefix
    farther = [*parts.places(parts.parts[-1].lines, parts.parts[-1].owners)][-1].prefix

    answer = alice.post(
        url(report),
        {
            f"{far}-value": "7",
            f"{far}-version": "0",
            f"{farther}-value": "about a third",
            f"{farther}-version": "0",
        },
    )

    assert answer.status_code == 422
    assert list(values().values()) == [7]
    fields = [entry for entry in answer.context["editor"].fields() if entry.form.is_bound]
    assert [(entry.prefix, entry.form["value"].value()) for entry in fields] == [(farther, "about a third")]
    assert b"data-unsaved" in answer.content  # so that the next post carries it again


@pytest.mark.django_db
def test_a_cell_that_is_posted_without_its_note_keeps_the_note(alice: Client, report: Report) -> None:
    place = alice.get(url(report)).context["editor"].parts.find
    indicator = report.cycle.charter.indicators.get(key="counted").pk
    service = report.organisation.ownerships.first().service_id
    cell = f"f{indicator}-{service}-1"
    assert place(cell) is not None
    alice.post(url(report), {f"{cell}-value": "5", f"{cell}-version": "0", f"{cell}-note": "Counted twice."})

    alice.post(url(report), {f"{cell}-value": "6", f"{cell}-version": "1"})

    assert [(int(row.value), row.note) for row in stored_rows(Figure)] == [(6, "Counted twice.")]


@pytest.mark.django_db
def test_what_is_missing_leads_to_the_part_that_has_the_cell(alice: Client, report: Report) -> None:
    parts = alice.get(url(report)).context["editor"].parts
    cell = [*parts.places(parts.parts[-1].lines, parts.parts[-1].owners)][-1].prefix
    alice.post(url(report), {f"{cell}-value": "-5", f"{cell}-version": "0"})

    missing = alice.get(f"/workspace/reports/{report.pk}/check/").content.decode()
    page = alice.get(url(report, f"?at={cell}"))

    assert f'href="{url(report, f"?at={cell}#id_{cell}-value")}"' in missing
    assert f'id="{cell}"' in page.content.decode()
    assert page.context["editor"].part.number == len(parts.parts)
    assert page.context["editor"].navigation.links[-1][1] == 1
    assert any(row.is_open for row in page.context["editor"].grid.rows)


@pytest.mark.django_db
def test_a_save_can_lead_on_to_the_next_page(alice: Client, report: Report) -> None:
    answer = alice.post(url(report, "?part=2"), {"go_to": "3"})
    assert answer["Location"] == url(report, "?part=3")


@pytest.mark.django_db
def test_a_place_that_is_not_asked_for_is_refused_by_name_and_nothing_is_saved(
    alice: Client, report: Report
) -> None:
    place = next(iter(alice.get(url(report)).context["editor"].fields())).prefix
    text = f"{place}-text"

    answer = alice.post(
        url(report), {text: "We counted.", f"{place}-language": "en", "f1-999-value": "12", "is_staff": "1"}
    )

    assert answer.status_code == 422
    assert "This form has no such fields: f1-999-value , is_staff" in words_of(answer).replace(" ,", " ,")
    assert "We counted." in answer.content.decode()
    assert stored_rows(Figure) == []


@pytest.mark.django_db
def test_a_post_with_more_fields_than_any_page_gives_back_what_was_typed(
    alice: Client, report: Report
) -> None:
    sent = {f"f1-{number}-value": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)}

    answer = alice.post(
        url(report), "&".join([*(f"{name}=" for name in sent), "t1-text=We+counted.+%D0%94%D0%B0"]),
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip

    assert answer.status_code == 413
    assert "We counted. Да" in answer.content.decode()
    assert "a form may send 5,000 fields at a time" in words_of(answer)
