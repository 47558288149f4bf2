"""The queue as a page: its views, kept ones, its file; interests and second readings."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from alliance.enums import ReportState, Role
from alliance.models import (
    Charter,
    Commitment,
    DeclaredInterest,
    Measure,
    Question,
    Report,
    SavedView,
    SecondOpinion,
    SecondReading,
    Verdict,
)
from alliance.queries import review_queue
from alliance.queries.local_dates import today
from alliance.web.forms.allocation import QueueForm
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_person, make_report
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
QUEUE = "/secretariat/reviews/"


def test_each_row_says_what_was_last_done_and_by_whom_but_not_in_a_draft(
    cast: Cast, rita: Client, reports: dict[str, Report]
) -> None:
    question = Question.objects.get()
    signed_in(cast.alice).post(f"/workspace/questions/{question.pk}/answer/", {"text": "Ours."})
    with acting_as(cast.actor("alice")) as alice:
        journal.record(alice, "report.disclose", reports["aurora"])
    nora = make_person("Nora", cast.secretariat, Role.REVIEWER)
    with acting_as(SYSTEM):
        DeclaredInterest.objects.create(
            person=nora, organisation=cast.aurora, recorded_by=nora, reason="Kin."
        )

    rows = {row.report.pk: row.last_move for row in rita.get(QUEUE).context["rows"]}
    of_nora = {row.report.pk: row.last_move for row in signed_in(nora).get(QUEUE).context["rows"]}

    assert rows[reports["aurora"].pk].startswith("Last: Question answered · Alice, ")
    assert rows[reports["cedar"].pk] == ""
    assert of_nora[reports["aurora"].pk] == ""


def slugs(client: Client, query: str = "") -> list[str]:
    return [row.organisation.slug for row in client.get(QUEUE + query).context["page"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["aurora-video", "beacon-search", "cedar"]),
        ("?sort=-member", ["cedar", "beacon-search", "aurora-video"]),
        ("?show=mine", ["aurora-video", "beacon-search"]),
        ("?show=unassigned", ["cedar"]),
        ("?state=submitted&sort=member", ["beacon-search", "cedar"]),
        ("?due=overdue", ["aurora-video"]),
        ("?due=7", []),
        ("?due=30&sort=member", ["beacon-search", "cedar"]),
        ("?waits=member", ["aurora-video"]),
        ("?waits=secretariat&sort=member", ["beacon-search", "cedar"]),
        ("?q=BEAC", ["beacon-search"]),
        ("?question=open", ["aurora-video"]),
        ("?reading=1", []),
        ("?state=any&due=never&sort=colour&cycle=99999", ["aurora-video", "beacon-search", "cedar"]),
    ],
)
def test_every_view_of_the_queue_is_an_address(
    rita: Client, reports: dict[str, Report], query: str, expected: list[str]
) -> None:
    assert slugs(rita, query) == expected


@pytest.mark.parametrize("state", [ReportState.CHANGES_REQUESTED, ReportState.CONCLUDED])
def test_a_question_that_the_member_can_still_answer_is_counted_as_its_link_lists_it(
    rita: Client, reports: dict[str, Report], state: ReportState
) -> None:
    Report.objects.filter(pk=reports["aurora"].pk).update(state=state)

    page = rita.get("/secretariat/reviews/?question=open")

    assert "1 question open" in words_of(page)
    assert [row.report for row in page.context["rows"]] == [reports["aurora"]]


def test_the_queue_counts_and_marks_what_is_overdue(rita: Client, reports: dict[str, Report]) -> None:
    page = rita.get(QUEUE)

    counts = page.context["counts"]
    assert (counts.mine, counts.unassigned, counts.overdue, counts.oldest) == (2, 1, 1, 5)
    assert "overdue by 5 days" in words_of(page)
    assert "1 question open" in words_of(page)


def test_the_queue_says_how_many_days_reviews_take_now_and_took_in_the_last_cycle(
    mona: Client, reports: dict[str, Report], charter: Charter
) -> None:
    assert mona.get(QUEUE).context["counts"].days is None
    before = make_cycle(charter, "2025-h2")
    earlier = make_report(before, reports["beacon"].organisation)
    make_submission(earlier, ReportState.CONCLUDED)
    now = timezone.now()
    for report, days in ((reports["beacon"], 7), (reports["cedar"], 9), (earlier, 24)):
        since = now - timedelta(days=days)
        Report.objects.filter(pk=report.pk).update(state="concluded", submitted_at=since, concluded_at=now)

    page = mona.get(QUEUE)

    assert (page.context["counts"].days, page.context["counts"].days_before) == (8, 24)
    assert "8 days, the median from submission to conclusion; 24 in the last cycle" in words_of(page)


def test_a_returned_report_awaiting_signature_stays_in_the_queue(
    rita: Client, reports: dict[str, Report]
) -> None:
    returned, unfiled = reports["beacon"], reports["cedar"]
    states = {"state": ReportState.AWAITING_SIGN_OFF}
    Report.objects.filter(pk=returned.pk).update(changes_due_on=today() + timedelta(days=9), **states)
    Report.objects.filter(pk=unfiled.pk).update(**states)

    assert slugs(rita, "?state=changes_requested") == ["beacon-search"]
    assert slugs(rita, "?waits=member&sort=member") == ["aurora-video", "beacon-search"]
    page = rita.get(QUEUE)
    assert page.context["counts"].states["changes_requested"] == 1
    assert "to submit again by" in words_of(page)


def test_a_report_not_submitted_again_in_time_comes_first_and_waits_for_us(
    rita: Client, mona: Client, reports: dict[str, Report]
) -> None:
    Report.objects.filter(pk=reports["beacon"].pk).update(
        state=ReportState.CHANGES_REQUESTED, changes_due_on=today() - timedelta(days=60)
    )

    assert slugs(rita)[0] == "beacon-search"
    assert "beacon-search" in slugs(rita, "?waits=secretariat&state=changes_requested")
    assert "not submitted again by" in words_of(rita.get(QUEUE))
    assert "1 report not submitted again" in words_of(mona.get("/secretariat/"))
    review = words_of(rita.get(f"{QUEUE}{reports['beacon'].pk}/"))
    assert "The member did not submit the report again by" in review


def test_the_next_report_is_the_most_urgent_own_one_that_waits_for_us(
    cast: Cast, rita: Client, mona: Client, reports: dict[str, Report]
) -> None:
    assert rita.get(QUEUE + "next/").url == f"{QUEUE}{reports['beacon'].pk}/"
    assert mona.get(QUEUE + "next/").url == f"{QUEUE}?show=unassigned"


def test_a_view_is_kept_under_its_name_and_removed(
    cast: Cast, rita: Client, mona: Client, reports: dict[str, Report]
) -> None:
    rita.post(QUEUE + "views/keep/", {"name": "Late", "query": "due=overdue&q=aur&hack=1"})
    rita.post(QUEUE + "views/keep/", {"name": "Late", "query": "due=overdue&waits=member"})
    view = SavedView.objects.get()

    unnamed = rita.post(QUEUE + "views/keep/", {"name": "", "query": "due=overdue&hack=1"})
    assert unnamed.url == f"{QUEUE}?due=overdue"
    assert (view.person, view.query) == (cast.rita, "waits=member&due=overdue")
    assert mona.post(f"{QUEUE}views/{view.pk}/remove/").status_code == 404
    assert "Late" in words_of(rita.get(QUEUE))
    rita.post(f"{QUEUE}views/{view.pk}/remove/")
    assert not SavedView.objects.exists()


def test_a_name_of_a_view_that_is_too_long_is_given_back_with_the_reason(
    rita: Client, reports: dict[str, Report]
) -> None:
    name = "L" * 64

    page = rita.post(QUEUE + "views/keep/", {"name": name, "query": "due=overdue"}, follow=True)

    assert f"The view “{name}” is not kept. Shorten the text by 4: 64 characters" in words_of(page)
    assert not SavedView.objects.exists()


def test_the_choices_of_days_are_in_the_language_of_the_reader() -> None:
    with translation.override("ru"):
        assert "Срок в ближайшие 14 дней" in str(QueueForm({}, cycles=[], reviewers=[])["due"])


def test_the_queue_is_a_file_without_formulas(cast: Cast, rita: Client, reports: dict[str, Report]) -> None:
    cast.beacon.name_en = "=cmd()"
    cast.beacon.save()

    answer = rita.get(QUEUE + "csv/?show=mine&sort=due")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()

    assert lines[0].startswith("Member,Cycle,State,Verdicts,Measures")
    assert lines[1].startswith("Aurora Video,Half 1 of 2026,In review,0,3,")
    assert lines[2].startswith("'=cmd(),")
    assert len(lines) == 3


def test_a_long_queue_is_written_portion_by_portion_in_its_order(
    cast: Cast, rita: Client, reports: dict[str, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for size in (1, 200):
        monkeypatch.setattr(review_queue, "PORTION", size)
        answers.append(b"".join(rita.get(QUEUE + "csv/?sort=-member")).decode())

    assert answers[0] == answers[1]
    assert answers[0].count("\n") > 3


# --- Interests and second readings -----------------------------------------------------------------


def test_an_interest_is_declared_and_stands_in_the_list(
    cast: Cast, rita: Client, mona: Client, report: Report
) -> None:
    data = {"organisation": cast.aurora.pk, "reason": "My sister works there."}
    rita.post(f"{QUEUE}interests/declare/", data)

    reason = "You have declared an interest in this organisation: you cannot review it."
    assert reason in words_of(rita.get(f"{QUEUE}{report.pk}/"))
    for act in ("conclude", "take-over", "hand-over", "pause", "second-reading"):
        refusal = rita.get(f"{QUEUE}{report.pk}/{act}/")
        assert (act, refusal.status_code, reason in words_of(refusal)) == (act, 403, True)
    assert "you declared an interest" in words_of(rita.get(QUEUE))
    assert "My sister works there." in words_of(mona.get(f"{QUEUE}interests/"))
    assert Report.objects.get().reviewer is None


def test_a_blind_reading_from_its_request_to_its_settlement(cast: Cast, rita: Client, report: Report) -> None:
    roy_person = make_person("Roy", cast.secretariat, Role.REVIEWER)
    roy = signed_in(roy_person)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(SYSTEM):
        Verdict.objects.create(
            report=report, organisation=cast.aurora, submission=report.submissions.get(), measure=measure,
            commitment=measure.commitment, value="limited", reason="A first reason.", given_by=cast.rita,
        )  # fmt: skip
    rita.post(
        f"{QUEUE}{report.pk}/second-reading/",
        {"reader": roy_person.pk, "measures": ["search"], "is_blind": "on"},
    )
    with acting_as(SYSTEM):
        url = f"/secretariat/readings/{SecondReading.objects.get().pk}/"

    blind = [
        roy.get(path) for path in (url, f"{url}measures/search/", f"{QUEUE}{report.pk}/measures/search/")
    ]
    roy.post(
        f"{url}measures/search/", {"value": "complete", "reason": "All of it is there.", "language": "en"}
    )
    hidden = rita.get(url)
    roy.post(f"{url}send/")
    seen = rita.get(f"{url}settle/")
    settled = rita.post(f"{url}settle/", {"outcome-search": "adopted", "reason-search": "Roy is right."})

    assert [page.status_code for page in blind] == [200] * 3
    assert not any(b"A first reason." in page.content for page in blind)
    assert b"All of it is there." not in hidden.content
    assert "All of it is there." in words_of(seen)
    assert settled.url == url
    with acting_as(SYSTEM):
        assert Verdict.objects.get().value == "complete"


def test_a_verdict_that_changed_since_it_was_read_is_marked_where_it_matters(
    cast: Cast, rita: Client, report: Report
) -> None:
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    facts: dict[str, Any] = {"report": report, "organisation": cast.aurora}
    with acting_as(SYSTEM):
        given = {**facts, "submission": report.submissions.get(), "given_by": cast.rita, "reason": "Nothing."}
        for measure in Measure.objects.filter(charter=report.cycle.charter):
            Verdict.objects.create(**given, measure=measure, value="not_started")
        for commitment in Commitment.objects.filter(charter=report.cycle.charter):
            Verdict.objects.create(**given, commitment=commitment, value="not_started")
        reading = SecondReading.objects.create(**facts, reader=roy, asked_by=cast.rita, state="differs")
        SecondOpinion.objects.create(
            reading=reading, organisation=cast.aurora, measure=Measure.objects.get(key="search"),
            value="complete", reason="All is there.", verdict_value="limited",
        )  # fmt: skip
    url = f"/secretariat/readings/{reading.pk}/"

    pages = [words_of(rita.get(path)) for path in (url, f"{url}settle/")]
    rita.post(f"{url}settle/", {"outcome-search": "kept", "reason-search": "Nights."})

    assert "The verdict was changed after that." in pages[0]
    assert "changed since the reading was sent; it was “Limited”" in pages[1]
    as_settled = words_of(rita.get(f"{QUEUE}{report.pk}/conclude/"))
    with acting_as(SYSTEM):
        Verdict.objects.filter(measure__key="search").update(value="complete", given_at=timezone.now())
    otherwise = words_of(rita.get(f"{QUEUE}{report.pk}/conclude/"))
    sentence = "1 verdict was changed after the second reading."
    assert [sentence in words for words in (as_settled, otherwise)] == [False, True]


def test_the_member_sees_nothing_of_a_second_reading(cast: Cast, report: Report) -> None:
    with acting_as(SYSTEM):
        reading = SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=cast.rita, asked_by=cast.mona, request="CANARY-13"
        )
    sven = signed_in(cast.sven)

    assert sven.get(f"/secretariat/readings/{reading.pk}/").status_code == 404
    assert b"CANARY-13" not in sven.get(f"/workspace/reports/{report.pk}/").content


def test_our_work_is_shown_by_cycle(rita: Client, mona: Client, report: Report) -> None:
    concluded = timezone.now()
    Report.objects.update(
        state="concluded", submitted_at=concluded - timedelta(days=30), concluded_at=concluded, paused_days=5
    )

    page = mona.get(f"{QUEUE}work/?cycle={report.cycle.slug}")

    assert page.context["figures"].median == 25
    assert [row.person.name for row in page.context["readers"]] == ["Rita"]
    assert "None took longer than promised." in words_of(page)
    assert rita.get(f"{QUEUE}work/?cycle=unheard-of&reader=1&reviewer=x").status_code == 200


def test_the_work_of_a_portal_without_cycles_is_empty(rita: Client) -> None:
    assert rita.get(f"{QUEUE}work/").status_code == 200
