"""Asking for sign-off, returning a report with a reason, taking the request back: by whom, when, and what is kept."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from alliance.enums import ReportState, Role, SignOffOutcome
from alliance.models import Membership, Report, SignOffRequest
from alliance.queries.report_history import report_history
from alliance.queries.working_copy import working_copy
from alliance.services.shown_copies import ShownCopy
from alliance.services.sign_off import ask_for_sign_off, send_report_back, withdraw_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_cast, read_charter
from tests.support.delegations import inbox_of
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's, complete and in draft."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    return report


def act(cast: Cast, name: str, service: Any, report: Report, *args: Any) -> Any:
    with acting_as(cast.actor(name)) as actor:
        return service(actor, report, *args)


def requests() -> list[SignOffRequest]:
    with acting_as(SYSTEM):
        return list(SignOffRequest.objects.order_by("pk"))


def test_the_message_and_the_reason_are_stored_and_the_journal_has_neither(
    cast: Cast, report: Report
) -> None:
    act(cast, "alice", ask_for_sign_off, report, "December is an estimate.", "en")
    returned = act(cast, "sven", send_report_back, report, "  Выборка прошлогодняя.  ", "ru")

    request = requests()[0]
    assert returned.state == ReportState.DRAFT
    assert (request.message, request.asked_by_id) == ("December is an estimate.", cast.alice.pk)
    assert (request.reason, request.reason_language) == ("Выборка прошлогодняя.", "ru")
    assert (request.outcome, request.answered_by_id) == (SignOffOutcome.RETURNED, cast.sven.pk)
    with acting_as(SYSTEM):
        entries = list(Event.objects.filter(kind__in=("report.ask_for_sign_off", "report.send_back")))
    assert [entry.data["request"] for entry in entries] == [request.pk, request.pk]
    assert not any("estimate" in str(entry.data) or "Выборка" in str(entry.data) for entry in entries)


def test_the_history_has_the_words_for_the_organisation_and_none_for_the_secretariat(
    cast: Cast, report: Report
) -> None:
    act(cast, "alice", ask_for_sign_off, report, "December is an estimate.")
    act(cast, "sven", send_report_back, report, "Count it anew.")

    def reasons(name: str) -> list[str]:
        with acting_as(cast.actor(name)) as actor:
            return [entry.reason for entry in report_history(actor, report)]

    assert reasons("alice") == ["Count it anew.", "December is an estimate."]
    assert reasons("rita") == reasons("mona") == []


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_report_is_not_returned_without_a_reason(cast: Cast, report: Report, reason: str) -> None:
    act(cast, "alice", ask_for_sign_off, report)

    with pytest.raises(DomainError, match="Say what has to change") as refusal:
        act(cast, "sven", send_report_back, report, reason)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "rita", "mona"])
def test_only_signatories_return_a_report(cast: Cast, report: Report, name: str) -> None:
    act(cast, "alice", ask_for_sign_off, report)

    with pytest.raises(Forbidden):
        act(cast, name, send_report_back, report, "Count it anew.")


def test_the_asker_takes_the_request_back_and_asks_again(cast: Cast, report: Report) -> None:
    act(cast, "alice", ask_for_sign_off, report, "First.")

    assert act(cast, "alice", withdraw_sign_off, report).state == ReportState.DRAFT
    assert act(cast, "alice", ask_for_sign_off, report, "Second.").state == ReportState.AWAITING_SIGN_OFF
    assert [(row.message, row.outcome) for row in requests()] == [("First.", "withdrawn"), ("Second.", "")]


def test_a_request_that_was_taken_back_before_its_letter_asks_for_nothing(cast: Cast, report: Report) -> None:
    act(cast, "alice", ask_for_sign_off, report)
    act(cast, "alice", withdraw_sign_off, report)

    assert inbox_of(cast.sven) == ["report.withdraw_sign_off"]


def test_colleagues_take_back_no_request_of_others(cast: Cast, report: Report) -> None:
    act(cast, "alice", ask_for_sign_off, report)

    with pytest.raises(DomainError, match="Alice asked for sign-off: only they can take"):
        act(cast, "sven", withdraw_sign_off, report)
    for name in ("bob", "carol", "rita"):
        with pytest.raises(Forbidden):
            act(cast, name, withdraw_sign_off, report)


def test_once_the_asker_has_left_any_editor_takes_the_request_back(cast: Cast, report: Report) -> None:
    act(cast, "alice", ask_for_sign_off, report)
    with acting_as(SYSTEM):
        Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())

    assert act(cast, "sven", withdraw_sign_off, report).state == ReportState.DRAFT


def test_a_report_that_the_secretariat_has_returned_stays_that(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.CHANGES_REQUESTED, changes_due_on=report.due_on
    )
    report.refresh_from_db()
    act(cast, "alice", ask_for_sign_off, report)

    assert act(cast, "alice", withdraw_sign_off, report).state == ReportState.CHANGES_REQUESTED


def test_a_step_is_of_the_request_that_its_page_has_shown(cast: Cast, report: Report) -> None:
    """Asked for anew since: nobody returns or takes back what they have not seen."""
    act(cast, "alice", ask_for_sign_off, report)
    act(cast, "sven", send_report_back, report, "Count it anew.")
    act(cast, "alice", ask_for_sign_off, report)
    seen, now = (str(request.pk) for request in requests())

    with pytest.raises(
        WrongState, match=r"Sven returned .*“Count it anew\.” Since then Alice has asked for sign-off"
    ):
        act(cast, "alice", withdraw_sign_off, report, seen)
    with pytest.raises(WrongState, match="Since then Alice has asked for sign-off again"):
        act(cast, "sven", send_report_back, report, "Count.", "en", seen)
    assert act(cast, "sven", send_report_back, report, "Count.", "en", now).state == ReportState.DRAFT


def test_the_second_of_two_steps_is_refused_with_what_the_first_one_did(cast: Cast, report: Report) -> None:
    act(cast, "alice", ask_for_sign_off, report)
    act(cast, "sven", send_report_back, report, "Count it anew.")

    with pytest.raises(WrongState, match="Returned to its editors: Sven"):
        act(cast, "alice", withdraw_sign_off, report)
    with pytest.raises(WrongState, match="Returned to its editors: Sven"):
        act(cast, "sven", send_report_back, report, "Again.")


def test_a_report_that_a_colleague_has_returned_is_not_signed_from_an_older_page(
    cast: Cast, report: Report
) -> None:
    """Nothing in it has changed: without the refusal it would be filed against the colleague's word."""
    act(cast, "alice", ask_for_sign_off, report)
    with acting_as(cast.actor("sven")) as actor:
        shown = ShownCopy.of(working_copy(report), timezone.now())
    act(cast, "sven", send_report_back, report, "Count it anew.")

    with (
        pytest.raises(WrongState, match=r"Sven returned the report to its editors.*“Count it anew.”"),
        acting_as(cast.actor("sven")) as actor,
    ):
        submit_report(actor, report, shown=shown)

    with acting_as(cast.actor("sven")) as actor:
        submit_report(actor, report, shown=ShownCopy.of(working_copy(report), timezone.now()))


def test_a_signature_answers_the_request(cast: Cast, report: Report) -> None:
    act(cast, "alice", ask_for_sign_off, report)
    act(cast, "sven", submit_report, report)

    assert requests()[0].outcome == SignOffOutcome.SIGNED


@pytest.mark.django_db(transaction=True)
def test_of_a_signature_and_a_return_at_once_one_wins_and_the_other_is_refused() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    petra = make_person("Petra", cast.aurora, Role.SIGNATORY)
    act(cast, "alice", ask_for_sign_off, report)
    with acting_as(actor_of(cast.sven)):
        shown = ShownCopy.of(working_copy(report), timezone.now())

    def sign() -> str:
        with acting_as(actor_of(cast.sven)) as actor:
            return str(submit_report(actor, report, shown=shown).number)

    def send_back() -> str:
        with acting_as(actor_of(petra)) as actor:
            return str(send_report_back(actor, report, "Not yet.").state)

    def attempt(step: Any) -> str:
        try:
            return step()
        except WrongState as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        signed, returned = pool.map(attempt, [sign, send_back])

    assert (signed == "1") != (returned == ReportState.DRAFT)
    assert "Petra returned the report" in signed or "the state is “Submitted”" in returned
