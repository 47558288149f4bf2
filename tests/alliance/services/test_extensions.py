"""A member asks for more time: granted, refused, withdrawn, twice, too late, two people at once."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from alliance.enums import ExtensionRequestState, ReportState
from alliance.models import ExtensionRequest, Report
from alliance.services.extensions import (
    MAX_REQUESTED_DAYS,
    ask_for_extension,
    extend_report,
    refuse_extension,
    withdraw_extension_request,
)
from alliance.services.obligations import exempt_report, mark_not_filed
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db

REASON = "Two offices moved."


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def ask(cast: Cast, report: Report, days: int = 14, name: str = "alice") -> ExtensionRequest:
    with acting_as(cast.actor(name)) as actor:
        return ask_for_extension(actor, report, until=report.due_on + timedelta(days=days), reason=REASON)


def outcome() -> tuple[str, str | None, date | None]:
    request = ExtensionRequest.objects.get()
    name = request.decided_by.name if request.decided_by else None
    return request.state, name, request.granted_due_on


# --- Asking ----------------------------------------------------------------------------------


def test_asking_leaves_the_deadline_as_it_is(cast: Cast, report: Report) -> None:
    request = ask(cast, report)

    assert (request.state, request.asked_by, request.reason) == ("open", cast.alice, REASON)
    assert Report.objects.get().due_on == report.due_on
    entry = Event.objects.get(kind="report.ask_extension")
    asked_for = (report.due_on + timedelta(days=14)).isoformat()
    assert (entry.target_id, entry.data) == (
        request.pk,
        {"report": report.pk, "requested_due_on": asked_for},
    )


@pytest.mark.parametrize(("days", "reason", "field"), [
    (0, REASON, "until"), (MAX_REQUESTED_DAYS + 1, REASON, "until"), (7, " ", "reason"),
])  # fmt: skip
def test_invalid_requests_for_an_extension_are_refused(
    cast: Cast, report: Report, days: int, reason: str, field: str
) -> None:
    until = report.due_on + timedelta(days=days)
    with pytest.raises(DomainError) as refusal:
        ask_for_extension(cast.actor("sven"), report, until=until, reason=reason)

    assert refusal.value.field == field
    assert not ExtensionRequest.objects.exists()


def test_in_the_days_of_grace_a_day_that_has_passed_cannot_be_asked_for(cast: Cast, report: Report) -> None:
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=5))
    report.refresh_from_db()

    with pytest.raises(DomainError, match="has passed"):
        ask(cast, report, days=2)
    assert ask(cast, report, days=12).state == "open"


@pytest.mark.parametrize(("state", "due_days_ago"), [
    (ReportState.SUBMITTED, 0), (ReportState.IN_REVIEW, 0), (ReportState.NOT_FILED, 30),
    (ReportState.EXEMPT, 0), (ReportState.DRAFT, 30),
])  # fmt: skip
def test_too_late_to_ask(cast: Cast, report: Report, state: str, due_days_ago: int) -> None:
    Report.objects.update(state=state, due_on=timezone.localdate() - timedelta(days=due_days_ago))
    report.refresh_from_db()

    with pytest.raises(WrongState, match="no longer be extended"):
        ask(cast, report, days=60)


@pytest.mark.parametrize("name", ["bob", "carol", "mona"])
def test_only_those_who_write_the_report_ask(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(Forbidden):
        ask_for_extension(cast.actor(name), report, until=report.due_on + timedelta(days=7), reason=REASON)


def test_a_second_person_learns_who_has_asked(cast: Cast, report: Report) -> None:
    ask(cast, report)

    with pytest.raises(WrongState, match="Alice has already asked"):
        ask(cast, report, name="sven")


# --- Answering -------------------------------------------------------------------------------


def test_another_day_than_the_requested_one_can_be_granted(cast: Cast, report: Report) -> None:
    request = ask(cast, report)
    granted = report.due_on + timedelta(days=7)

    extended = extend_report(cast.actor("mona"), report, granted, "A week.", extension_request=request.pk)

    assert (extended.due_on, extended.extension_reason) == (granted, "A week.")
    assert outcome() == (ExtensionRequestState.GRANTED, "Mona", granted)
    entry = Event.objects.get(kind="report.extend").data
    assert entry["requested_due_on"] == request.requested_due_on.isoformat()
    with acting_as(cast.actor("alice")):
        assert ask(cast, extended, days=7).state == "open"  # the new deadline may turn out too short as well


def test_in_the_days_of_grace_a_day_that_has_passed_cannot_be_granted(cast: Cast, report: Report) -> None:
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=5))

    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError, match="has passed"):
        extend_report(mona, report, timezone.localdate() - timedelta(days=2), "By telephone.")


def test_refusing_needs_a_reason_and_leaves_the_deadline(cast: Cast, report: Report) -> None:
    request = ask(cast, report)
    with pytest.raises(DomainError) as refusal:
        refuse_extension(cast.actor("mona"), request, " ")
    assert refusal.value.field == "reason"

    refuse_extension(cast.actor("mona"), request, "The figures are compared that week.")

    assert outcome() == (ExtensionRequestState.REFUSED, "Mona", None)
    assert Report.objects.get().due_on == report.due_on
    with pytest.raises(WrongState):
        refuse_extension(cast.actor("mona"), request, "Once more.")


def test_a_withdrawn_request_cannot_be_granted(cast: Cast, report: Report) -> None:
    request = ask(cast, report)
    withdraw_extension_request(cast.actor("sven"), request)

    with pytest.raises(WrongState, match="Sven withdrew this request"):
        extend_report(
            cast.actor("mona"), report, request.requested_due_on, "Granted.", extension_request=request.pk
        )
    with pytest.raises(WrongState, match="Sven withdrew this request"):
        refuse_extension(cast.actor("mona"), request, "No.")
    assert outcome() == (ExtensionRequestState.WITHDRAWN, "Sven", None)


@pytest.mark.parametrize("name", ["rita", "alice", "carol"])
def test_only_managers_answer(cast: Cast, report: Report, name: str) -> None:
    request = ask(cast, report)
    with pytest.raises(Forbidden):
        refuse_extension(cast.actor(name), request, "No.")


# --- What ends it by itself ------------------------------------------------------------------


def test_a_report_that_is_submitted_needs_no_more_time(cast: Cast, report: Report) -> None:
    fill_report(cast.actor("alice"), report)
    ask(cast, report)

    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)

    assert outcome() == (ExtensionRequestState.LAPSED, None, None)


def test_an_exempted_report_needs_no_more_time(cast: Cast, report: Report) -> None:
    ask(cast, report)

    with acting_as(cast.actor("mona")) as mona:
        exempt_report(mona, report, "Just founded.")

    assert outcome() == (ExtensionRequestState.LAPSED, None, None)


def test_a_report_that_was_not_filed_gets_no_more_time(cast: Cast, report: Report) -> None:
    ask(cast, report)
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=30))

    with acting_as(SYSTEM):
        mark_not_filed(report.pk)

    assert outcome() == (ExtensionRequestState.LAPSED, None, None)
    assert Event.objects.filter(kind="extension_request.lapse").count() == 1
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState) as refused:
        refuse_extension(mona, ExtensionRequest.objects.get(), "No.")
    assert "This request for more time was closed without an answer on" in str(refused.value)


# --- Two people at once ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_at_once_make_one_request(cast: Cast, report: Report) -> None:
    both, refused = threading.Barrier(2), []

    def ask_together(name: str) -> None:
        try:
            with acting_as(cast.actor(name)):
                both.wait(timeout=10)
            ask(cast, report, name=name)
        except WrongState as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask_together, args=(name,)) for name in ("alice", "sven")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ExtensionRequest.objects.count() == 1
    assert len(refused) == 1
    assert "already asked for more time" in refused[0]


def test_the_page_before_an_exemption_names_the_request_that_it_closes(cast: Cast, report: Report) -> None:
    ask(cast, report)

    page = words_of(signed_in(cast.mona).get(f"/secretariat/reports/{report.pk}/exempt/"))

    assert f"is closed without an answer: “{REASON}”" in page
