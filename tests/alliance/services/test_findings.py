"""Findings: made in a review, reported done, carried on, done, opened again; and the reminders before their date."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from alliance.enums import FindingState, ReportState
from alliance.models import Finding, Measure, Report, WithdrawnPublication
from alliance.queries.findings import due_finding_reminders, findings
from alliance.queries.local_dates import today
from alliance.queries.public.wording import finding_title
from alliance.services.finding_reminders import enqueue_finding_reminders, remind_of_findings
from alliance.services.findings import (
    carry_finding,
    claim_finding,
    complete_finding,
    edit_finding,
    open_finding,
    reopen_finding,
)
from alliance.services.report_publication_content import report_publication_content
from alliance.services.review_decisions import reopen_review
from alliance.tasks import enqueue_reminders_task
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.text import format_date
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter, renamed
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


@pytest.fixture
def finding(cast: Cast, report: Report) -> Finding:
    """Made by Rita, to be done in ten days; the review is concluded."""
    finding = make(cast, report)
    Report.objects.update(state=ReportState.CONCLUDED)
    finding.refresh_from_db()
    return finding


def make(cast: Cast, report: Report, key: str = "search", days: int = 10) -> Finding:
    measure = Measure.objects.get(charter=report.cycle.charter, key=key)
    with acting_as(cast.actor("rita")) as rita:
        return open_finding(rita, report, measure, text="Count the nights.", due_on=in_days(days))


def test_the_member_reads_a_finding_once_the_review_is_concluded(cast: Cast, report: Report) -> None:
    make(cast, report)
    with acting_as(cast.actor("alice")) as alice:
        before = findings(alice).count()
        Report.objects.update(state=ReportState.CONCLUDED)

        assert (before, findings(alice).count()) == (0, 1)


@pytest.mark.parametrize("days", [0, -1])
def test_a_finding_is_not_due_before_tomorrow(cast: Cast, report: Report, days: int) -> None:
    with pytest.raises(DomainError, match="Choose a day after today"):
        make(cast, report, days=days)


def test_no_finding_is_made_of_a_measure_of_another_charter(cast: Cast, report: Report) -> None:
    other = Measure.objects.get(charter=report.cycle.charter, key="search")
    other.charter_id = 0
    with acting_as(cast.actor("rita")) as rita, pytest.raises(DomainError, match="another version"):
        open_finding(rita, report, other, text="Count.", due_on=in_days(10))


def test_a_finding_that_the_member_reports_done_waits_for_the_reviewer(cast: Cast, finding: Finding) -> None:
    with acting_as(cast.actor("alice")) as alice:
        claimed = claim_finding(alice, finding, "The clock runs at night.")
        with pytest.raises(WrongState):
            claim_finding(alice, finding, "Again.")
        with pytest.raises(Forbidden):
            complete_finding(alice, finding)

    assert (claimed.state, claimed.claimed_at is None) == (FindingState.OPEN, False)
    with acting_as(cast.actor("rita")) as rita:
        done = complete_finding(rita, finding, "Seen.")
        kinds = [entry.kind for entry in done.entries.all()]
    assert (done.state, done.claimed_at, kinds) == (FindingState.DONE, None, ["claim", "complete"])


def test_a_finding_is_carried_on_with_its_earlier_dates(cast: Cast, finding: Finding) -> None:
    with acting_as(cast.actor("rita")) as rita:
        carry_finding(rita, finding, in_days(20), "The supplier is late.")
        carried = carry_finding(rita, finding, in_days(30), "Later still.")
        with pytest.raises(DomainError, match="later day"):
            carry_finding(rita, finding, in_days(30), "The same.")
        earlier = [entry.earlier_due_on for entry in carried.entries.all()]

    assert (carried.state, carried.due_on) == (FindingState.CARRIED, in_days(30))
    assert earlier == [in_days(10), in_days(20)]


def test_a_done_finding_is_opened_again(cast: Cast, finding: Finding) -> None:
    with acting_as(cast.actor("rita")) as rita:
        complete_finding(rita, finding)
        opened = reopen_finding(rita, finding, "It was the other service.")

    assert (opened.state, opened.done_at) == (FindingState.OPEN, None)


def test_a_member_is_reminded_once_of_each_step_and_not_of_what_it_reported(
    cast: Cast, finding: Finding
) -> None:
    with acting_as(SYSTEM):
        assert (enqueue_finding_reminders(), enqueue_finding_reminders()) == (1, 0)
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, finding, "The clock runs at night.")

    run_all_jobs()

    assert Event.objects.filter(kind="finding.remind").count() == 0
    with acting_as(SYSTEM):
        assert enqueue_finding_reminders() == 0


def test_a_reminder_goes_out_while_the_finding_waits(cast: Cast, finding: Finding) -> None:
    enqueue_reminders_task()

    run_all_jobs()

    with acting_as(SYSTEM):
        assert Event.objects.filter(kind="finding.remind", target_id=finding.pk).count() == 1


def test_only_a_public_finding_is_part_of_the_publication(cast: Cast, report: Report) -> None:
    make(cast, report)
    public = make(cast, report, "speed")
    with acting_as(SYSTEM):
        Finding.objects.filter(pk=public.pk).update(public=True, text="Say how fast.")
        submission = report.submissions.get()
        content = report_publication_content(report, submission, json.loads(bytes(submission.body)))

    public_findings = {row["measure"]: row["findings"] for row in content["measures"] if row["findings"]}
    assert [(row["text"], row["state"]) for row in public_findings.pop("speed")] == [
        ("Say how fast.", "open")
    ]
    assert public_findings == {}


def test_the_next_report_says_what_became_of_the_public_findings_of_the_last(
    cast: Cast, report: Report
) -> None:
    secret, waiting, done, long_done = (
        make(cast, report, key) for key in ("search", "search", "speed", "speed")
    )
    published = timezone.now() - timedelta(days=9)
    with acting_as(SYSTEM):
        Finding.objects.exclude(pk=secret.pk).update(public=True)
        Finding.objects.filter(pk=long_done.pk).update(state="done", done_at=published - timedelta(days=1))
        Report.objects.update(state=ReportState.PUBLISHED, published_at=published)
    with acting_as(cast.actor("rita")) as rita:
        carry_finding(rita, waiting, in_days(40), "The clock is late.")
        complete_finding(rita, done)
    following = make_report(make_cycle(read_charter(), "2026-h2"), cast.aurora)
    make_submission(following, ReportState.IN_REVIEW)
    own = make(cast, following, "speed")
    with acting_as(SYSTEM):
        Finding.objects.filter(pk=own.pk).update(public=True)

    def titles() -> dict[str, list[str]]:
        with acting_as(SYSTEM):
            submission = following.submissions.get()
            content = report_publication_content(following, submission, json.loads(bytes(submission.body)))
        rows = [row for row in content["measures"] if row["findings"]]
        return {row["measure"]: [finding_title(each) for each in row["findings"]] for row in rows}

    day = format_date(today())
    of_its_own = f"Finding, to be done by {format_date(in_days(10))}; as of {day}"
    assert titles() == {
        "search": [f"Finding of Half 1 of 2026, to be done by {format_date(in_days(40))}; as of {day}"],
        "speed": [of_its_own, f"Finding of Half 1 of 2026, done on {day}"],
    }

    with acting_as(SYSTEM):
        WithdrawnPublication.objects.create(
            valid_from=1, type="report", record="aurora-video/2026-h1", number=1, organisation=cast.aurora,
            at=timezone.now(),
        )  # fmt: skip
    assert titles() == {"speed": [of_its_own]}


def test_a_finding_follows_its_measure_into_the_next_version_of_the_charter(
    cast: Cast, report: Report
) -> None:
    """`search` became `look`, and `speed` has no successor: of that finding its own report speaks alone."""
    for key in ("search", "speed"):
        make(cast, report, key)
    second = make_charter(
        version=2,
        tree=renamed(("search", "look"), ("speed", "pace")),
        mapping=(("search", "look"), ("speed", "")),
    )
    following = make_report(make_cycle(second, "2026-h2"), cast.aurora)
    with acting_as(SYSTEM):
        Finding.objects.update(public=True)
        Report.objects.filter(pk=report.pk).update(state=ReportState.PUBLISHED, published_at=timezone.now())
        submission = make_submission(following, ReportState.IN_REVIEW)
        content = report_publication_content(following, submission, json.loads(bytes(submission.body)))

    assert {row["measure"]: len(row["findings"]) for row in content["measures"] if row["findings"]} == {
        "look": 1
    }
    assert {"look", "pace"} <= {row["measure"] for row in content["measures"]}


# --- Overdue -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "steps"), [(15, []), (14, [14]), (3, [3]), (0, [3]), (-1, [-1]), (-15, [-14]), (-30, [])]
)
def test_reminders_go_on_after_the_date(cast: Cast, finding: Finding, days: int, steps: list[int]) -> None:
    Finding.objects.update(due_on=in_days(days))

    with acting_as(SYSTEM):
        assert [step for _finding, step in due_finding_reminders()] == steps


def test_all_overdue_findings_are_reminded_of_once_a_day(
    cast: Cast, report: Report, finding: Finding, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    Finding.objects.update(due_on=in_days(-5))
    with acting_as(cast.actor("mona")) as mona:
        assert remind_of_findings(mona) == 1
        with pytest.raises(WrongState, match="reminded today"):
            remind_of_findings(mona)
    with acting_as(cast.actor("alice")) as alice, pytest.raises(Forbidden):
        remind_of_findings(alice)

    run_all_jobs()

    assert {letter.to[0] for letter in mailoutbox} == {cast.alice.email, cast.sven.email}
    assert "is overdue" in mailoutbox[0].subject


# --- Edited ------------------------------------------------------------------------------------------


def edit(cast: Cast, finding: Finding, who: str = "rita", **changes: object) -> Finding:
    values: dict[str, Any] = {"text": "Count the nights apart.", "due_on": finding.due_on, "public": True}
    with acting_as(cast.actor(who)) as actor:
        return edit_finding(actor, finding, **{**values, **changes})


def test_a_finding_is_edited_while_its_review_goes_on(cast: Cast, report: Report) -> None:
    edited = edit(cast, make(cast, report), due_on=in_days(3))

    assert (edited.text, edited.due_on, edited.public) == ("Count the nights apart.", in_days(3), True)
    with acting_as(SYSTEM):
        facts = Event.objects.get(kind="finding.edit").data
        submission = report.submissions.get()
        content = report_publication_content(report, submission, json.loads(bytes(submission.body)))
    assert [facts[name] for name in ("before", "due_on", "public_before", "public")] == [
        in_days(10).isoformat(), in_days(3).isoformat(), False, True,
    ]  # fmt: skip
    assert [row["text"] for measure in content["measures"] for row in measure["findings"]] == [
        "Count the nights apart."
    ]


def test_what_it_said_is_the_members_only_where_it_had_read_it(cast: Cast, report: Report) -> None:
    finding = edit(cast, make(cast, report))
    reopen(cast, report)
    edit(cast, finding, text="Count the nights by hour.")
    Report.objects.update(state=ReportState.CONCLUDED)

    texts_by_reader = {
        "rita": ["Count the nights.", "Count the nights apart."],
        "alice": ["Count the nights apart."],
    }
    for who, texts in texts_by_reader.items():
        with acting_as(cast.actor(who)) as actor:
            entries = findings(actor).get().entries.all()
            assert [entry.text for entry in entries] == texts, who


def reopen(cast: Cast, report: Report) -> None:
    """Conclude the review, so that the member reads what it says, and open it again."""
    Report.objects.update(state=ReportState.CONCLUDED)
    with acting_as(cast.actor("rita")) as rita:
        reopen_review(rita, report, "A typing error.")


def test_a_draft_between_two_edits_of_one_reopening_stays_the_secretariats(
    cast: Cast, report: Report
) -> None:
    finding = make(cast, report)
    reopen(cast, report)
    edit(cast, finding, text="Count the days.")  # replaces what the member has read
    # replaces what it has not, and a day that it has
    edit(cast, finding, text="Count the hours.", due_on=in_days(12))
    edit(cast, finding, text="Count the hours.", due_on=in_days(14))
    reopen(cast, report)
    edit(cast, finding, text="Count the minutes.", due_on=in_days(14))
    Report.objects.update(state=ReportState.CONCLUDED)

    with acting_as(cast.actor("rita")) as rita:
        rows = [(row.kind, row.text, row.earlier_due_on) for row in findings(rita).get().entries.all()]
    with acting_as(cast.actor("alice")) as alice:
        readable = [(row.kind, row.text, row.earlier_due_on) for row in findings(alice).get().entries.all()]
    assert rows == [
        ("edit", "Count the nights.", None),
        ("edit", "", in_days(10)),
        ("redraft", "Count the days.", None),
        ("redraft", "", in_days(12)),
        ("edit", "Count the hours.", None),
    ]
    assert readable == [row for row in rows if row[0] == "edit"]


def test_a_finding_has_the_first_day_that_its_member_was_given(cast: Cast, report: Report) -> None:
    """An edit may also bring it forward; a day that the member never read is none that it was given."""
    text = "Count the nights."
    finding = edit(cast, make(cast, report), text=text, due_on=in_days(20))
    assert finding.first_due_on == in_days(20)
    reopen(cast, report)
    assert edit(cast, finding, text=text, due_on=in_days(5)).first_due_on == in_days(20)


@pytest.mark.parametrize(
    ("changes", "stands"),
    [({"text": "Count the hours."}, False), ({"due_on": in_days(20)}, False), ({"public": True}, True)],
)
def test_what_was_reported_done_is_reported_anew_where_text_or_day_changes(
    cast: Cast, report: Report, finding: Finding, changes: dict[str, object], stands: bool
) -> None:
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, finding, "The clock runs at night.")
    reopen(cast, report)

    edited = edit(cast, finding, **{"text": "Count the nights.", "public": False, **changes})

    assert (edited.claimed_at is not None) == stands


def test_a_finding_is_not_edited_once_its_review_is_concluded(cast: Cast, finding: Finding) -> None:
    with pytest.raises(WrongState, match="not in review"):
        edit(cast, finding)


@pytest.mark.parametrize(
    ("who", "changes", "error", "message"),
    [
        ("mona", {}, Forbidden, None),
        ("rita", {"text": " "}, DomainError, "Enter what has to be done"),
        ("rita", {"due_on": date(2020, 1, 1)}, DomainError, "Choose a day after today"),
        ("rita", {"text": "Count the nights.", "public": False}, DomainError, "Nothing was changed"),
    ],
)
def test_an_edit_is_refused(
    cast: Cast,
    report: Report,
    who: str,
    changes: dict[str, object],
    error: type[Exception],
    message: str | None,
) -> None:
    finding = make(cast, report)
    with pytest.raises(error, match=message):
        edit(cast, finding, who, **changes)


def test_of_two_edits_at_once_the_second_is_shown_the_first(cast: Cast, report: Report) -> None:
    finding = make(cast, report)
    edit(cast, finding, seen="0")
    with pytest.raises(WrongState, match=r"edited the finding.*“Count the nights apart.”"):
        edit(cast, finding, text="Count.", seen="0")


def test_what_is_done_is_not_edited(cast: Cast, report: Report) -> None:
    finding = make(cast, report)
    with acting_as(cast.actor("rita")) as rita:
        complete_finding(rita, finding)
    with pytest.raises(WrongState, match="already been done"):
        edit(cast, finding)
