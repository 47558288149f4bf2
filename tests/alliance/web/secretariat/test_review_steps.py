"""Steps of a review beside its verdicts: questions, several measures at once, earlier submissions, findings."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, PledgeState, ReportState
from alliance.models import (
    Commitment,
    Cycle,
    Finding,
    InternalNote,
    Measure,
    Pledge,
    Question,
    Report,
)
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.publishing import revision_cache
from tests.alliance.web.secretariat.test_verdicts import commitment_url, give, measure_url, verdicts
from tests.factories import Cast, make_cycle, make_report
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.report_acts import judge_all
from tests.support.review_desk import drafts, resubmit, review_url
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db

# --- What cannot be judged -----------------------------------------------------------------------


def withdraw_speed(cast: Cast, report: Report) -> None:
    """The member's pledge to be fast, which opts into the measure, and is withdrawn."""
    Measure.objects.filter(charter=report.cycle.charter, key="speed").update(core=False)
    with acting_as(SYSTEM):
        Pledge.objects.create(
            organisation=cast.aurora, commitment_key="find", title="Fast", text="Within a day.", language="en",
            state=PledgeState.WITHDRAWN, measure_keys=["speed"], signatory_name="Sven", signed_by=cast.sven,
            signed_at=timezone.now(),
        )  # fmt: skip
    revision_cache.clear()


def test_a_measure_whose_pledge_was_withdrawn_is_not_judged_and_stops_nothing(
    cast: Cast, rita: Client, report: Report
) -> None:
    withdraw_speed(cast, report)

    response = give(rita, measure_url(report, "speed"))

    assert response.status_code == 422
    assert "The member has withdrawn the pledge" in words_of(response)
    assert "speed" not in [step.key for step in response.context["state"].missing]
    assert verdicts() == []
    give(rita, measure_url(report))
    assert give(rita, commitment_url(report)).status_code == 302
    assert rita.get(f"{review_url(report)}conclude/").context["verdicts"] == 2


def test_the_page_before_the_conclusion_says_that_verdicts_on_what_was_withdrawn_are_taken_back(
    cast: Cast, rita: Client, report: Report
) -> None:
    keys = [step.key for step in rita.get(review_url(report)).context["state"].measures_to_judge]
    for key in keys:
        give(rita, measure_url(report, key))
    commitments = {step.key for step in rita.get(review_url(report)).context["state"].missing}
    for key in commitments:
        give(rita, commitment_url(report, key))
    withdraw_speed(cast, report)

    page = words_of(rita.get(f"{review_url(report)}conclude/"))

    assert f"{len(keys) - 1 + len(commitments)} verdicts with their reasons" in page
    assert "not 1 verdict on what it answers no more" in page


def test_the_page_before_the_conclusion_names_what_is_open_and_what_differs(
    cast: Cast, rita: Client, report: Report
) -> None:
    """A commitment and its measures fell since the last period; a finding that is done is not named."""
    last = make_cycle(report.charter, "2025-h2")
    make_published_report(last, cast.aurora, verdicts={"find": "complete", "answer": "limited"})
    make_published_cycle(last)
    rita.post(measure_url(report), {"act": "question", "question-text": "Which list?"})
    judge_all(cast, report, "limited")
    search = Measure.objects.get(charter=report.charter, key="search")
    with acting_as(SYSTEM):
        opened, _done = [
            Finding.objects.create(
                report=report, organisation=cast.aurora, text=text, language="en", written_by=cast.rita,
                measure=search, due_on=today() + timedelta(days=30), state=state,
            )
            for text, state in (("Count the live service.", "open"), ("Name the lists.", "done"))
        ]  # fmt: skip

    response = rita.get(f"{review_url(report)}conclude/")

    page, text = words_of(response), response.content.decode()
    assert "1 question is not closed" in page
    question = Question.objects.get(report=report)
    place = f'href="{review_url(report)}#question-{question.pk}">1.1: <span lang="en">Which list?'
    assert place in text
    assert "1 open finding with its date" in page
    assert f'href="/secretariat/findings/{opened.pk}/" lang="en">Count the live service.' in text
    assert "Name the lists." not in page
    assert [(each.code, url) for each, url in response.context["differences"]] == [
        ("1", commitment_url(report)),
        ("1.1", measure_url(report, "search")),
        ("1.2", measure_url(report, "speed")),
    ]
    assert "1 Complete → Limited" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CycleState.CLOSED, "that happens when the cycle is published"),
        (
            CycleState.PUBLISHED,
            "the cycle is published already, and a manager publishes this report by itself",
        ),
    ],
)
def test_before_the_conclusion_the_page_says_when_the_report_becomes_public(
    cast: Cast, rita: Client, report: Report, state: str, words: str
) -> None:
    Cycle.objects.filter(pk=report.cycle_id).update(state=state)
    judge_all(cast, report, "limited")

    page = words_of(rita.get(f"{review_url(report)}conclude/"))

    assert page.count("nothing becomes public yet") == 1
    assert f"nothing becomes public yet: {words}" in page


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        ({"find": "limited", "answer": "limited"}, "No verdict differs."),
        ({}, "There are no verdicts of that cycle to compare with."),
    ],
)
def test_no_verdict_differs_only_where_the_earlier_cycle_had_one(
    cast: Cast, rita: Client, report: Report, verdicts: dict[str, str], words: str
) -> None:
    last = make_cycle(report.charter, "2025-h2")
    make_published_report(last, cast.aurora, verdicts=verdicts)
    make_published_cycle(last)
    judge_all(cast, report, "limited")

    response = rita.get(f"{review_url(report)}conclude/")

    assert response.context["differences"] == []
    page = words_of(response)
    assert words in page
    assert ("No verdict differs." in page) is bool(verdicts)


