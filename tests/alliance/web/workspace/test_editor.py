"""The report's editor, through the browser's forms."""

import re
from decimal import Decimal

import pytest

from alliance.enums import ReportState
from alliance.models import Answer, Figure, Report, Submission
from alliance.services.answers import save_answer
from portal.kernel.access import acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.editor import editor_url, figure_name, form_data, stored_rows, text_name
from tests.support.pages import signed_in, signing_form, words_of
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db

CELL = {"key": "bullying", "title": {"en": "Bullying"}}


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def test_saving_takes_texts_and_figures_and_marks_who_wrote_them(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    posted = form_data(client, editor_url(report))

    answer = client.post(
        editor_url(report),
        {**posted, text_name(report): "We search.", figure_name(report, "content-actioned"): "1,234"},
    )

    assert answer.status_code == 302
    assert [(row.text, row.updated_by_id) for row in stored_rows(Answer)] == [("We search.", cast.alice.pk)]
    assert [(row.value, row.status) for row in stored_rows(Figure)] == [(Decimal(1234), "reported")]


def test_a_number_that_cannot_be_read_is_kept_as_typed_and_the_rest_is_saved(
    cast: Cast, report: Report
) -> None:
    client = signed_in(cast.alice)
    posted = form_data(client, editor_url(report))
    name = figure_name(report, "content-actioned")

    answer = client.post(
        editor_url(report), {**posted, text_name(report): "We search.", name: "about a third"}
    )

    content = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="about a third"' in content
    assert "“about a third” is not a number" in content
    assert [row.text for row in stored_rows(Answer)] == ["We search."]


def test_what_turns_the_direction_of_a_text_is_refused_at_its_field(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)

    answer = client.post(
        editor_url(report), {**form_data(client, editor_url(report)), text_name(report): "We \u202esearch."}
    )

    assert answer.status_code == 422
    assert (
        "There is an invisible character here (U+202E): type the text instead of pasting it."
        in answer.content.decode()
    )
    assert stored_rows(Answer) == []


def test_an_ambiguous_comma_is_refused_in_russian(cast: Cast, report: Report) -> None:
    cast.alice.language = "ru"
    cast.alice.save()
    client = signed_in(cast.alice)
    posted = form_data(client, editor_url(report))

    answer = client.post(editor_url(report), {**posted, figure_name(report, "content-actioned"): "1,234"})

    assert answer.status_code == 422
    assert stored_rows(Figure) == []


def test_a_reason_for_having_no_figure_takes_the_place_of_the_number(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    number = figure_name(report, "content-actioned")
    status = figure_name(report, "content-actioned", field="status")

    client.post(editor_url(report), {**form_data(client, editor_url(report)), number: "5"})
    client.post(editor_url(report), {**form_data(client, editor_url(report)), status: "not_measured"})

    assert [(row.status, row.value) for row in stored_rows(Figure)] == [("not_measured", None)]


def test_a_number_takes_the_place_of_a_reason_for_having_none(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    number = figure_name(report, "content-actioned")
    status = figure_name(report, "content-actioned", field="status")

    client.post(editor_url(report), {**form_data(client, editor_url(report)), status: "not_measured"})
    client.post(editor_url(report), {**form_data(client, editor_url(report)), number: "5"})

    assert [(row.status, int(row.value)) for row in stored_rows(Figure)] == [("reported", 5)]


def test_a_figure_that_is_emptied_is_gone(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    number = figure_name(report, "content-actioned")

    client.post(editor_url(report), {**form_data(client, editor_url(report)), number: "5"})
    client.post(editor_url(report), {**form_data(client, editor_url(report)), number: ""})

    assert stored_rows(Figure) == []


def test_a_part_of_a_breakdown_carries_a_note_too(cast: Cast, report: Report) -> None:
    """What the form warns of in a part would otherwise keep the report from sign-off for good."""
    charter = report.cycle.charter
    charter.breakdowns = [{"key": "harm", "title": {"en": "Harm"}, "cells": [CELL]}]
    charter.save()
    charter.indicators.filter(key="content-actioned").update(breakdowns=["harm"])
    client = signed_in(cast.alice)
    part = next(
        entry for entry in client.get(editor_url(report)).context["editor"].grid.fields if entry.target.cell
    )

    client.post(
        editor_url(report),
        {
            **form_data(client, editor_url(report)),
            f"{part.prefix}-value": "5",
            f"{part.prefix}-note": "As before.",
        },
    )

    assert [(row.cell, row.note) for row in stored_rows(Figure)] == [(part.target.cell, "As before.")]


def test_enter_in_a_field_confirms_nothing(cast: Cast, report: Report) -> None:
    """A browser presses the first button of the form for it."""
    first = signed_in(cast.alice).get(editor_url(report)).content.decode().partition('id="measure-form"')[2]

    assert "name=" not in re.findall(r'<button type="submit"[^>]*>', first)[0]


def test_two_numbers_at_once_are_both_shown_and_one_holds(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    number = figure_name(report, "content-actioned")
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))

    alice.post(editor_url(report), {**first, number: "1234"})
    answer = sven.post(editor_url(report), {**second, number: "5678"})

    words = [
        (entry.conflict.stored_text, entry.conflict.sent_text) for entry in answer.context["editor"].conflicts
    ]
    assert (answer.status_code, words) == (409, [("1,234", "5,678")])
    content = words_of(answer)
    assert "Both versions are kept: choose one." in content
    assert "Merge by hand" not in content


def test_a_second_tab_of_the_same_person_is_called_so(cast: Cast, report: Report) -> None:
    alice, name = signed_in(cast.alice), text_name(report)
    opened = form_data(alice, editor_url(report))

    alice.post(editor_url(report), {**opened, name: "In one tab"})
    content = words_of(alice.post(editor_url(report), {**opened, name: "In the other"}))

    assert "You saved this in another tab or on another device" in content
    assert "Keep what is typed here Keep what is saved" in content
    assert "From what is saved to what is typed here, word by word" in content
    assert [text for text in ("Alice saved this", "heirs", "Keep mine") if text in content] == []


def test_what_a_colleague_has_written_is_called_theirs(cast: Cast, report: Report) -> None:
    alice, name = signed_in(cast.alice), text_name(report)
    opened = form_data(alice, editor_url(report))

    signed_in(cast.sven).post(editor_url(report), {**opened, name: "By machine"})
    content = words_of(alice.post(editor_url(report), {**opened, name: "By hand"}))

    assert "From theirs to yours, word by word" in content
    assert "Keep mine Keep theirs" in content


def test_two_editors_at_once_lose_nothing(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    name = text_name(report)
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))

    alice.post(editor_url(report), {**first, name: "Alice's words"})
    answer = sven.post(editor_url(report), {**second, name: "Sven's words"})

    content = answer.content.decode()
    assert answer.status_code == 409
    assert "Alice saved this while you were editing it." in content
    assert "Alice&#x27;s words" in content
    assert "Sven&#x27;s words" in content
    assert [row.text for row in stored_rows(Answer)] == ["Alice's words"]


@pytest.mark.parametrize(
    ("choice", "text"),
    [("sent", "Sven's words"), ("stored", "Alice's words")],
)
def test_a_conflict_is_settled_by_a_person(cast: Cast, report: Report, choice: str, text: str) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    name = text_name(report)
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))
    alice.post(editor_url(report), {**first, name: "Alice's words"})
    answer = sven.post(editor_url(report), {**second, name: "Sven's words"})
    editor = answer.context["editor"]
    again = {field.html_name: field.value() or "" for entry in editor.conflicts for field in entry.form}

    sven.post(editor_url(report), {**again, "resolve": choice, "conflict": editor.conflicts[0].prefix})

    assert [row.text for row in stored_rows(Answer)] == [text]


