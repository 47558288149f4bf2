"""Nobody of a former or suspended member can act: nothing is asked of it, and nothing waits for it."""

from datetime import date, timedelta

import pytest
from django.test import Client

from alliance.enums import OrganisationState, QuestionState, ReportState, WaitsFor
from alliance.models import (
    ChangesRequest,
    Commitment,
    Finding,
    Measure,
    Organisation,
    PublicQuestion,
    Question,
    Report,
)
from alliance.queries.findings import due_finding_reminders, findings_to_remind_of
from alliance.queries.local_dates import today
from alliance.queries.open_items import open_items
from alliance.queries.planned_publication import obstacles_on
from alliance.queries.public_questions import public_question_counts
from alliance.queries.review_queue import QueueFilter, queue_rows, queued_reports
from alliance.queries.stalled import stalled_work
from alliance.services.finding_reminders import record_finding_reminder, remind_of_findings
from alliance.services.findings import open_finding
from alliance.services.organisations import reinstate_organisation
from alliance.services.public_questions import forward_question
from alliance.services.public_questions import reopen_question as reopen_public_question
from alliance.services.questions import ask_question, close_question, reopen_question
from alliance.services.reviews import give_verdict, request_changes
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db
ABSENT = pytest.mark.parametrize("state", [OrganisationState.FORMER, OrganisationState.SUSPENDED])


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


@pytest.fixture
def rita(cast: Cast) -> Client:
    return signed_in(cast.rita)


def lose_access(report: Report, state: str = OrganisationState.FORMER) -> Report:
    Organisation.objects.filter(pk=report.organisation_id).update(state=state)
    return Report.objects.select_related("organisation").get(pk=report.pk)


def ask(cast: Cast, report: Report) -> Question:
    with acting_as(cast.actor("rita")) as rita:
        return ask_question(rita, report, "A zero or a gap?")


def find(cast: Cast, report: Report) -> Finding:
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(cast.actor("rita")) as rita:
        due_on = today() + timedelta(days=3)
        return open_finding(rita, report, measure, text="Count the nights.", due_on=due_on)


@ABSENT
def test_its_report_is_not_returned_and_the_page_says_why(
    cast: Cast, rita: Client, report: Report, state: str
) -> None:
    lose_access(report, state)
    page = f"/secretariat/reviews/{report.pk}/request-changes/"

    with acting_as(cast.actor("rita")) as actor, pytest.raises(WrongState, match="has access"):
        request_changes(actor, report, "Count the nights.")
    words = words_of(rita.get(page))

    assert "the report could not be changed" in words
    assert "must submit it anew" not in words
    assert page not in rita.get(f"/secretariat/reviews/{report.pk}/").content.decode()
    assert Report.objects.get(pk=report.pk).state == ReportState.IN_REVIEW


@ABSENT
def test_it_is_asked_nothing_and_the_page_says_why(
    cast: Cast, rita: Client, report: Report, state: str
) -> None:
    question = ask(cast, report)
    with acting_as(cast.actor("rita")) as actor:
        closed = close_question(actor, ask(cast, report))
    lose_access(report, state)

    with pytest.raises(WrongState, match="could not be answered"):
        ask(cast, report)
    with acting_as(cast.actor("rita")) as actor, pytest.raises(WrongState, match="could not be answered"):
        reopen_question(actor, closed)
    words = words_of(rita.get(f"/secretariat/reviews/{report.pk}/"))

    assert "a question could not be answered" in words
    assert "can answer" in words
    assert "answers next" not in words
    assert Question.objects.get(pk=question.pk).state == QuestionState.OPEN


@ABSENT
def test_nobody_is_reminded_of_its_findings(cast: Cast, rita: Client, report: Report, state: str) -> None:
    finding = find(cast, report)
    Report.objects.update(state=ReportState.CONCLUDED)
    with acting_as(cast.actor("mona")) as mona:
        before = findings_to_remind_of(mona, [finding.pk]).count(), len(due_finding_reminders())
    lose_access(report, state)

    with acting_as(cast.actor("mona")) as mona:
        assert before == (1, 1)
        assert due_finding_reminders() == []
        assert not record_finding_reminder(finding.pk, finding.due_on)
        with pytest.raises(WrongState, match="nobody there has access"):
            remind_of_findings(mona, [finding.pk])
    assert "Remind the member" not in words_of(rita.get(f"/secretariat/findings/{finding.pk}/"))
    batch = signed_in(cast.mona).get(f"/secretariat/findings/remind/?finding={finding.pk}")
    assert "nobody there has access" in words_of(batch)


def test_what_was_open_waits_for_nobody_in_its_dossier(cast: Cast, rita: Client, report: Report) -> None:
    ask(cast, report)
    find(cast, report)
    organisation = lose_access(report).organisation

    with acting_as(cast.actor("mona")) as mona:
        waits = {str(item.kind): (item.waits_for, item.absence) for item in open_items(mona, organisation)}
    words = words_of(rita.get(f"/secretariat/members/{organisation.pk}/"))

    assert waits == {
        "Question": (WaitsFor.NOBODY, "former member"),
        "Finding": (WaitsFor.NOBODY, "former member"),
        "Report": (WaitsFor.SECRETARIAT, ""),
    }
    assert "nobody: former member" in words


