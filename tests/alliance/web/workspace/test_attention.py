"""What needs a person's eyes, on its page: values, notes, confirmations and readings are given in place."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from alliance.models import Answer, Figure, MeasureConfirmation, Report
from alliance.services.answers import save_answer
from alliance.services.measure_comments import write_comment
from alliance.services.questions import ask_question
from alliance.services.reviews import request_changes, start_review
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.queries.test_attention import carried_over, complete, empty, warned, wrong
from tests.factories import Cast
from tests.support.attention import check_url, fields_of
from tests.support.editor import figure_name
from tests.support.pages import signed_in, words_of
from tests.support.report_acts import act

pytestmark = pytest.mark.django_db


def stored_figure(report: Report, key: str, service: str = "aurora-kids") -> Figure | None:
    with acting_as(SYSTEM):
        return report.figures.filter(indicator__key=key, service__slug=service).first()


def test_an_empty_figure_is_filled_in_its_row(cast: Cast, alice: Client) -> None:
    report = empty(cast)
    name = figure_name(report, "content-actioned")
    url = check_url(report, "?kind=empty")

    answer = alice.post(url, {**fields_of(alice, url), name: "1,234"})

    figure = stored_figure(report, "content-actioned")
    assert answer.status_code == 302
    assert figure is not None
    assert (figure.value, figure.version) == (1234, 1)
    assert name not in alice.get(url).content.decode()


def test_an_empty_text_is_written_in_its_row_and_over_a_colleague_s_only_knowingly(
    cast: Cast, alice: Client
) -> None:
    report = empty(cast)
    story = report.charter.indicators.get(key="search-story")
    name, url = f"t{story.pk}-text", check_url(report, "?kind=empty")
    posted = fields_of(alice, url)
    assert posted[name] == ""
    signed_in(cast.sven).post(url, {**posted, name: "We search by machine."})

    late = alice.post(url, {**posted, name: "We search by hand."})
    again = {
        field.html_name: str(field.value() or "")
        for row in late.context["unsaved_rows"]
        for field in row.form
    }

    assert late.status_code == 409
    assert "Sven" in words_of(late)
    assert "We search by machine." in words_of(late)
    assert again[name] == "We search by hand."
    assert alice.post(url, again).status_code == 302
    with acting_as(SYSTEM):
        answer = Answer.objects.get(report=report, indicator=story)
    assert (answer.text, answer.version, answer.updated_by_id) == ("We search by hand.", 2, cast.alice.pk)
    assert name not in alice.get(url).content.decode()


def test_a_text_that_is_too_long_comes_back_as_typed(cast: Cast, alice: Client) -> None:
    report = empty(cast)
    story = report.charter.indicators.get(key="search-story")
    url, long = check_url(report, "?kind=empty"), "word " * story.limit

    answer = alice.post(url, {**fields_of(alice, url), f"t{story.pk}-text": long})

    assert answer.status_code == 422
    assert [row.form["text"].value() for row in answer.context["unsaved_rows"]] == [long]
    with acting_as(SYSTEM):
        assert not Answer.objects.filter(report=report).exists()


def test_questions_and_colleagues_are_answered_in_their_rows(cast: Cast, alice: Client) -> None:
    """Each has a form of its own, outside that of the other rows, and leads back to the list as it was filtered."""
    report = complete(cast)
    measure = report.charter.indicators.get(key="search-story").measure
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)
    with acting_as(cast.actor("rita")) as rita:
        started = start_review(rita, report)
        question = ask_question(rita, started, "Which lists do you use?", measure=measure)
        request_changes(rita, started, "Say which lists you use.")
    report.refresh_from_db()
    with acting_as(cast.actor("sven")) as sven:
        comment = write_comment(sven, report, measure, "Is it our list?", mentions=[cast.alice.pk])
    page = alice.get(check_url(report)).content.decode()
    talks = page[: page.index("data-selection data-keep")]

    answer_url = reverse("workspace:question-answer", args=[question.pk])
    thread_url = reverse("workspace:measure-comments", args=[report.pk, measure.key])
    assert f'action="{answer_url}"' in talks
    assert f'action="{thread_url}"' in talks
    assert "Is it our list?" in talks
    # by which the device keeps what is typed there, whichever rows stand before
    assert f'id="answer-in-q{question.pk}"' in talks
    assert f'id="answer-in-c{comment.comment.pk}"' in talks
    for url, query, data in (
        (answer_url, "?kind=questions", {"text": "Our own.", "language": "en"}),
        (thread_url, "?kind=asked", {"text": "It is.", "parent": comment.comment.pk}),
    ):
        before = check_url(report, query)
        assert alice.get(before).context["attention"].counts[query.partition("=")[2]] == 1
        sent = alice.post(url, data, headers={"Referer": f"http://testserver{before}"})
        assert sent["Location"].partition("#")[0] == before
        assert alice.get(before).context["attention"].counts[query.partition("=")[2]] == 0
    assert alice.get(check_url(report)).context["attention"].counts["asked"] == 0


def test_a_missing_figure_is_given_a_status_with_its_reason(cast: Cast, alice: Client) -> None:
    report = empty(cast)
    prefix = figure_name(report, "content-actioned").removesuffix("value")
    url = check_url(report, "?kind=empty")

    alice.post(
        url,
        {**fields_of(alice, url), f"{prefix}status": "not_applicable", f"{prefix}reason": "No uploads."},
    )

    figure = stored_figure(report, "content-actioned")
    assert figure is not None
    assert (figure.status, figure.reason, figure.value) == ("not_applicable", "No uploads.", None)


def test_a_wrong_figure_keeps_its_other_fields_when_it_is_put_right(cast: Cast, alice: Client) -> None:
    report = wrong(cast)
    with acting_as(SYSTEM):
        report.figures.filter(indicator__key="seen-before-removal").update(method="By hand.")
    url = check_url(report, "?kind=errors")

    alice.post(url, {**fields_of(alice, url), figure_name(report, "seen-before-removal"): "100"})

    figure = stored_figure(report, "seen-before-removal")
    assert figure is not None
    assert (figure.value, figure.method) == (100, "By hand.")


def test_a_value_that_cannot_be_stored_comes_back_as_typed(cast: Cast, alice: Client) -> None:
    report = empty(cast)
    name = figure_name(report, "content-actioned")
    url = check_url(report, "?kind=empty")

    answer = alice.post(url, {**fields_of(alice, url), name: "twelve"})

    assert answer.status_code == 422
    assert [row.form[name.rpartition("-")[2]].value() for row in answer.context["unsaved_rows"]] == ["twelve"]
    assert stored_figure(report, "content-actioned") is None


def test_of_two_people_in_one_row_the_second_sees_both_values(cast: Cast, alice: Client) -> None:
    report = empty(cast)
    sven = signed_in(cast.sven)
    name, url = figure_name(report, "content-actioned"), check_url(report, "?kind=empty")
    posted = fields_of(sven, url)
    alice.post(url, {**posted, name: "5"})

    late = sven.post(url, {**posted, name: "6"})
    again = {
        field.html_name: str(field.value() or "")
        for row in late.context["unsaved_rows"]
        for field in row.form
    }

    assert late.status_code == 409
    assert "saved “5” meanwhile" in late.content.decode()
    assert sven.post(url, again).status_code == 302
    figure = stored_figure(report, "content-actioned")
    assert figure is not None
    assert figure.value == 6


def test_what_one_saved_in_another_tab_is_named_as_one_s_own(cast: Cast, alice: Client) -> None:
    report = empty(cast)
    name, url = figure_name(report, "content-actioned"), check_url(report, "?kind=empty")
    posted = fields_of(alice, url)
    alice.post(url, {**posted, name: "5"})

    late = alice.post(url, {**posted, name: "6"})

    assert late.status_code == 409
    assert "You saved “5” in another tab or on another device." in late.content.decode()


def test_one_note_answers_the_chosen_warnings(cast: Cast, alice: Client) -> None:
    report = warned(cast)
    url = check_url(report, "?kind=warnings")
    rows = alice.get(url).context["page"].object_list
    chosen = [row.name for row in rows][:2]

    # with scripts, fields that nobody has touched stay out of the request
    alice.post(url, {"chosen": chosen, "act": "note", "note_for_chosen": "Counted again."})

    with acting_as(SYSTEM):
        assert report.figures.filter(note="Counted again.").count() == 2
    left = alice.get(url).context["page"].object_list
    assert [row.name for row in left] == [row.name for row in rows][2:]


@pytest.mark.parametrize("state", [warned, carried_over, empty], ids=lambda state: state.__name__)
def test_a_note_is_written_in_the_row_of_any_figure_and_folded_where_nothing_asks_for_one(
    state: Callable[[Cast], Report], cast: Cast, alice: Client
) -> None:
    report = state(cast)
    url = check_url(report)
    page = alice.get(url)
    rows = {row.name: row for row in page.context["page"].object_list if row.place}
    name = next(iter(rows))

    alice.post(url, {**fields_of(alice, url), f"{name}-note": "Counted by hand."})

    assert page.content.decode().count("<summary>Add a note") == (0 if state is warned else len(rows))
    with acting_as(SYSTEM):
        assert report.figures.filter(note="Counted by hand.").count() == 1


def test_a_note_without_chosen_rows_comes_back_as_typed(cast: Cast, alice: Client) -> None:
    report = warned(cast)

    refused = alice.post(check_url(report), {"act": "note", "note_for_chosen": "Counted again."})

    assert refused.status_code == 422
    assert "Choose rows with a warning." in refused.content.decode()
    assert ">Counted again.</textarea>" in refused.content.decode()


def test_a_note_for_chosen_rows_that_is_too_long_comes_back_whole(cast: Cast, alice: Client) -> None:
    url = check_url(warned(cast), "?kind=warnings")
    chosen = [row.name for row in alice.get(url).context["page"].object_list]

    refused = alice.post(url, {"chosen": chosen, "act": "note", "note_for_chosen": "x" * 4001})

    assert refused.status_code == 422
    assert "Shorten the text by 1: 4001 characters, at most 4000 allowed." in refused.content.decode()
    assert f">{'x' * 4001}</textarea>" in refused.content.decode()


def test_a_second_reader_says_so_on_the_measure_alone_where_it_can_be_read(cast: Cast, alice: Client) -> None:
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(four_eyes=True)
    report = complete(cast)
    with acting_as(cast.actor("sven")) as sven:
        story = report.charter.indicators.get(key="search-story")
        save_answer(sven, report, story, text="Sven's words", language="en", version=1)
    measure = reverse("workspace:report-measure", args=[report.pk, "search"])
    url = check_url(report, "?kind=unread")

    own = signed_in(cast.sven).get(measure).content.decode()
    shown = alice.get(measure)
    assert "I have read this" not in own
    assert "another person must confirm it" in own
    assert "I have read this" in shown.content.decode()
    listed = alice.get(url)
    assert measure in [row.url for row in listed.context["page"].object_list]
    assert "I have read this" not in listed.content.decode()

    confirm = reverse("workspace:measure-confirm", args=[report.pk, "search"])
    alice.post(confirm, {"shown": shown.context["shown"]})

    assert measure not in [row.url for row in alice.get(url).context["page"].object_list]
    assert "second-reader" not in alice.get(measure).content.decode()
    with acting_as(SYSTEM):
        assert MeasureConfirmation.objects.get().confirmed_by_id == cast.alice.pk


def test_a_second_reader_is_asked_for_nothing_once_the_report_was_submitted(
    cast: Cast, alice: Client
) -> None:
    report = complete(cast)
    act(cast, "sven", submit_report, report)
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(four_eyes=True)

    page = alice.get(reverse("workspace:report", args=[report.pk]))

    assert page.context["unread_count"] == 0
    assert "for a second person to read" not in words_of(page)
    assert alice.get(check_url(report, "?kind=unread")).context["attention"].counts["unread"] == 0


def test_a_place_that_the_report_does_not_ask_for_is_refused(cast: Cast, alice: Client) -> None:
    report = empty(cast)

    answer = alice.post(check_url(report), {"f999999-1-value": "5"})

    assert answer.status_code == 422


def test_a_figure_shows_its_unit_and_its_last_value_in_its_row(cast: Cast, alice: Client) -> None:
    report = carried_over(cast)
    prefix = figure_name(report, "content-actioned").removesuffix("-value")

    page = alice.get(check_url(report, "?kind=empty")).content.decode()
    row = page[page.index(f'<li id="{prefix}"') :].partition("</li>")[0]

    assert re.search(r"<label[^>]*>Value, pieces<", row)
    assert f'aria-describedby="last-{prefix}"' in row
    assert re.search(rf'<small class="quiet" id="last-{prefix}">was \d', row)


def test_evidence_questions_and_messages_lead_to_their_very_place_which_takes_focus(
    cast: Cast, alice: Client
) -> None:
    report = carried_over(cast)
    measure = report.charter.indicators.get(key="search-story").measure
    with acting_as(cast.actor("sven")) as sven:
        message = write_comment(sven, report, measure, "Is it ours?", mentions=[cast.alice.pk]).comment
    rows = alice.get(check_url(report)).context["page"].object_list
    [evidence] = [row for row in rows if row.name.startswith("e")]
    [asked] = [row for row in rows if row.name.startswith("c")]

    places = {}
    for row, place in ((evidence, f"evidence-{evidence.name[1:]}"), (asked, f"message-{message.pk}")):
        address, _hash, fragment = row.url.partition("#")
        places[fragment] = place, f'id="{place}" tabindex="-1"' in alice.get(address).content.decode()

    assert places == {place: (place, True) for place, _takes_focus in places.values()}