def test_a_fault_settles_no_conflict(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    name = figure_name(report, "content-actioned")
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))
    alice.post(editor_url(report), {**first, name: "5"})
    (conflict,) = sven.post(editor_url(report), {**second, name: "7"}).context["editor"].conflicts
    again = {field.html_name: field.value() or "" for field in conflict.form}

    wrong = {**again, name: "many", "conflict": conflict.prefix, "autosave": "1"}
    answer = sven.post(editor_url(report), wrong).content.decode()

    version = f'name="{conflict.prefix}-version" id="id_{conflict.prefix}-version" value="-1"'
    assert version in answer  # with which the next save meets it again


def test_another_field_of_a_colleague_is_no_conflict(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    first, second = form_data(alice, editor_url(report)), form_data(sven, editor_url(report))

    alice.post(editor_url(report), {**first, text_name(report): "Alice's words"})
    answer = sven.post(editor_url(report), {**second, figure_name(report, "content-actioned"): "5"})

    assert answer.status_code == 302
    assert [row.text for row in stored_rows(Answer)] == ["Alice's words"]


def test_autosave_answers_with_the_new_versions(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    posted = {**form_data(client, editor_url(report)), text_name(report): "We search.", "autosave": "1"}

    answer = client.post(editor_url(report), posted, headers={"HX-Request": "true"})

    content = answer.content.decode()
    prefix = text_name(report).removesuffix("-text")
    assert f'name="{prefix}-version" id="id_{prefix}-version" value="1" hx-swap-oob="true"' in content
    assert "1 of 14 answers" in content


def test_each_label_of_the_page_is_of_one_field(cast: Cast, report: Report) -> None:
    """The forms of evidence, of one file and of one link, ask for the same things."""
    page = signed_in(cast.alice).get(editor_url(report)).content.decode()

    ids = re.findall(r' id="([^"]+)"', page)
    labelled = re.findall(r' for="([^"]+)"', page)
    assert [name for name in set(ids) if ids.count(name) > 1] == []
    assert set(labelled) <= set(ids)


@pytest.mark.parametrize("name", ["carol", "rita", "mona"])
def test_another_organisations_report_answers_as_if_it_did_not_exist(
    cast: Cast, report: Report, name: str
) -> None:
    client = signed_in(getattr(cast, name))

    foreign, missing = (
        client.get(editor_url(report)),
        client.get("/workspace/reports/999999/measures/search/"),
    )

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_a_reader_reads_and_cannot_write(cast: Cast, report: Report) -> None:
    client = signed_in(cast.bob)

    content = client.get(editor_url(report))
    answer = client.post(
        editor_url(report), {**form_data(client, editor_url(report)), text_name(report): "Bob's words"}
    )

    editor = content.context["editor"]
    assert content.status_code == 200
    assert {field.field.disabled for entry in editor.fields() for field in entry.form} == {True}
    assert answer.status_code == 403
    assert stored_rows(Answer) == []


def test_what_is_sent_once_the_report_is_fixed_comes_back_to_be_copied(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    posted = form_data(client, editor_url(report))
    Report.objects.update(state=ReportState.IN_REVIEW)

    answer = client.post(
        editor_url(report),
        {**posted, text_name(report): "We search.", figure_name(report, "content-actioned"): "1,234"},
    )

    assert answer.status_code == 422
    assert "What you typed" in words_of(answer)
    assert [value for field in answer.context["editor"].typed for value in field.values] == [
        "We search.",
        "1,234",
    ]
    assert stored_rows(Answer) == []


def test_a_failed_autosave_names_the_reason(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    posted = {**form_data(client, editor_url(report)), "autosave": "1"}
    hidden = client.post(editor_url(report), {**posted, text_name(report): "We \u202esearch."})
    Report.objects.update(state=ReportState.IN_REVIEW)
    typed = {text_name(report): "We search.", figure_name(report, "content-actioned"): "77"}

    late = [words_of(client.post(editor_url(report), {**posted, name: typed[name]})) for name in typed]

    assert "Search story: There is an invisible character here" in words_of(hidden)
    assert all("Not everything is saved" in words and "the state is “In review”" in words for words in late)


def test_every_page_of_a_report_can_be_opened(cast: Cast, report: Report) -> None:
    client = signed_in(cast.sven)
    fill_report(cast.actor("alice"), report)
    for path in ("", "check/", "preview/", "submit/", "verdicts/", "ask-for-sign-off/"):
        assert client.get(f"/workspace/reports/{report.pk}/{path}").status_code == 200, path
    assert client.get("/workspace/").status_code == 200
    assert client.get("/workspace/reports/").status_code == 200


def test_sign_off_is_asked_for_once_everything_is_there(cast: Cast, report: Report) -> None:
    client, url = signed_in(cast.alice), f"/workspace/reports/{report.pk}/ask-for-sign-off/"

    early = client.post(url)
    fill_report(cast.actor("alice"), report)
    offered = f'href="{url}"' in client.get(editor_url(report)).content.decode()
    client.post(url)

    report.refresh_from_db()
    assert "problems" in early.content.decode()
    assert "Search story: An answer is missing." in early.content.decode()
    assert (early.status_code, offered, report.state) == (422, True, ReportState.AWAITING_SIGN_OFF)


def test_the_signatory_submits_once_however_often_the_form_is_posted(cast: Cast, report: Report) -> None:
    client = signed_in(cast.sven)
    fill_report(cast.actor("alice"), report)
    url = f"/workspace/reports/{report.pk}/submit/"
    form = {**signing_form(client, url), "once": "6f1ed002-ab5e-4f0a-9b6e-0d6b2f6b6f11"}

    first, second = client.post(url, form), client.post(url, form)

    report.refresh_from_db()
    receipt = client.get(first["Location"]).content.decode()
    assert first["Location"] == second["Location"] == f"/workspace/reports/{report.pk}/receipts/1/"
    assert report.state == ReportState.SUBMITTED
    assert [row.sha256 in receipt for row in stored_rows(Submission)] == [True]


def test_four_eyes_are_shown_and_settled_by_a_colleague(cast: Cast, report: Report) -> None:
    cast.aurora.four_eyes = True
    cast.aurora.save()
    fill_report(cast.actor("alice"), report)
    alice, sven = (signed_in(person).get(editor_url(report)) for person in (cast.alice, cast.sven))
    url = f"/workspace/reports/{report.pk}/measures/search/confirm/"

    with acting_as(cast.actor("alice")) as actor:
        story = report.charter.indicators.get(key="search-story")
        save_answer(actor, report, story, text="Written after Sven looked.", language="en", version=1)
    refused = signed_in(cast.sven).post(url, {"shown": sven.context["shown"]}, follow=True)
    assert "This measure was changed after you opened it." in words_of(refused)
    assert "Written after Sven looked." in words_of(refused)
    assert url in refused.content.decode()
    signed_in(cast.sven).post(url, {"shown": refused.context["shown"]})

    after = signed_in(cast.sven).get(editor_url(report)).content.decode()
    assert (url in alice.content.decode(), url in sven.content.decode(), url in after) == (False, True, False)
