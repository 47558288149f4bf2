"""Of two who decide about the same at the same moment the second learns who was first, and when."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from alliance.enums import CycleState, ReportState, Role
from alliance.models import Finding, Measure, Report
from alliance.queries.local_dates import today
from alliance.services.cycle_decisions import shown_state
from alliance.services.cycles import publish_concluded_report, publish_cycle
from alliance.services.extensions import (
    ask_for_extension,
    extend_report,
    refuse_extension,
    withdraw_extension_request,
)
from alliance.services.findings import (
    carry_finding,
    claim_finding,
    complete_finding,
    edit_finding,
    open_finding,
)
from alliance.services.organisations import withdraw_organisation
from alliance.services.questions import answer_question, ask_question, close_question
from alliance.services.recalls import recall_report
from alliance.services.responses import respond_to_verdicts
from alliance.services.review_decisions import reopen_review
from alliance.services.reviews import conclude_report, start_review
from portal.kernel.access import SYSTEM, Actor, acting_as
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_cast, read_charter
from tests.support.cycle_acts import cycle_due, stated
from tests.support.races import Acts, act_at_once, by, without_moments
from tests.support.report_acts import judge_all, make_concluded_report, make_submitted_report

pytestmark = pytest.mark.django_db(transaction=True)


def colleague(cast: Cast, name: str, role: Role) -> Actor:
    """Somebody else of the secretariat."""
    return actor_of(make_person(name, cast.secretariat, role))


def second_signatory(cast: Cast) -> Actor:
    return actor_of(make_person("Sara", cast.aurora, Role.SIGNATORY))


def in_review(cast: Cast) -> Report:
    report = make_submitted_report(cast)
    by(cast.actor("rita"), start_review, report)()
    report.refresh_from_db()
    return report


def later(days: int = 40) -> Any:
    return today() + timedelta(days=days)


def finding_of(cast: Cast, report: Report) -> Finding:
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(cast.actor("rita")) as rita:
        return open_finding(rita, report, measure, text="Count the nights.", due_on=later(10))


def concluded_finding(cast: Cast) -> Finding:
    finding = finding_of(cast, in_review(cast))
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.CONCLUDED)
    return finding


# --- Findings ------------------------------------------------------------------------------------


def both_complete(cast: Cast) -> Acts:
    finding, zoe = concluded_finding(cast), colleague(cast, "Zoe", Role.REVIEWER)
    return (
        by(cast.actor("rita"), complete_finding, finding, "I saw the clock.", seen="0"),
        by(zoe, complete_finding, finding, "It is done.", seen="0"),
    )


def both_complete_unseen(cast: Cast) -> Acts:
    """As programs do that do not say what they have read."""
    finding, zoe = concluded_finding(cast), colleague(cast, "Zoe", Role.REVIEWER)
    return by(cast.actor("rita"), complete_finding, finding), by(zoe, complete_finding, finding)


def carried_and_completed(cast: Cast) -> Acts:
    finding, zoe = concluded_finding(cast), colleague(cast, "Zoe", Role.REVIEWER)
    return (
        by(cast.actor("rita"), carry_finding, finding, later(), "The tools come late.", seen="0"),
        by(zoe, complete_finding, finding, "It is done.", seen="0"),
    )


def both_claim(cast: Cast) -> Acts:
    finding = concluded_finding(cast)
    return (
        by(cast.actor("alice"), claim_finding, finding, "The nights are counted."),
        by(cast.actor("sven"), claim_finding, finding, "We count them."),
    )


def edited_twice(cast: Cast) -> Acts:
    finding = finding_of(cast, in_review(cast))
    rita = cast.actor("rita")
    return (
        by(rita, edit_finding, finding, text="Count them apart.", due_on=later(), public=True, seen="0"),
        by(rita, edit_finding, finding, text="Count the days.", due_on=later(10), seen="0"),
    )


def edited_while_concluded(cast: Cast) -> Acts:
    report = in_review(cast)
    finding = finding_of(cast, report)
    judge_all(cast, report, "limited")
    rita = cast.actor("rita")
    return (
        by(rita, conclude_report, report),
        by(rita, edit_finding, finding, text="Count the days.", due_on=later(10), seen="0"),
    )


def edited_while_recalled(cast: Cast) -> Acts:
    """The member takes its submission back before the review has begun; the reviewer had found something before."""
    report = in_review(cast)
    finding = finding_of(cast, report)
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.SUBMITTED)
    rita = cast.actor("rita")
    return (
        by(cast.actor("sven"), recall_report, report, "One figure is missing."),
        by(rita, edit_finding, finding, text="Count the days.", due_on=later(10), seen="0"),
    )


# --- Publishing ----------------------------------------------------------------------------------


def both_publish_cycle(cast: Cast) -> Acts:
    cycle = cycle_due(read_charter(), 30, CycleState.CLOSED)
    make_report(cycle, cast.aurora)
    max_ = colleague(cast, "Max", Role.MANAGER)
    return (
        by(cast.actor("mona"), publish_cycle, cycle, **stated(cycle)),
        by(max_, publish_cycle, cycle, **stated(cycle)),
    )


def published_while_reopened(cast: Cast) -> Acts:
    report = make_concluded_report(cast, read_charter())
    with acting_as(SYSTEM):
        Report.objects.update(reviewer=cast.rita)
    return (
        by(cast.actor("rita"), reopen_review, report, "A page was overlooked."),
        by(cast.actor("mona"), publish_cycle, report.cycle, **stated(report.cycle)),
    )


def reopened_while_published(cast: Cast) -> Acts:
    return published_while_reopened(cast)[::-1]


def both_publish_report(cast: Cast) -> Acts:
    report = make_concluded_report(cast, read_charter())
    report.cycle.state = CycleState.PUBLISHED
    report.cycle.save()
    seen, max_ = shown_state(report.state, report.concluded_at), colleague(cast, "Max", Role.MANAGER)
    return (
        by(cast.actor("mona"), publish_concluded_report, report, seen=seen),
        by(max_, publish_concluded_report, report, seen=seen),
    )


# --- Members -------------------------------------------------------------------------------------


def both_record_departure(cast: Cast) -> Acts:
    max_ = colleague(cast, "Max", Role.MANAGER)
    return (
        by(cast.actor("mona"), withdraw_organisation, cast.aurora, "It left."),
        by(max_, withdraw_organisation, cast.aurora, "It left the alliance."),
    )


def request_for_more_time(cast: Cast) -> Any:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("alice")) as alice:
        return ask_for_extension(
            alice, report, until=report.due_on + timedelta(days=7), reason="Two offices moved."
        )


def both_grant(cast: Cast) -> Acts:
    request, max_ = request_for_more_time(cast), colleague(cast, "Max", Role.MANAGER)
    report = request.report
    day, seen = request.requested_due_on, report.due_on.isoformat()
    return (
        by(cast.actor("mona"), extend_report, report, day, "Granted.", request.pk, seen),
        by(max_, extend_report, report, day, "It may.", request.pk, seen),
    )


def refused_while_granted(cast: Cast) -> Acts:
    grant, _again = both_grant(cast)
    request = Report.objects.get().extension_requests.get()
    return grant, by(actor_of(cast.mona), refuse_extension, request, "No.")


def withdrawn_while_refused(cast: Cast) -> Acts:
    """The member reads no names of the secretariat."""
    request = request_for_more_time(cast)
    return (
        by(cast.actor("mona"), refuse_extension, request, "No."),
        by(cast.actor("alice"), withdraw_extension_request, request),
    )


def question(cast: Cast) -> Any:
    report = in_review(cast)
    with acting_as(cast.actor("rita")) as rita:
        return ask_question(rita, report, "Which lists do you use?")


def both_answer(cast: Cast) -> Acts:
    asked = question(cast)
    return (
        by(cast.actor("alice"), answer_question, asked, "Our own."),
        by(cast.actor("sven"), answer_question, asked, "Those of the hotlines."),
    )


def answered_while_closed(cast: Cast) -> Acts:
    asked = question(cast)
    return (
        by(cast.actor("rita"), close_question, asked),
        by(cast.actor("sven"), answer_question, asked, "Those of the hotlines."),
    )


def both_reply(cast: Cast) -> Acts:
    report, sara = make_concluded_report(cast, read_charter()), second_signatory(cast)
    report.responses.all().delete()
    return (
        by(cast.actor("sven"), respond_to_verdicts, report, None, "We go on.", "en"),
        by(sara, respond_to_verdicts, report, None, "We do not agree.", "en"),
    )


@pytest.mark.parametrize(
    ("make_acts", "sentence"),
    [
        (both_complete, "Since then Rita has recorded the finding as done, on {at}. “I saw the clock.”"),
        (both_complete_unseen, "the state is “Done”. Finding recorded as done: Rita, {at}."),
        (carried_and_completed, "Since then Rita has carried the finding on to"),
        (both_claim, "Alice reported it done on {at}: “The nights are counted.”"),
        (edited_twice, "“Count them apart.”, due on"),
        (edited_while_concluded, "This report is not in review. Review concluded; replies until"),
        (edited_while_recalled, "Submission 1 recalled: Sven, {at}."),
        (both_publish_cycle, "the state is “Published”. Cycle published: Mona, {at}."),
        (published_while_reopened, "Review reopened: Rita, {at}."),
        (reopened_while_published, "the state is “Published”. Published: Mona, {at}."),
        (both_publish_report, "Aurora Video – Published: Mona, {at}."),
        (both_record_departure, "Organisation withdrew: Mona, {at}."),
        (both_grant, "Mona granted this request for more time on {at}."),
        (refused_while_granted, "Mona granted this request for more time on {at}."),
        (withdrawn_while_refused, "the secretariat, {at}."),
        (both_answer, "Alice, {at}. “Our own.”"),
        (answered_while_closed, "the secretariat, {at}."),
        (both_reply, "A reply has already been signed (Sven, {at}) and cannot be changed."),
    ],
)
def test_a_second_decision_names_the_first(make_acts: Callable[[Cast], Acts], sentence: str) -> None:
    second = act_at_once(*make_acts(read_cast()))

    assert second.waited
    assert sentence in without_moments(second.refusal)
