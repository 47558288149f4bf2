"""Nothing that a reviewer types is lost, and what changed between submissions and periods is shown."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState, Role
from alliance.models import (
    ChangesRequest,
    Measure,
    Report,
    Response,
    Verdict,
)
from alliance.queries.review_differences import Comparison, compare_measures
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.web.secretariat.test_verdicts import give, measure_url, verdicts
from tests.factories import Cast, make_cycle, make_person, make_report
from tests.support.pages import signed_in, words_of
from tests.support.review_desk import TYPED, drafts, resubmit, review_url, shown, typed_reason
from tests.support.submissions import make_submission, submitted_figure

pytestmark = pytest.mark.django_db

# --- Nothing typed is lost -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        {"act": "go:measure:speed"},
        {"act": "question", "question-text": "Which list?"},
        {"act": "note", "note-text": "Look at 2025."},
        {"act": "close:0"},
        {"autosave": "1"},
    ],
)
def test_a_reason_outlasts_every_button_of_its_page(
    rita: Client, report: Report, act: dict[str, str]
) -> None:
    rita.post(measure_url(report), {**TYPED, **act})

    page = rita.get(measure_url(report))

    assert page.context["form"]["reason"].value() == (
        "Most of it,\nnearly." if act != {"act": "close:0"} else ""
    )
    assert verdicts() == []


def test_back_and_next_are_buttons_that_keep_what_was_typed(rita: Client, report: Report) -> None:
    response = rita.post(measure_url(report), {**TYPED, "act": "go:measure:speed"})

    assert response.url == measure_url(report, "speed")
    assert "draft" in words_of(rita.get(measure_url(report, "speed")))


def test_a_verdict_leaves_no_draft_and_keeps_the_question_that_is_being_typed(
    rita: Client, report: Report
) -> None:
    rita.post(measure_url(report), {**TYPED, "act": "go"})

    rita.post(measure_url(report), {**TYPED, "act": "verdict", "question-text": "And at night?"})

    assert [value for value, _reason, _version in verdicts()] == ["substantial"]
    assert drafts() == [("measure:search", "question")]
    assert rita.get(measure_url(report)).context["desk"].forms["question"]["text"].value() == "And at night?"


def test_the_script_reads_when_it_was_kept_and_why_not(rita: Client, report: Report) -> None:
    saved = rita.post(measure_url(report), {**TYPED, "autosave": "1"})
    refused = rita.post(measure_url(report), {**TYPED, "reason": "x" * 30_000, "autosave": "1"})

    assert list(saved.json()["kept"]) == ["verdict"]
    assert refused.status_code == 422
    assert "characters, at most 20000 allowed" in refused.json()["refused"]


def test_drafts_survive_a_take_over_of_the_review(cast: Cast, rita: Client, report: Report) -> None:
    rita.post(measure_url(report), {**TYPED, "autosave": "1"})
    Report.objects.update(reviewer=make_person("Roy", cast.secretariat, Role.REVIEWER))

    page = rita.get(measure_url(report))
    saved = rita.post(
        measure_url(report), {**TYPED, **shown(page), "reason": "Half, and more.", "autosave": "1"}
    )

    assert list(saved.json()["kept"]) == ["verdict"]
    assert "Half, and more." in words_of(rita.get(measure_url(report)))
    Report.objects.update(reviewer=cast.rita)
    assert typed_reason(rita, report) == "Half, and more."


def test_a_draft_is_its_writers_alone_and_can_be_undone(cast: Cast, rita: Client, report: Report) -> None:
    other = make_person("Roy", cast.secretariat, Role.REVIEWER)
    rita.post(measure_url(report), {**TYPED, "act": "go"})

    Report.objects.update(reviewer=other)
    assert typed_reason(signed_in(other), report) == ""
    Report.objects.update(reviewer=cast.rita)
    assert "a draft, yours alone" in words_of(rita.get(measure_url(report)))
    page = rita.get(measure_url(report))
    rita.post(measure_url(report), {**TYPED, **shown(page), "act": "undo:verdict"})

    assert (typed_reason(rita, report), drafts()) == ("", [])


def test_a_draft_that_is_emptied_is_gone(rita: Client, report: Report) -> None:
    rita.post(review_url(report), {"act": "go", "note-text": "Look at 2025."})
    page = rita.get(review_url(report))
    rita.post(review_url(report), {**shown(page), "act": "go", "note-text": ""})

    assert drafts() == []


def test_a_report_that_has_gone_back_meanwhile_leaves_the_words_with_their_writer(
    rita: Client, report: Report
) -> None:
    Report.objects.update(state=ReportState.CHANGES_REQUESTED)

    response = give(rita, measure_url(report), reason="Half of it.")

    assert response.status_code == 422
    assert verdicts() == []
    assert "Half of it." in words_of(rita.get(measure_url(report)))


def test_a_question_on_a_report_that_somebody_took_over_comes_back_as_it_was_typed(
    cast: Cast, rita: Client, report: Report
) -> None:
    Report.objects.update(reviewer=make_person("Roy", cast.secretariat, Role.REVIEWER))

    response = rita.post(measure_url(report), {"act": "question", "question-text": "Which list?"})

    assert response.status_code == 422
    assert "Roy reviews this report now" in words_of(response)
    assert "Which list?" in words_of(response)


@pytest.mark.parametrize(
    ("page", "words"), [("request-changes", {"summary": "Count them."}), ("conclude", {})]
)
def test_an_act_on_a_report_that_somebody_took_over_says_who_reviews_it(
    cast: Cast, rita: Client, report: Report, page: str, words: dict[str, str]
) -> None:
    Report.objects.update(reviewer=make_person("Roy", cast.secretariat, Role.REVIEWER))

    response = rita.post(f"{review_url(report)}{page}/", words)

    assert response.status_code == 403
    answer = words_of(response)
    assert "Roy reviews this report now. To judge it, take it over on record." in answer
    assert [each for each in words.values() if each not in answer] == []


def test_a_conflict_shows_word_by_word_what_differs_and_keeps_the_draft(
    cast: Cast, rita: Client, report: Report
) -> None:
    other = make_person("Roy", cast.secretariat, Role.REVIEWER)
    roy = signed_in(other)
    give(rita, measure_url(report), reason="Begun in spring.")
    Report.objects.update(reviewer=other)  # who had the page open before taking the review over

    response = give(roy, measure_url(report), "complete", reason="Begun in autumn.")

    assert response.status_code == 409
    assert "<del><span" in response.text
    assert typed_reason(roy, report) == "Begun in autumn."
    stored = roy.post(measure_url(report), {**TYPED, **shown(response), "resolve": "stored"})
    assert (stored.url, typed_reason(roy, report)) == (f"{measure_url(report)}#verdict", "Begun in spring.")


def test_a_conflict_is_merged_by_hand_before_anything_is_saved(
    cast: Cast, rita: Client, report: Report
) -> None:
    give(rita, measure_url(report), reason="Begun in spring.")
    refused = give(rita, measure_url(report), "complete", reason="Begun in autumn.")
    version = refused.context["form"]["version"].value()

    sent = {"reason": "Begun in autumn.", "resolve": "join", **shown(refused)}
    give(rita, measure_url(report), "complete", version, **sent)

    page = rita.get(measure_url(report))
    form = page.context["form"]
    assert verdicts() == [("limited", "Begun in spring.", 1)]
    assert (form["value"].value(), form["reason"].value()) == (
        "complete",
        "Begun in spring.\n\nBegun in autumn.",
    )
    sent = {"reason": "Begun in spring, in autumn.", **shown(page)}
    give(rita, measure_url(report), "complete", form["version"].value(), **sent)
    assert verdicts() == [("complete", "Begun in spring, in autumn.", 2)]


def test_an_unlisted_field_is_refused(rita: Client, report: Report) -> None:
    assert rita.post(measure_url(report), {**TYPED, "given_by": "1"}).status_code == 422
    assert verdicts() == []


# --- The last period -----------------------------------------------------------------------------


@pytest.fixture
def last(cast: Cast, report: Report) -> Verdict:
    """What was judged in the period before, and the reply to it."""
    charter = report.cycle.charter
    earlier = make_report(make_cycle(charter, "2025-h2", CycleState.PUBLISHED), cast.aurora)
    figures = {"search": [submitted_figure("content-actioned", "150000", service="aurora-kids")]}
    submission = make_submission(earlier, ReportState.PUBLISHED, figures=figures, answer="What we had done.")
    measure = Measure.objects.get(charter=charter, key="search")
    with acting_as(SYSTEM):
        Response.objects.create(
            report=earlier, organisation=cast.aurora, commitment=measure.commitment, text="We disagree.",
            language="en", signatory_name="Sven", signed_by=cast.sven,
        )  # fmt: skip
        return Verdict.objects.create(
            report=earlier, organisation=cast.aurora, submission=submission, commitment=measure.commitment,
            measure=measure, value="limited", reason="Half of it.", given_by=cast.rita,
        )  # fmt: skip


def test_the_last_reason_and_the_reply_stand_beside_and_can_be_the_start(
    rita: Client, report: Report, last: Verdict
) -> None:
    page = words_of(rita.get(measure_url(report)))
    assert "Half of it." in page
    assert "We disagree." in page

    rita.post(measure_url(report), {**TYPED, "act": "last"})

    assert typed_reason(rita, report) == "Half of it.\n\nMost of it,\nnearly."


def test_an_answer_is_compared_with_that_of_the_last_period(
    rita: Client, report: Report, last: Verdict
) -> None:
    assert rita.get(measure_url(report)).context["differences"].is_shown is False

    response = rita.get(f"{measure_url(report)}?compare=period")

    differences = response.context["differences"]
    assert (differences.changed_texts, differences.changed_figures) == (
        1,
        0,
    )  # a figure that has hardly moved
    assert "had done" in response.text


@pytest.mark.parametrize(
    ("earlier", "now", "changed"),
    [
        (
            "In the first half of 2025 we read 34,000 reports.",
            "In the second half of 2025 we read 41,000 reports!",
            0,
        ),
        (
            "С января по июнь 2025 года прочитано 34 тысячи.",
            "С июля по декабрь 2025 года прочитано 41 тысячи.",
            0,
        ),
        ("We read reports.", "We read reports at night.", 1),
        ("", "We read 5 reports.", 1),
    ],
)
def test_numbers_and_periods_alone_are_no_change_since_the_last_period(
    earlier: str, now: str, changed: int
) -> None:
    parts = [
        {"answers": [{"indicator": "a", "text": text}], "figures": [], "evidence": []}
        for text in (earlier, now)
    ]

    assert compare_measures(Comparison.PERIOD, *parts).changed_texts == changed
    assert compare_measures(Comparison.SUBMISSION, *parts).changed_texts == 1


@pytest.mark.parametrize(
    ("value", "others", "changed"),
    [("1240", {}, 0), ("1250", {}, 1), ("700", {}, 1), ("1000", {"estimate": True}, 1)],
)
def test_a_figure_that_moved_by_a_quarter_is_a_change_since_the_last_period(
    value: str, others: dict[str, Any], changed: int
) -> None:
    rows = [submitted_figure("count", "1000"), submitted_figure("count", value, **others)]
    parts = [{"answers": [], "figures": [row], "evidence": []} for row in rows]

    assert compare_measures(Comparison.PERIOD, *parts).changed_figures == changed


# --- Submission against submission ---------------------------------------------------------------


def test_changes_since_the_earlier_submission_are_marked_in_place(rita: Client, report: Report) -> None:
    resubmit(report, "170000", answer="What we really did.")

    response = rita.get(measure_url(report))

    differences, block = response.context["differences"], response.context["blocks"][0]
    assert (differences.changed_texts, differences.changed_figures, differences.changed_evidence) == (1, 1, 0)
    assert [(row.is_changed, row.compared.value) for row in block.rows] == [(True, 164478)]
    assert "really" in words_of(response)
    assert '<ins><span class="hidden">Added: </span>' in response.text


def test_steps_whose_answer_did_not_change_keep_their_verdict(rita: Client, report: Report) -> None:
    for key in ("search", "speed"):
        give(rita, measure_url(report, key))
    resubmit(report, "170000")

    response = rita.get(f"{measure_url(report)}?only=changed")
    state = response.context["state"]

    assert [step.name for step in state.changed] == ["measure:search", "commitment:find"]
    assert [step.name for step in state.steps if step.is_kept] == ["measure:speed"]
    assert [marked.step.key for marked in response.context["steps"]] == ["search", "find"]
    assert rita.get(measure_url(report)).context["next_changed"].key == "find"


def test_changes_are_shown_since_the_submission_that_was_judged(rita: Client, report: Report) -> None:
    give(rita, measure_url(report))
    resubmit(report, "170000")
    resubmit(report, "170000", number=3)

    response = rita.get(measure_url(report))
    page = words_of(response)

    assert [step.name for step in response.context["state"].changed] == ["measure:search", "commitment:find"]
    assert response.context["differences"].changed_figures == 1
    assert "Since submission 1" in page
    assert "The answer is the same." not in page
    assert "Since submission 2" in words_of(rita.get(measure_url(report, "speed")))


def test_every_request_since_the_submission_that_was_judged_stands_beside_the_changes(
    cast: Cast, rita: Client, report: Report
) -> None:
    give(rita, measure_url(report))
    for number, summary in enumerate(("Count the live service.", "Say since when."), 2):
        with acting_as(SYSTEM):
            ChangesRequest.objects.create(
                report=report, organisation=report.organisation, summary=summary, due_on=report.due_on,
                submission=report.submissions.get(number=number - 1), requested_by=cast.rita,
            )  # fmt: skip
        resubmit(report, "170000", number=number)

    judged, unjudged = (words_of(rita.get(measure_url(report, key))) for key in ("search", "speed"))

    assert ("Count the live service." in judged, "Say since when." in judged) == (True, True)
    assert ("Count the live service." in unjudged, "Say since when." in unjudged) == (False, True)


def test_a_verdict_on_the_last_submission_leaves_the_one_before_to_compare_with(
    rita: Client, report: Report
) -> None:
    resubmit(report, "170000")
    give(rita, measure_url(report))

    response = rita.get(measure_url(report))

    assert response.context["state"].changed == []
    assert "Since submission 1" in words_of(response)
    assert response.context["differences"].changed_figures == 1


def test_an_account_of_a_pledge_is_compared_with_the_submission_before(rita: Client, report: Report) -> None:
    facts = {"language": "en", "disclosure": "public", "disclosure_reason": ""}
    account = {"record": str(uuid4()), "title": "Lessons", "text": "We gave ten lessons.", **facts}
    resubmit(report, pledges=[account])
    resubmit(report, number=3, pledges=[{**account, "text": "We gave twelve lessons."}])

    response = rita.get(f"{review_url(report)}pledges/{account['record']}/")

    assert response.context["differences"].changed_texts == 1
    assert "Since submission 2" in words_of(response)
    assert "twelve" in response.text.partition("<ins>")[2].partition("</ins>")[0]
    as_it_stands = rita.get(f"{review_url(report)}pledges/{account['record']}/?compare=none")
    assert "<ins>" not in as_it_stands.text


def test_a_change_of_what_becomes_public_is_no_answer_that_is_the_same(rita: Client, report: Report) -> None:
    figure = submitted_figure("content-actioned", "164478", service="aurora-kids", disclosure="secretariat")
    make_submission(report, ReportState.IN_REVIEW, number=2, figures={"search": [figure]})

    page = words_of(rita.get(measure_url(report)))

    assert "something else is not, such as what becomes public" in page
    assert "The answer is the same." not in page


def test_as_it_stands_marks_nothing(rita: Client, report: Report) -> None:
    resubmit(report, "170000", answer="What we really did.")

    response = rita.get(f"{measure_url(report)}?compare=none")

    assert "<ins>" not in response.text
    assert "What we really did." in response.text
