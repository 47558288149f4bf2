"""Second readings that are withdrawn: by whom, until when, with what reason; and by the end of a reviewer's rights."""

import pytest

from alliance.enums import Role
from alliance.models import (
    InternalNote,
    Membership,
    Person,
    Report,
    SecondReading,
)
from alliance.queries.second_readings import withdrawal_note
from alliance.services.account_decisions import close_account
from alliance.services.people import end_membership, set_roles
from alliance.services.reviews import conclude_report
from alliance.services.second_readings import (
    give_opinion,
    send_reading,
    withdraw_reading,
)
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, Forbidden, WrongState
from tests.factories import Cast, actor_of
from tests.support.second_readings import ask, measure_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


def test_a_reading_is_withdrawn_until_it_is_sent(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")
    withdraw_reading(rita, reading, "It is not needed.")

    assert conclude_report(rita, report).state == "concluded"
    with pytest.raises(WrongState):
        give_opinion(actor_of(roy), reading, measure_of(report), value="limited")
    with pytest.raises(WrongState):
        send_reading(actor_of(roy), reading)


def test_no_reviewer_withdraws_what_a_manager_asked_of_their_work(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(cast.actor("mona"), report, roy, "search")

    with pytest.raises(Forbidden):
        withdraw_reading(rita, reading, "I do not need it.")

    assert SecondReading.objects.get().state == "asked"
    assert not InternalNote.objects.exists()


def test_who_asked_withdraws_a_reading_of_a_report_that_is_another_reviewers_by_now(
    rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy, "search")
    Report.objects.update(reviewer=None)

    assert withdraw_reading(rita, reading, "It is not needed.").state == "withdrawn"


def test_a_reading_is_withdrawn_with_a_reason_which_is_a_note_of_the_report(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    mona = cast.actor("mona")
    reading = ask(rita, report, roy, "search")
    with pytest.raises(DomainError, match="Give a reason"):
        withdraw_reading(mona, reading, " ")

    withdrawn = withdraw_reading(mona, reading, "Roy is away until May.", "en")

    note = InternalNote.objects.get()
    assert note.text == "The second reading by Roy was withdrawn. Roy is away until May."
    assert (note.written_by_id, note.report_id) == (cast.mona.pk, report.pk)
    assert withdrawal_note(rita, withdrawn) == note


def test_a_difference_is_not_withdrawn(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)

    with pytest.raises(WrongState):
        withdraw_reading(rita, reading, "It is not needed.")


@pytest.mark.parametrize("roles", [None, [Role.AUDITOR]])
def test_a_reader_who_reviews_no_more_keeps_no_review_from_its_conclusion(
    cast: Cast, rita: Actor, roy: Person, report: Report, roles: list[str] | None
) -> None:
    ask(rita, report, roy, "search")
    membership = Membership.objects.get(person=roy)

    if roles is None:
        end_membership(cast.actor("mona"), membership)
    else:
        set_roles(cast.actor("mona"), membership, roles)

    assert SecondReading.objects.get().state == "withdrawn"
    assert conclude_report(rita, report).state == "concluded"


def test_a_reader_whose_account_is_closed_keeps_no_review_from_its_conclusion(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    ask(rita, report, roy, "search")

    close_account(cast.actor("mona"), roy, "Roy has asked for it by phone.")

    assert SecondReading.objects.get().state == "withdrawn"
    assert conclude_report(rita, report).state == "concluded"