def test_a_cycle_in_which_the_member_filed_nothing_is_not_compared_with(
    cast: Cast, rita: Client, report: Report
) -> None:
    last = make_cycle(report.charter, "2025-h2")
    make_published_report(last, cast.beacon, verdicts={"find": "limited", "answer": "limited"})
    make_published_cycle(last)
    judge_all(cast, report, "limited")

    response = rita.get(f"{review_url(report)}conclude/")

    assert response.context["earlier_cycle"] is None


# --- Questions -----------------------------------------------------------------------------------


def test_the_overview_shows_every_question_with_whose_turn_it_is(
    cast: Cast, rita: Client, report: Report
) -> None:
    rita.post(measure_url(report), {"act": "question", "question-text": "Which list?"})
    waiting = words_of(rita.get(review_url(report)))
    question = Question.objects.get()
    signed_in(cast.alice).post(f"/workspace/questions/{question.pk}/answer/", {"text": "Ours."})

    answered = words_of(rita.get(review_url(report)))

    assert "Aurora Video answers next, since" in waiting
    assert "the secretariat looks next, since" in answered
    assert "Which list?" in words_of(signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/"))


def test_a_further_question_closes_the_answered_one(cast: Cast, rita: Client, report: Report) -> None:
    rita.post(measure_url(report), {"act": "question", "question-text": "Which list?"})
    first = Question.objects.get()
    signed_in(cast.alice).post(f"/workspace/questions/{first.pk}/answer/", {"text": "Ours."})

    rita.post(measure_url(report), {"act": f"ask_on:{first.pk}"})
    form = rita.get(measure_url(report)).context["desk"].forms["question"]
    follows = str(form["follows"].value())
    rita.post(
        measure_url(report), {"act": "question", "question-text": "Whose?", "question-follows": follows}
    )

    first.refresh_from_db()
    second = Question.objects.get(text="Whose?")
    assert (first.state, second.state, second.follows, second.measure) == (
        "closed",
        "open",
        first,
        first.measure,
    )


def test_a_question_closed_without_an_answer_is_opened_again(rita: Client, report: Report) -> None:
    rita.post(review_url(report), {"act": "question", "question-text": "Which list?"})
    question = Question.objects.get()

    for act in ("close", "reopen"):
        rita.post(review_url(report), {"act": f"{act}:{question.pk}"})

    question.refresh_from_db()
    assert question.state == "open"


def test_managers_write_notes_and_no_verdicts(cast: Cast, report: Report) -> None:
    mona = signed_in(cast.mona)

    mona.post(measure_url(report), {"act": "note", "note-text": "Hurry."})
    refused = mona.post(measure_url(report), {"act": "question", "question-text": "Why?"})

    with acting_as(SYSTEM):
        assert InternalNote.objects.get().text == "Hurry."
    assert refused.status_code == 403
    assert Commitment.objects.filter(verdicts__isnull=False).count() == 0


# --- Several at once -----------------------------------------------------------------------------


def test_several_measures_get_one_verdict_each_with_its_own_row_and_entry(
    rita: Client, report: Report
) -> None:
    url = f"{review_url(report)}batch/"

    refused = rita.post(url, {"measures": ["search", "speed"], "value": "limited", "reason": ""})
    given = rita.post(url, {"measures": ["search", "speed"], "value": "not_due", "reason": ""})

    assert (refused.status_code, given.status_code) == (422, 302)
    assert verdicts() == [("not_due", "", 1)] * 2
    with acting_as(SYSTEM):
        assert Event.objects.filter(kind="verdict.give").count() == 2


def test_a_measure_judged_meanwhile_is_named_and_the_words_of_the_batch_stay(
    rita: Client, report: Report
) -> None:
    url = f"{review_url(report)}batch/"
    measures = [key for key, _label in rita.get(url).context["form"].fields["measures"].choices]
    give(rita, measure_url(report))
    sent = {"measures": measures, "value": "limited", "reason": "For one cause."}

    page = rita.post(url, sent)
    rita.post(url, {**sent, "measures": measures[1:]})
    late = rita.post(url, sent)

    assert "left out: 1.1 Search. Look at the others" in words_of(page)
    assert page.context["form"]["reason"].value() == "For one cause."
    assert "For one cause." in words_of(late)


def test_a_measure_with_a_draft_of_ones_own_says_so_in_the_batch_and_keeps_it(
    rita: Client, report: Report
) -> None:
    url = review_url(report)
    rita.post(f"{url}measures/search/", {"value": "limited", "reason": "Half.", "autosave": "1"})
    choices = dict(rita.get(f"{url}batch/").context["form"].fields["measures"].choices)
    assert [key for key, label in choices.items() if label.endswith("(draft)")] == ["search"]

    rita.post(f"{url}batch/", {"measures": ["search"], "value": "not_due", "reason": ""})

    assert "Half." in rita.get(f"{url}measures/search/").content.decode()


def test_a_batch_is_taken_back_except_for_verdicts_changed_since(rita: Client, report: Report) -> None:
    url = f"{review_url(report)}batch/"
    rita.post(url, {"measures": ["search", "speed"], "value": "not_due", "reason": ""})
    give(rita, measure_url(report), version=1)
    ((batch, batch_verdicts),) = rita.get(url).context["batches"]

    rita.post(f"{url}{batch}/take-back/")

    assert [verdict.measure.key for verdict in batch_verdicts] == ["speed"]
    assert verdicts() == [("limited", "Begun.", 2)]


# --- Earlier submissions and findings ------------------------------------------------------------


def test_an_earlier_submission_is_read_as_a_whole_by_both_sides(cast: Cast, report: Report) -> None:
    resubmit(report, "170000", answer="What we really did.")

    for client, url in (
        (signed_in(cast.rita), f"{review_url(report)}submissions/1/"),
        (signed_in(cast.alice), f"/workspace/reports/{report.pk}/submissions/1/"),
    ):
        page = words_of(client.get(url))
        assert "What we did." in page
        assert "164,478" in page
        assert "What we really did." not in page


def test_a_finding_comes_back_in_the_next_review_of_the_measure(
    cast: Cast, rita: Client, report: Report
) -> None:
    due_on = (timezone.localdate() + timedelta(days=90)).isoformat()
    posted = {"act": "finding", "finding-text": "Count the nights.", "finding-due_on": due_on}
    made = rita.post(measure_url(report), posted)
    Report.objects.filter(pk=report.pk).update(state=ReportState.PUBLISHED)
    later_cycle = make_cycle(report.cycle.charter, "2027-h1")
    Cycle.objects.filter(pk=later_cycle.pk).update(
        starts_on=report.cycle.ends_on + timedelta(days=1), ends_on=report.cycle.ends_on + timedelta(days=180)
    )
    later = make_report(later_cycle, cast.aurora)
    make_submission(later, ReportState.IN_REVIEW)

    page = words_of(rita.get(measure_url(later)))

    assert made.status_code == 302
    assert "Count the nights." in page
    assert "Count the nights." not in words_of(rita.get(measure_url(later, "speed")))
    assert "Count the nights." in words_of(signed_in(cast.alice).get("/workspace/findings/"))
    assert "Count the nights." in words_of(rita.get("/secretariat/findings/?q=nights"))


def test_a_finding_without_a_day_comes_back_as_it_was_typed(rita: Client, report: Report) -> None:
    response = rita.post(
        measure_url(report), {"act": "finding", "finding-text": "Count.", "finding-due_on": ""}
    )

    assert response.status_code == 422
    assert "Choose a day." in words_of(response)
    assert drafts() == [("measure:search", "finding")]