@pytest.mark.parametrize(
    ("state", "waits", "reason"),
    [
        (ReportState.IN_REVIEW, WaitsFor.SECRETARIAT, "open questions, but nobody to answer: former member"),
        (ReportState.CHANGES_REQUESTED, WaitsFor.SECRETARIAT, "former member: resume the review"),
        (ReportState.CONCLUDED, WaitsFor.SECRETARIAT, "to be published"),
        (ReportState.DRAFT, WaitsFor.NOBODY, "former member"),
    ],
)
def test_the_queue_does_not_wait_for_it(
    cast: Cast, report: Report, state: str, waits: str, reason: str
) -> None:
    ask(cast, report)
    later = today() + timedelta(days=9)
    Report.objects.update(state=state, respond_by=later)
    if state == ReportState.CHANGES_REQUESTED:
        Report.objects.update(changes_due_on=later)
    if state == ReportState.DRAFT:
        Report.objects.update(submitted_at=None)
    show = "coming" if state == ReportState.DRAFT else "all"

    def row() -> tuple[str, str]:
        with acting_as(cast.actor("rita")) as actor:
            reports = list(queued_reports(actor, QueueFilter(show=show, state="any")))
            (row,) = queue_rows(actor, reports)
        return reports[0].waits_for, row.reason

    before = row()
    lose_access(report)

    assert before[0] == WaitsFor.MEMBER
    assert row() == (waits, reason)


def test_the_page_before_the_conclusion_promises_no_reply(cast: Cast, rita: Client, report: Report) -> None:
    page = f"/secretariat/reviews/{report.pk}/conclude/"
    judge_all(cast, report)
    before = words_of(rita.get(page))
    lose_access(report)
    after = words_of(rita.get(page))

    assert "it may reply until" in before
    assert "it may reply until" not in after
    assert "has access. When the review is concluded:" in after


def judge_all(cast: Cast, report: Report) -> None:
    charter = report.cycle.charter
    with acting_as(cast.actor("rita")) as rita:
        for measure in Measure.objects.filter(charter=charter):
            give_verdict(rita, report, measure=measure, value="limited", reason="As filed.")
        for commitment in Commitment.objects.filter(charter=charter):
            give_verdict(rita, report, commitment=commitment, value="limited", reason="As filed.")


# --- What is said of what is open afterwards ---------------------------------------------------


def test_a_concluded_report_has_no_days_for_a_reply(cast: Cast, rita: Client, report: Report) -> None:
    Report.objects.update(state=ReportState.CONCLUDED, respond_by=today() + timedelta(days=9))
    pages = {
        f"/secretariat/reviews/{report.pk}/": "Replies until",
        "/secretariat/reviews/?show=all&state=any": "replies until",
        "/secretariat/calendar/": "may reply until",
    }

    def promised_days() -> tuple[list[bool], int]:
        with acting_as(cast.actor("mona")) as mona:
            reports = list(Report.objects.select_related("organisation", "cycle"))
            obstacles = obstacles_on(mona, today(), reports, [])
        return [words in words_of(rita.get(url)) for url, words in pages.items()], len(obstacles.replying)

    before = promised_days()
    lose_access(report)

    assert (before, promised_days()) == (([True] * 3, 1), ([False] * 3, 0))


def test_a_draft_is_neither_overdue_nor_stalled(cast: Cast, report: Report) -> None:
    Report.objects.update(state=ReportState.DRAFT, submitted_at=None, due_on=today() - timedelta(days=1))
    mona, desk = signed_in(cast.mona), f"/secretariat/cycles/{report.cycle.slug}/?show=all"

    def stalled() -> int:
        with acting_as(cast.actor("mona")) as actor:
            return len(stalled_work(actor).drafts)

    before, overdue = words_of(mona.get(desk)), "overdue"
    Report.objects.update(due_on=today() + timedelta(days=1))
    drafts = stalled()
    lose_access(report)

    assert (drafts, stalled()) == (1, 0)
    Report.objects.update(due_on=today() - timedelta(days=1))
    words = words_of(mona.get(desk))
    assert overdue in before
    assert overdue not in words
    assert "former member" in words
    assert "Silent for 3 weeks" in before
    assert "Silent for 3 weeks" not in words


def test_a_finding_is_not_overdue_at_it(cast: Cast, rita: Client, report: Report) -> None:
    finding = find(cast, report)
    Finding.objects.filter(pk=finding.pk).update(due_on=today() - timedelta(days=3))
    before = words_of(rita.get("/secretariat/findings/"))
    lose_access(report)
    after = words_of(rita.get("/secretariat/findings/"))

    assert "overdue by 3" in before
    assert "overdue by 3" not in after
    assert "nobody: former member" in after


