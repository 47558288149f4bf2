"""Findings that are withdrawn: by whom, what the member reads of it, what is left to do, what is published."""

import json
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from alliance.enums import FindingState, ReportState
from alliance.models import Finding, Measure, Report
from alliance.queries.closed_items import closed_items, closed_references
from alliance.queries.cycle_calendar import own_calendar
from alliance.queries.findings import FindingFilter, due_finding_reminders, finding_counts, findings
from alliance.queries.local_dates import today
from alliance.queries.public.wording import finding_title
from alliance.queries.review_context import findings_on
from alliance.services.findings import (
    carry_finding,
    claim_finding,
    edit_finding,
    open_finding,
    reopen_finding,
    withdraw_finding,
)
from alliance.services.report_publication_content import report_publication_content
from alliance.services.review_decisions import reopen_review
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
REASON = "It was meant for another measure."


@pytest.fixture
def report(cast: Cast) -> Report:
    """Of Aurora, in Rita's review."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    with acting_as(SYSTEM):
        Report.objects.update(reviewer=cast.rita)
    report.refresh_from_db()
    return report


@pytest.fixture
def finding(cast: Cast, report: Report) -> Finding:
    """Made by Rita, to be done in ten days."""
    return make(cast, report)


def make(cast: Cast, report: Report, public: bool = False) -> Finding:
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    due_on = today() + timedelta(days=10)
    with acting_as(cast.actor("rita")) as rita:
        return open_finding(rita, report, measure, text="Count the nights.", due_on=due_on, public=public)


def conclude(report: Report) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.CONCLUDED)


def withdraw(cast: Cast, finding: Finding, who: str, text: str = REASON, seen: str | None = None) -> Finding:
    with acting_as(cast.actor(who)) as actor:
        return withdraw_finding(actor, finding, text, seen=seen)


def reopen(cast: Cast, finding: Finding, who: str = "rita") -> Finding:
    with acting_as(cast.actor(who)) as actor:
        return reopen_finding(actor, finding, "It is called for after all.")


def read_by(cast: Cast, who: str, show: str = "all") -> list[tuple[str, list[str]]]:
    """The findings that somebody reads: of each its state, and the kinds of its entries."""
    with acting_as(cast.actor(who)) as actor:
        rows = findings(actor, FindingFilter(show))
        return [(row.state, [entry.kind for entry in row.entries.all()]) for row in rows]


@pytest.mark.parametrize(
    ("is_concluded", "who", "is_able"),
    [
        (False, "rita", True),
        (False, "mona", False),
        (True, "mona", True),
        (True, "rita", False),
        (True, "alice", False),
    ],
)
def test_its_reviewer_withdraws_it_before_the_conclusion_and_a_manager_afterwards(
    cast: Cast, report: Report, finding: Finding, is_concluded: bool, who: str, is_able: bool
) -> None:
    if is_concluded:
        conclude(report)
    if not is_able:
        with pytest.raises(Forbidden):
            withdraw(cast, finding, who)
        return
    withdrawn = withdraw(cast, finding, who)
    assert withdrawn.state == (FindingState.WITHDRAWN if is_concluded else FindingState.DISCARDED)
    assert (withdrawn.withdrawn_at is not None, withdrawn.entries.get().text) == (True, REASON)


def test_a_withdrawal_has_a_reason_and_is_of_an_open_finding(
    cast: Cast, report: Report, finding: Finding
) -> None:
    with pytest.raises(DomainError, match="Give a reason"):
        withdraw(cast, finding, "rita", " ")
    conclude(report)
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, finding, "The clock runs at night.")
    with pytest.raises(WrongState, match="Alice has reported the finding done"):
        withdraw(cast, finding, "mona", seen="0")

    assert withdraw(cast, finding, "mona").claimed_at is None

    with pytest.raises(WrongState, match="the state is “Withdrawn”"):
        withdraw(cast, finding, "mona")
    with acting_as(cast.actor("alice")) as alice, pytest.raises(WrongState, match="has been withdrawn"):
        claim_finding(alice, finding, "Again.")
    with acting_as(cast.actor("rita")) as rita, pytest.raises(WrongState, match="the state is “Withdrawn”"):
        carry_finding(rita, finding, today() + timedelta(days=20), "Later.")


def test_what_a_member_had_not_read_it_never_reads(cast: Cast, report: Report, finding: Finding) -> None:
    withdraw(cast, finding, "rita")
    conclude(report)

    assert read_by(cast, "rita") == [("discarded", ["discard"])]
    assert read_by(cast, "alice") == []

    reopen(cast, finding)  # and from now on it does: but for why it was withdrawn
    assert read_by(cast, "alice", "open") == [("open", ["reopen"])]


def test_what_a_member_had_read_stays_with_the_reason(cast: Cast, report: Report, finding: Finding) -> None:
    conclude(report)
    with acting_as(cast.actor("rita")) as rita:
        reopen_review(rita, report, "A typing error.")
    withdraw(cast, finding, "rita")
    assert read_by(cast, "alice") == []  # as anything of a review that goes on

    conclude(report)

    assert read_by(cast, "alice", "withdrawn") == [("withdrawn", ["withdraw"])]


def test_what_was_opened_again_after_it_was_discarded_is_read_from_then_on(
    cast: Cast, report: Report, finding: Finding
) -> None:
    """The review that was opened again meanwhile showed the member nothing of it."""
    withdraw(cast, finding, "rita")
    conclude(report)
    with acting_as(cast.actor("rita")) as rita:
        reopen_review(rita, report, "A typing error.")
    reopen(cast, finding)
    with acting_as(cast.actor("rita")) as rita:
        finding.refresh_from_db()
        edited = edit_finding(rita, finding, text="Count the hours.", due_on=finding.due_on)
    assert edited.entries.last().kind == "redraft"
    assert withdraw(cast, finding, "rita").state == "discarded"


def test_nothing_of_it_is_left_to_do(cast: Cast, report: Report, finding: Finding) -> None:
    conclude(report)
    withdraw(cast, finding, "mona")
    following = make_report(make_cycle(read_charter(), "2026-h2"), cast.aurora)

    with acting_as(SYSTEM):
        reminders = due_finding_reminders()
    with acting_as(cast.actor("rita")) as rita:
        counts = finding_counts(rita)
        in_next_review = findings_on(rita, following, finding.measure)
        ended = closed_items(rita, closed_references(rita, cast.aurora))
    with acting_as(cast.actor("alice")) as alice:
        days = [entry.key for entry in own_calendar(alice) if entry.key.startswith("finding-")]

    assert (reminders, in_next_review, days) == ([], [], [])
    assert {name: n for name, n in counts.by_view.items() if n} == {"withdrawn": 1, "all": 1}
    assert [(item.title, str(item.state)) for item in ended] == [("Count the nights.", "Withdrawn")]


@pytest.mark.parametrize("who", ["rita", "mona"])
def test_it_is_opened_again_as_what_is_done(cast: Cast, report: Report, finding: Finding, who: str) -> None:
    conclude(report)
    withdraw(cast, finding, "mona")

    opened = reopen(cast, finding, who)

    assert (opened.state, opened.withdrawn_at) == (FindingState.OPEN, None)
    assert read_by(cast, "alice", "open") == [("open", ["withdraw", "reopen"])]


@pytest.mark.parametrize(
    ("is_concluded", "who", "subjects"),
    [(True, "mona", ["The finding on measure 1.1 is withdrawn"] * 2), (False, "rita", [])],
)
def test_a_member_that_had_read_it_is_notified(
    cast: Cast,
    report: Report,
    finding: Finding,
    mailoutbox: list[EmailMultiAlternatives],
    is_concluded: bool,
    who: str,
    subjects: list[str],
) -> None:
    if is_concluded:
        conclude(report)
    withdraw(cast, finding, who)
    conclude(report)

    run_all_jobs()

    assert [letter.subject for letter in mailoutbox] == subjects
    assert {letter.to[0] for letter in mailoutbox} <= {cast.alice.email, cast.sven.email}
    assert all("/workspace/findings/?show=withdrawn" in str(letter.body) for letter in mailoutbox)


def test_the_letter_of_the_conclusion_tells_of_what_was_withdrawn_meanwhile(
    cast: Cast, report: Report, finding: Finding, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    make(cast, report)  # stays open
    conclude(report)
    with acting_as(cast.actor("rita")) as rita:
        reopen_review(rita, report, "A typing error.")
    withdraw(cast, finding, "rita")
    run_all_jobs()
    mailoutbox.clear()

    conclude(report)
    with acting_as(cast.actor("rita")) as rita, transaction.atomic():
        journal.record(rita, "report.conclude", report)
    run_all_jobs()

    assert {letter.to[0] for letter in mailoutbox} == {cast.alice.email, cast.sven.email}
    assert all("1 finding that you had read was withdrawn" in str(letter.body) for letter in mailoutbox)


# --- What is published -------------------------------------------------------------------------------


def published_findings(report: Report) -> list[dict[str, object]]:
    with acting_as(SYSTEM):
        submission = report.submissions.get()
        content = report_publication_content(report, submission, json.loads(bytes(submission.body)))
    return [row for measure in content["measures"] for row in measure["findings"]]


def test_the_next_report_says_once_when_and_why_a_public_finding_was_withdrawn(
    cast: Cast, report: Report
) -> None:
    early, late = make(cast, report, public=True), make(cast, report, public=True)
    conclude(report)
    withdraw(cast, early, "mona")
    assert [row["withdrawal"] for row in published_findings(report)] == [None]  # that of the late one
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.PUBLISHED, published_at=timezone.now())
    withdraw(cast, late, "mona")
    following, third = (
        make_report(make_cycle(read_charter(), slug), cast.aurora) for slug in ("2026-h2", "2027-h1")
    )
    for each in (following, third):
        make_submission(each, ReportState.IN_REVIEW)

    (row,) = published_findings(following)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=following.pk).update(
            state=ReportState.PUBLISHED, published_at=timezone.now()
        )

    assert finding_title(row) == f"Finding of Half 1 of 2026, withdrawn on {format_date(today())}"
    assert (row["state"], row["text"]) == ("withdrawn", "Count the nights.")
    assert row["withdrawal"] == {"on": today().isoformat(), "reason": REASON, "language": "en"}
    assert published_findings(third) == []


def publish(report: Report) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.PUBLISHED, published_at=timezone.now())


def following_report(cast: Cast, slug: str) -> Report:
    report = make_report(make_cycle(read_charter(), slug), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


def test_a_late_report_for_an_earlier_cycle_says_nothing_and_leaves_it_to_the_next(
    cast: Cast, report: Report
) -> None:
    finding = make(cast, report, public=True)
    publish(report)
    withdraw(cast, finding, "mona")
    late, following = (following_report(cast, slug) for slug in ("2025-h2", "2026-h2"))

    assert published_findings(late) == []
    publish(late)

    assert [row["state"] for row in published_findings(following)] == ["withdrawn"]


def test_what_no_record_ever_said_is_not_published_with_its_withdrawal(cast: Cast, report: Report) -> None:
    finding = make(cast, report, public=True)
    conclude(report)
    withdraw(cast, finding, "mona")
    publish(report)
    reopen(cast, finding)
    following, third = (following_report(cast, slug) for slug in ("2026-h2", "2027-h1"))
    assert [row["state"] for row in published_findings(following)] == ["open"]

    finding.refresh_from_db()
    withdraw(cast, finding, "mona")
    assert published_findings(following) == []

    finding.refresh_from_db()
    reopen(cast, finding)
    publish(following)  # with the finding
    finding.refresh_from_db()
    withdraw(cast, finding, "mona")
    assert [row["state"] for row in published_findings(third)] == ["withdrawn"]
