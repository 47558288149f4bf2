"""The figures of the report's editor: all that were touched are saved at once, and none over a colleague's."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.models import Answer, Figure, Report
from alliance.web.forms import working_copy
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.editor import editor_url, figure_name, form_data, stored_rows, text_name
from tests.support.pages import signed_in, words_of
from tests.support.query_log import own_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def values() -> list[tuple[int, int]]:
    return [(int(row.value), row.version) for row in stored_rows(Figure)]


def test_a_number_that_is_typed_again_keeps_its_version_and_writer(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    number = figure_name(report, "content-actioned")
    alice.post(editor_url(report), {**form_data(alice, editor_url(report)), number: "1234"})

    answer = sven.post(editor_url(report), {**form_data(sven, editor_url(report)), number: "1 234"})

    assert answer.status_code == 302
    assert [(row.version, row.updated_by_id) for row in stored_rows(Figure)] == [(1, cast.alice.pk)]


def test_two_who_type_the_same_number_are_no_conflict(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    number = figure_name(report, "content-actioned")
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))

    alice.post(editor_url(report), {**first, number: "5"})

    assert sven.post(editor_url(report), {**second, number: "5"}).status_code == 302
    assert values() == [(5, 1)]


@pytest.mark.parametrize(("choice", "expected"), [("sent", [(6, 3)]), ("stored", [])])
def test_a_figure_that_a_colleague_has_emptied_is_not_brought_back_unasked(
    cast: Cast, report: Report, choice: str, expected: list[tuple[int, int]]
) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    number = figure_name(report, "content-actioned")
    alice.post(editor_url(report), {**form_data(alice, editor_url(report)), number: "5"})
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))

    alice.post(editor_url(report), {**first, number: ""})
    answer = sven.post(editor_url(report), {**second, number: "6"})

    editor, content = answer.context["editor"], words_of(answer)
    assert (answer.status_code, values()) == (409, [])
    assert [(entry.conflict.stored_text, entry.conflict.sent_text) for entry in editor.conflicts] == [
        ("Nothing", "6")
    ]
    assert f"{cast.alice.name} saved this while you were editing it." in content
    assert re.search(rf"{cast.alice.name}, \d+ \w+, \d\d:\d\d Nothing", content)
    again = {field.html_name: field.value() or "" for entry in editor.conflicts for field in entry.form}
    sven.post(editor_url(report), {**again, "resolve": choice, "conflict": editor.conflicts[0].prefix})
    assert values() == expected


def begin_two_conflicts(first: Client, second: Client, report: Report) -> Any:
    """The page of the second, whose text and figure the first one has written meanwhile."""
    text, number = text_name(report), figure_name(report, "content-actioned")
    theirs, own = form_data(first, editor_url(report)), form_data(second, editor_url(report))
    first.post(editor_url(report), {**theirs, text: "Alice's words", number: "5"})
    return second.post(editor_url(report), {**own, text: "Sven's words", number: "6"})


def choose(client: Client, report: Report, page: Any, resolve: str) -> Any:
    """Press a button of a conflict, with all that its page posts."""
    entries = page.context["editor"].conflicts
    fields = {field.html_name: field.value() or "" for entry in entries for field in entry.form}
    chosen = {"conflict": [entry.prefix for entry in entries], "resolve": resolve}
    return client.post(editor_url(report), {**fields, **chosen})


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("sent", "Sven's words"),
        ("stored", "Alice's words"),
        ("join", "Alice's words\n\nSven's words"),
    ],
)
def test_a_choice_between_two_texts_leaves_the_figure_in_conflict(
    cast: Cast, report: Report, choice: str, text: str
) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    name, number = text_name(report), figure_name(report, "content-actioned")
    page = begin_two_conflicts(alice, sven, report)

    prefix = name.removesuffix("-text")
    after = choose(sven, report, page, f"{choice}:{prefix}")

    shown = {
        field.html_name: field.value() for entry in after.context["editor"].fields() for field in entry.form
    }
    assert (after.status_code, [entry.prefix for entry in after.context["editor"].conflicts]) == (
        409,
        [number.removesuffix("-value")],
    )
    assert (shown[name], shown[number], values()) == (text, "6", [(5, 1)])
    assert [row.text for row in stored_rows(Answer)] == [
        "Sven's words" if choice == "sent" else "Alice's words"
    ]


@pytest.mark.parametrize(("choice", "expected"), [("sent", [(6, 2)]), ("stored", [(5, 1)])])
def test_a_choice_between_two_figures_leaves_the_text_in_conflict(
    cast: Cast, report: Report, choice: str, expected: list[tuple[int, int]]
) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    number = figure_name(report, "content-actioned")
    page = begin_two_conflicts(alice, sven, report)
    prefix = number.removesuffix("-value")
    assert f'name="resolve" value="{choice}:{prefix}"' in page.content.decode()

    after = choose(sven, report, page, f"{choice}:{prefix}")

    [entry] = after.context["editor"].conflicts
    assert (after.status_code, values()) == (409, expected)
    assert (entry.form["text"].value(), entry.conflict.stored_text) == ("Sven's words", "Alice's words")
    assert [row.text for row in stored_rows(Answer)] == ["Alice's words"]


@pytest.mark.parametrize(
    ("choice", "text", "expected"),
    [("sent", "Sven's words", [(6, 2)]), ("stored", "Alice's words", [(5, 1)])],
)
def test_a_button_of_a_page_of_an_earlier_version_decides_all(
    cast: Cast, report: Report, choice: str, text: str, expected: list[tuple[int, int]]
) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    page = begin_two_conflicts(alice, sven, report)

    assert choose(sven, report, page, choice).status_code == 302
    assert (values(), [row.text for row in stored_rows(Answer)]) == (expected, [text])


def test_a_conflict_keeps_no_other_figure_from_being_saved(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    kids, live = (figure_name(report, "content-actioned", f"aurora-{name}") for name in ("kids", "live"))
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))

    alice.post(editor_url(report), {**first, kids: "5"})
    answer = sven.post(editor_url(report), {**second, kids: "6", live: "7"})

    assert (answer.status_code, values()) == (409, [(5, 1), (7, 1)])


def test_a_text_that_is_too_long_is_refused_at_its_field_and_the_rest_is_saved(
    cast: Cast, report: Report
) -> None:
    client = signed_in(cast.alice)
    number, other = (figure_name(report, "content-actioned", f"aurora-{name}") for name in ("kids", "live"))
    method = figure_name(report, "content-actioned", field="method")

    answer = client.post(
        editor_url(report),
        {**form_data(client, editor_url(report)), number: "5", method: "x" * 4001, other: "7"},
    )

    assert (answer.status_code, values()) == (422, [(7, 1)])
    assert "Shorten the text by 1: 4001 characters, at most 4000 allowed." in words_of(answer)
    assert f'name="{method}" cols="40" rows="2" data-limit="4000"' in answer.content.decode()


def test_a_line_end_counts_once_as_in_a_browser(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    number = figure_name(report, "content-actioned")
    method = figure_name(report, "content-actioned", field="method")

    client.post(
        editor_url(report),
        {**form_data(client, editor_url(report)), number: "5", method: "x\r\n" * 1999 + "xx"},
    )

    assert [row.method for row in stored_rows(Figure)] == ["x\n" * 1999 + "xx"]


def test_a_field_that_no_template_places_stands_with_the_rest(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a field is there as soon as it is in the table; `method` has a place, and so stands there twice."""
    client, method = signed_in(cast.alice), figure_name(report, "content-actioned", field="method")
    placed = client.get(editor_url(report)).content.decode()
    monkeypatch.setattr(working_copy, "_PLACED", working_copy._PLACED - {"method"})

    content = client.get(editor_url(report)).content.decode()

    assert [words.count(f'name="{method}"') for words in (placed, content)] == [1, 2]


def test_many_figures_take_as_many_queries_as_one(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)

    def queries(**numbers: str) -> int:
        posted = {**form_data(client, editor_url(report)), **numbers}
        with CaptureQueriesContext(connection) as captured:
            assert client.post(editor_url(report), posted).status_code == 302
        return len(own_queries(captured))

    keys = ("content-actioned", "seen-before-removal", "found-proactively")
    names = [figure_name(report, key, f"aurora-{service}") for key in keys for service in ("kids", "live")]
    queries(**{names[0]: "1"})  # warms the caches
    for_one_and_a_new_one = queries(**dict.fromkeys(names[:2], "2"))

    assert queries(**dict.fromkeys(names, "3")) == for_one_and_a_new_one
    assert len(stored_rows(Figure)) == len(names)
