"""What a reviewer has typed stays readable for them where no form takes it any more, and can be dropped."""

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Person, Report
from alliance.services.interests import declare_interest
from portal.kernel.access import acting_as
from tests.alliance.web.secretariat.test_verdicts import measure_url
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.report_acts import judge_all
from tests.support.review_desk import TYPED, drafts, review_url, shown

pytestmark = pytest.mark.django_db

WORDS = {
    "verdict": ("Most of it,", {**TYPED}),
    "question": ("And at night?", {"question-text": "And at night?", "question-language": "en"}),
    "finding": (
        "Count the live service.",
        {"finding-text": "Count the live service.", "finding-due_on": "2026-11-30", "finding-language": "en"},
    ),
}
KINDS = pytest.mark.parametrize("kind", list(WORDS))


def type_words(client: Client, report: Report, kind: str) -> str:
    words, fields = WORDS[kind]
    client.post(measure_url(report), {**fields, "autosave": "1"})
    return words


@KINDS
def test_what_was_typed_before_somebody_took_the_review_over_is_readable_and_can_be_dropped(
    rita: Client, report: Report, roy: Person, kind: str
) -> None:
    words = type_words(rita, report, kind)
    Report.objects.update(reviewer=roy)

    page = rita.get(measure_url(report))

    assert "Your draft" in words_of(page)
    assert words in words_of(page)
    assert words not in words_of(signed_in(roy).get(measure_url(report)))
    assert f'value="undo:{kind}"' in page.content.decode()
    rita.post(measure_url(report), {**shown(page), "act": f"undo:{kind}"})
    assert drafts() == []


@KINDS
def test_what_an_older_window_goes_on_typing_is_not_dropped_before_it_is_read(
    rita: Client, report: Report, roy: Person, kind: str
) -> None:
    words = type_words(rita, report, kind)
    old = rita.get(measure_url(report))
    Report.objects.update(reviewer=roy)
    page, undo = rita.get(measure_url(report)), {"act": f"undo:{kind}"}
    more = {name: text.replace(words, f"{words} And Bob.") for name, text in WORDS[kind][1].items()}
    rita.post(measure_url(report), {**more, **shown(old), "autosave": "1"})

    refused = rita.post(measure_url(report), {**shown(page), **undo}, follow=True)

    assert "Other words of yours have been saved here since" in words_of(refused)
    assert f"{words} And Bob." in words_of(refused)
    rita.post(measure_url(report), {**shown(refused), **undo})
    assert drafts() == []


def test_a_page_of_an_earlier_version_which_posts_no_digest_drops_the_draft(
    rita: Client, report: Report, roy: Person
) -> None:
    type_words(rita, report, "question")
    Report.objects.update(reviewer=roy)

    rita.post(measure_url(report), {"act": "undo:question"})

    assert drafts() == []


@KINDS
def test_what_was_typed_before_the_review_was_concluded_is_readable(
    rita: Client, report: Report, kind: str
) -> None:
    words = type_words(rita, report, kind)
    Report.objects.update(state=ReportState.CONCLUDED)

    assert words in words_of(rita.get(measure_url(report)))


def test_a_question_on_the_whole_report_that_can_not_be_sent_is_readable(
    rita: Client, report: Report
) -> None:
    rita.post(review_url(report), {"question-text": "And at night?", "autosave": "1"})
    Report.objects.update(state=ReportState.CONCLUDED)

    assert "And at night?" in words_of(rita.get(review_url(report)))


def test_a_reviewer_with_an_interest_reads_their_drafts_read_only(
    cast: Cast, rita: Client, report: Report
) -> None:
    words = type_words(rita, report, "question")
    rita.post(measure_url(report), {"note-text": "Look at 2025.", "autosave": "1"})
    with acting_as(cast.actor("rita")) as reviewer:
        declare_interest(reviewer, cast.aurora, "My sister works there.")

    page = rita.get(measure_url(report))

    assert [each for each in (words, "Look at 2025.") if each not in words_of(page)] == []
    assert "Undo the draft" not in words_of(page)


def test_a_draft_that_has_its_form_is_shown_in_it_alone(rita: Client, report: Report) -> None:
    type_words(rita, report, "question")

    assert "Your draft" not in words_of(rita.get(measure_url(report)))


def test_the_conclusion_page_names_the_steps_with_drafts(cast: Cast, rita: Client, report: Report) -> None:
    judge_all(cast, report, "limited")
    before = words_of(rita.get(f"{review_url(report)}conclude/"))
    type_words(rita, report, "question")
    rita.post(review_url(report), {"question-text": "Is this all?", "autosave": "1"})
    rita.post(measure_url(report, "speed"), {"note-text": "Look at 2025.", "autosave": "1"})

    page = rita.get(f"{review_url(report)}conclude/")

    assert "You have drafts here." not in before
    listed = page.content.decode().partition("You have drafts here.")[2].partition("</ul>")[0]
    assert f'<a href="{review_url(report)}">The whole report</a>' in listed
    assert f'<a href="{measure_url(report)}">1.1 Search</a>' in listed
    assert measure_url(report, "speed") not in listed
