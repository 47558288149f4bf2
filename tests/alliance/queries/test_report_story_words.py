"""The words of a story and of a member's history: those of each act, also where the report has others by now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.enums import ReportState, Role
from alliance.models import Accession, Cycle, Measure, Report, ReportReminder
from alliance.queries.journal import JournalFilter, journal_events
from alliance.queries.local_dates import today
from alliance.queries.report_history import report_history
from alliance.queries.report_story import story_entries, story_events
from alliance.services.findings import edit_finding, open_finding
from alliance.services.late_joiners import JoinerDecision, decide_late_joiners, include_late_joiner
from alliance.services.obligations import exempt_report, remind_members
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import (
    Cast,
    actor_of,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    read_charter,
)
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    return make_cycle(read_charter())


def story_words(cast: Cast, report: Report, kind: str) -> list[list[str]]:
    """The words of each entry of a kind, the first one first."""
    with acting_as(cast.actor("mona")) as mona:
        entries = story_entries(mona, report, list(story_events(mona, report)))
    return [[words.text for words in entry.words] for entry in entries if entry.row.event.kind == kind]


@pytest.mark.parametrize("is_required_again", [False, True])
def test_each_exemption_keeps_its_own_reason(cast: Cast, cycle: Cycle, *, is_required_again: bool) -> None:
    vesper = make_organisation("vesper-maps")
    Accession.objects.create(
        organisation=vesper, charter=cycle.charter, state="published", signed_at=timezone.now()
    )
    with acting_as(cast.actor("mona")) as mona:
        (report,) = decide_late_joiners(mona, cycle, [JoinerDecision(vesper, reason="Too new.")])
        included = include_late_joiner(mona, report, cycle.due_on)
        left_out = exempt_report(mona, included, "It was sold.")
        if is_required_again:
            include_late_joiner(mona, left_out, cycle.due_on)
    with acting_as(SYSTEM):
        vesna = actor_of(make_person("Vesna", vesper, Role.READER))

    assert story_words(cast, report, "report.exempt") == [["Too new."], ["It was sold."]]
    with acting_as(vesna):
        entries = report_history(vesna, Report.objects.get(pk=report.pk))
    assert [entry.reason for entry in entries if entry.kind == "report.exempt"] == [
        "It was sold.",
        "Too new.",
    ]


def test_of_exemptions_without_a_row_the_last_one_alone_has_the_reason_of_the_report(
    cast: Cast, cycle: Cycle
) -> None:
    report = make_report(cycle, cast.aurora)
    Report.objects.filter(pk=report.pk).update(state=ReportState.EXEMPT, exempt_reason="It was sold.")
    with acting_as(cast.actor("mona")) as mona:
        for _time in range(2):
            journal.record(mona, "report.exempt", report)

    assert story_words(cast, report, "report.exempt") == [[], ["It was sold."]]
    with acting_as(cast.actor("sven")) as sven:
        entries = report_history(sven, Report.objects.get(pk=report.pk))
    assert [entry.reason for entry in entries if entry.kind == "report.exempt"] == ["It was sold.", ""]


def test_a_finding_is_opened_with_what_it_said_then(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    measure = Measure.objects.get(charter=cycle.charter, key="search")
    due_on = today() + timedelta(days=10)
    with acting_as(cast.actor("rita")) as rita:
        finding = open_finding(rita, report, measure, text="Count the nights.", due_on=due_on)
        for text in ("Count the nights too.", "Count nights and holidays."):
            finding = edit_finding(rita, finding, text=text, due_on=due_on)

    assert story_words(cast, report, "finding.open") == [["Count the nights."]]
    assert story_words(cast, report, "finding.edit") == [["Count the nights."], ["Count the nights too."]]


def test_a_managers_reminder_stands_in_the_story_and_under_the_member(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    other = make_report(cycle, cast.beacon)
    with acting_as(cast.actor("mona")) as mona:
        remind_members(mona, cycle, [report.pk], "Call me if it is unclear.")
        concerned = journal_events(mona, JournalFilter(concerned=[cast.aurora.pk]))
        kinds = [event.kind for event in concerned]

    assert story_words(cast, report, "report.remind") == [["Call me if it is unclear."]]
    assert story_words(cast, other, "report.remind") == []
    assert kinds == ["report.remind"]
    assert ReportReminder.objects.get().report == report