@ABSENT
def test_a_question_of_the_public_goes_back_to_the_secretariat(
    cast: Cast, report: Report, state: str
) -> None:
    waiting = make_public_question(cast.aurora, text="Who checks ages?", forwarded_at=clock.now())
    new = make_public_question(cast.aurora, text="Who answers this?")
    organisation = lose_access(report, state).organisation
    mona = signed_in(cast.mona)

    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(DomainError, match="Nobody at the member has access"):
            forward_question(actor, PublicQuestion.objects.get(pk=new.pk))
        turns = [
            item.waits_for
            for item in open_items(actor, organisation)
            if item.kind == "Question of the public"
        ]
        counts = public_question_counts(actor)
    page = f"/secretariat/public-questions/{waiting.pk}/"
    words = words_of(mona.get(page))

    assert turns == [WaitsFor.SECRETARIAT] * 2
    assert (counts["desk"], counts["member"]) == (2, 0)
    assert "take it back and answer it yourselves" in words
    assert "answer it yourselves" in words_of(mona.get(f"/secretariat/public-questions/{new.pk}/forward/"))
    with acting_as(cast.actor("mona")) as actor:
        PublicQuestion.objects.filter(pk=waiting.pk).update(state="closed")
        assert reopen_public_question(actor, PublicQuestion.objects.get(pk=waiting.pk)).forwarded_at is None


# --- The days that come back ---------------------------------------------------------------------

AWAY = 3  # days
LEFT_AND_NOW = pytest.mark.parametrize(("left", "now"), [(2, 2), (0, 0), (-1, -4)])


def suspended_on() -> date:
    return today() - timedelta(days=AWAY)


def reinstate(cast: Cast) -> None:
    """Suspended for three days, the member is let in again."""
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    with acting_as(SYSTEM):
        Event.objects.create(
            kind="organisation.suspend", actor_kind="system", target_type="alliance.organisation",
            target_id=cast.aurora.pk, at=clock.now() - timedelta(days=AWAY),
        )  # fmt: skip
    with acting_as(cast.actor("mona")) as mona:
        reinstate_organisation(mona, Organisation.objects.get(pk=cast.aurora.pk))


def moved() -> list[dict[str, object]]:
    with acting_as(SYSTEM):
        return list(Event.objects.filter(kind="organisation.give_days_back").values_list("data", flat=True))


@LEFT_AND_NOW
def test_once_it_is_back_it_has_the_days_for_a_reply_that_were_left(cast: Cast, left: int, now: int) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.CONCLUDED)
    Report.objects.update(respond_by=suspended_on() + timedelta(days=left), concluded_at=None)

    reinstate(cast)

    report.refresh_from_db()
    assert report.respond_by == today() + timedelta(days=now)
    assert moved() == ([{"reports": [report.pk], "findings": []}] if left >= 0 else [])


def test_of_a_review_that_was_concluded_meanwhile_it_has_all_days_and_no_more(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.CONCLUDED)
    yesterday = clock.now() - timedelta(days=1)
    Report.objects.update(concluded_at=yesterday, respond_by=today() + timedelta(days=13))

    reinstate(cast)

    report.refresh_from_db()
    assert report.respond_by == today() + timedelta(days=14)


@LEFT_AND_NOW
def test_a_returned_report_has_the_days_again_that_were_left(
    cast: Cast, report: Report, left: int, now: int
) -> None:
    with acting_as(cast.actor("rita")) as rita:
        request_changes(rita, report, "Count the nights.")
    day = suspended_on() + timedelta(days=left)
    Report.objects.update(changes_due_on=day)
    ChangesRequest.objects.update(due_on=day)

    reinstate(cast)

    report.refresh_from_db()
    assert report.changes_due_on == ChangesRequest.objects.get().due_on == today() + timedelta(days=now)


@LEFT_AND_NOW
def test_an_open_finding_has_the_days_again_that_were_left(
    cast: Cast, report: Report, left: int, now: int
) -> None:
    finding, unread = find(cast, report), find(cast, report)
    day = suspended_on() + timedelta(days=left)
    Finding.objects.update(due_on=day)
    Finding.objects.filter(pk=unread.pk).update(claimed_at=clock.now())
    Report.objects.update(state=ReportState.CONCLUDED)

    reinstate(cast)

    finding.refresh_from_db()
    unread.refresh_from_db()
    assert (finding.due_on, unread.due_on) == (today() + timedelta(days=now), day)
    page = words_of(signed_in(cast.sven).get("/workspace/findings/"))
    with acting_as(cast.actor("sven")):
        earlier = [(entry.kind, entry.earlier_due_on) for entry in finding.entries.all()]
    assert earlier == ([("edit", day)] if left >= 0 else [])
    assert " ".join(format_date(day).split()) in " ".join(page.split())
