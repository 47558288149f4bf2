"""Sections of a report: given, handed on and back, taken back, returned by those who can write no more; reminders."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from alliance.enums import DelegationState, ReportState, Role
from alliance.models import Delegation, Measure, Membership, Organisation, Person, Report
from alliance.queries.delegations import (
    live_delegations,
    measures_given_to,
    open_work_counts,
    own_open_delegations,
)
from alliance.queries.report_frame import report_frame
from alliance.services.account_decisions import close_account
from alliance.services.delegation_reminders import enqueue_delegation_reminders
from alliance.services.delegations import (
    change_delegation,
    finish_delegation,
    give_as_last_time,
    give_sections,
    remind_of_late_sections,
    reopen_delegation,
    take_back_delegation,
)
from alliance.services.handover import end_membership_with_handover
from alliance.services.people import end_membership, set_roles
from alliance.tasks import remind_of_delegation
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_cast, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
_HANDLER = remind_of_delegation  # importing it registers the job


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def measure_of(report: Report, key: str = "search") -> Measure:
    return Measure.objects.select_related("commitment").get(charter=report.cycle.charter, key=key)


def give(
    cast: Cast,
    report: Report,
    to: Person,
    *keys: str,
    by: str = "sven",
    days: int = 5,
    seen: int | None = None,
) -> list[Delegation]:
    """Sven gives sections, by default the measure of the search."""
    keys = keys or (f"m{measure_of(report).pk}",)
    with acting_as(cast.actor(by)) as actor:
        return list(
            give_sections(actor, report, keys, [to.pk], in_days(days), "Use the log.", seen).delegations
        )


def stored(delegation: Delegation) -> Delegation:
    with acting_as(SYSTEM):
        return Delegation.objects.get(pk=delegation.pk)


def inbox_of(person: Person) -> list[str]:
    """The kinds of what the person finds in their inbox, the oldest first."""
    run_all_jobs()
    with acting_as(SYSTEM):
        rows = Delivery.objects.filter(recipient=person, channel=Channel.INBOX).order_by("event_id")
        return [row.event.kind for row in rows.select_related("event")]


def test_a_colleague_finds_what_they_were_given_with_its_day(cast: Cast, report: Report) -> None:
    measure = measure_of(report)
    given = give(cast, report, cast.alice, f"m{measure.pk}", f"c{measure.commitment_id}")

    with acting_as(cast.actor("alice")) as alice:
        own = list(own_open_delegations(alice))
        counts = open_work_counts(alice)
    assert [row.pk for row in own] == [row.pk for row in given]
    assert {row.due_on for row in own} == {in_days(5)}
    assert (counts[cast.alice.pk].open, counts[cast.alice.pk].late) == (2, 0)
    assert inbox_of(cast.alice) == ["delegation.give"]  # one for both


def test_a_measure_given_by_itself_is_not_its_commitments(cast: Cast, report: Report) -> None:
    measure = measure_of(report)
    give(cast, report, cast.sven, f"c{measure.commitment_id}")
    give(cast, report, cast.alice, f"m{measure.pk}")

    with acting_as(cast.actor("alice")) as alice:
        live, frame = live_delegations(alice, report), report_frame(report)
    assert measures_given_to(cast.alice.pk, live, frame) == {measure.pk}
    assert measure.pk not in measures_given_to(cast.sven.pk, live, frame)


def test_a_person_who_gives_themselves_a_section_gets_no_notice_of_it(cast: Cast, report: Report) -> None:
    give(cast, report, cast.sven)

    assert inbox_of(cast.sven) == []


@pytest.mark.parametrize("name", ["bob", "carol", "rita", "mona"])
def test_only_editors_of_the_organisation_give_sections(cast: Cast, report: Report, name: str) -> None:
    with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
        give_sections(actor, report, ["m1"], [cast.alice.pk], in_days(5))


@pytest.mark.parametrize("name", ["bob", "carol", "mona"])
def test_sections_are_given_to_those_who_write_alone(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(DomainError, match="who can write the report"):
        give(cast, report, getattr(cast, name))


def test_a_day_that_is_over_is_refused_and_one_after_the_deadline_is_not(cast: Cast, report: Report) -> None:
    with pytest.raises(DomainError, match="today or a later day") as refusal:
        give(cast, report, cast.alice, days=-1)
    assert refusal.value.field == "due_on"

    late = (report.deadline - timezone.localdate()).days + 1
    assert give(cast, report, cast.alice, days=late)


def test_of_two_who_give_one_measure_at_once_the_second_is_refused_and_named_the_first(
    cast: Cast, report: Report
) -> None:
    give(cast, report, cast.alice, seen=0)
    measure, other = measure_of(report), measure_of(report, "speed")
    keys = [f"m{measure.pk}", f"m{other.pk}"]

    with acting_as(cast.actor("alice")) as alice:
        given = give_sections(alice, report, keys, [cast.sven.pk], in_days(5), seen=0)

    assert [row.measure_id for row in given.delegations] == [other.pk]
    assert list(given.refusals.values()) == ["Meanwhile Sven gave it to Alice."]


def test_a_section_that_somebody_has_already_is_not_given_twice(cast: Cast, report: Report) -> None:
    give(cast, report, cast.alice)

    assert give(cast, report, cast.alice) == []
    assert len(give(cast, report, cast.sven)) == 1  # two may have it


def test_a_report_that_is_with_the_secretariat_is_not_given_out(cast: Cast, report: Report) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED, submitted_at=timezone.now())

    with pytest.raises(WrongState, match="not being written"):
        give(cast, report, cast.alice)


def test_sections_end_with_the_submission_and_come_back_with_its_recall(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED, submitted_at=timezone.now())
    with acting_as(cast.actor("alice")) as alice:
        assert not own_open_delegations(alice).exists()
        with pytest.raises(WrongState):
            finish_delegation(alice, section)

    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.DRAFT, submitted_at=None)
    with acting_as(cast.actor("alice")) as alice:
        assert own_open_delegations(alice).count() == 1


def test_sections_of_a_returned_report_are_given_again_as_before(cast: Cast, report: Report) -> None:
    give(cast, report, cast.alice)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(
            state=ReportState.CHANGES_REQUESTED, submitted_at=timezone.now(), changes_due_on=in_days(20)
        )
    report.refresh_from_db()

    with acting_as(cast.actor("sven")) as sven:
        assert live_delegations(sven, report) == []
        (again,) = give_as_last_time(sven, report)
        with pytest.raises(WrongState, match="as last time"):
            give_as_last_time(sven, report)
    assert (again.assignee_id, again.measure_id) == (cast.alice.pk, measure_of(report).pk)


def test_the_next_report_is_given_out_as_the_last_one(cast: Cast) -> None:
    charter = read_charter()
    last = make_report(make_cycle(charter, "2025-h2"), cast.aurora)
    days = (last.due_on - timezone.localdate()).days
    give(cast, last, cast.alice, days=max(days - 3, 0))
    report = make_report(make_cycle(charter, "2026-h1"), cast.aurora)

    with acting_as(cast.actor("sven")) as sven:
        (given,) = give_as_last_time(sven, report)
    assert (given.assignee_id, given.section) == (cast.alice.pk, measure_of(report))
    assert given.due_on <= report.deadline


def test_a_section_is_handed_back_by_its_assignee_alone(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven, pytest.raises(Forbidden):
        finish_delegation(sven, section)

    with acting_as(cast.actor("alice")) as alice:
        assert finish_delegation(alice, section).state == DelegationState.DONE
        with pytest.raises(WrongState):
            finish_delegation(alice, section)
    assert inbox_of(cast.sven) == ["delegation.finish"]

    with acting_as(cast.actor("sven")) as sven:
        assert reopen_delegation(sven, section).done_at is None
    assert inbox_of(cast.alice)[-1:] == ["delegation.reopen"]


def test_of_taking_back_and_handing_back_at_once_one_wins(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        take_back_delegation(sven, section)

    with acting_as(cast.actor("alice")) as alice, pytest.raises(WrongState, match="Taken back"):
        finish_delegation(alice, section)
    assert "delegation.take_back" in inbox_of(cast.alice)


def test_a_section_gets_another_day_or_goes_to_another_colleague(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        moved = change_delegation(
            sven, section, assignee=cast.alice.pk, due_on=in_days(9), note="Later.", version=section.version
        )
        with pytest.raises(WrongState, match="changed meanwhile"):
            change_delegation(
                sven, section, assignee=cast.sven.pk, due_on=in_days(9), version=section.version
            )
    with acting_as(cast.actor("alice")) as alice:
        on = change_delegation(
            alice, moved, assignee=cast.sven.pk, due_on=in_days(9), note="Later.", version=moved.version
        )

    assert (on.assignee_id, on.given_by_id, on.due_on) == (cast.sven.pk, cast.alice.pk, in_days(9))
    assert inbox_of(cast.sven) == ["delegation.hand_on"]
    kinds = Event.objects.filter(kind__startswith="delegation").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["delegation.give", "delegation.change", "delegation.hand_on"]


@pytest.mark.parametrize("name", ["bob", "carol", "mona"])
def test_others_change_nothing(cast: Cast, report: Report, name: str) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor(name)) as actor:
        for act in (take_back_delegation, reopen_delegation, finish_delegation):
            with pytest.raises((Forbidden, Delegation.DoesNotExist)):
                act(actor, section)
        with pytest.raises((Forbidden, Delegation.DoesNotExist)):
            change_delegation(actor, section, assignee=cast.sven.pk, due_on=in_days(1), version=1)


# --- Somebody can write no more --------------------------------------------------------------


def membership_of(person: Person, organisation: Organisation) -> Membership:
    with acting_as(SYSTEM):
        return Membership.objects.get(person=person, organisation=organisation)


@pytest.mark.parametrize("way", ["end", "roles", "close"])
def test_sections_of_a_leaver_go_back_to_whoever_gave_them(cast: Cast, report: Report, way: str) -> None:
    (section,) = give(cast, report, cast.alice)
    membership = membership_of(cast.alice, cast.aurora)
    if way == "close":
        make_person("Erna", cast.aurora, Role.EDITOR)  # whoever else edits
        with acting_as(cast.actor("mona")) as mona:
            close_account(mona, cast.alice, "Asked by Sven.")
    else:
        with acting_as(cast.actor("sven")) as sven:
            if way == "end":
                end_membership(sven, membership)
            else:
                set_roles(sven, membership, [Role.READER])

    returned = stored(section)
    assert (returned.assignee_id, returned.state) == (cast.sven.pk, DelegationState.OPEN)
    if way == "close":  # whoever acts needs no notice
        assert "delegation.return" in inbox_of(cast.sven)


def test_a_section_of_a_leaver_and_a_leaver_is_nobodys_and_administrators_know(
    cast: Cast, report: Report
) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    with acting_as(cast.actor("alice")) as alice:
        (section,) = give_sections(
            alice, report, [f"m{measure_of(report).pk}"], [erna.pk], in_days(5)
        ).delegations
    with acting_as(cast.actor("mona")) as mona:
        end_membership(mona, membership_of(cast.alice, cast.aurora))
        end_membership(mona, membership_of(erna, cast.aurora))

    assert stored(section).state == DelegationState.TAKEN_BACK
    assert "delegation.return" in inbox_of(cast.sven)


def test_all_work_of_a_leaver_goes_over_with_the_sections(cast: Cast, report: Report) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        end_membership_with_handover(sven, membership_of(cast.alice, cast.aurora), successor=erna)

    assert (stored(section).assignee_id, stored(section).state) == (erna.pk, DelegationState.OPEN)


def test_a_section_is_handed_over_to_those_who_write_alone(cast: Cast, report: Report) -> None:
    give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError, match="may not write reports"):
        end_membership_with_handover(sven, membership_of(cast.alice, cast.aurora), successor=cast.bob)


def test_a_section_that_a_leaver_handed_back_is_not_opened_again(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("alice")) as alice:
        finish_delegation(alice, section)
    with acting_as(cast.actor("sven")) as sven:
        end_membership(sven, membership_of(cast.alice, cast.aurora))
        with pytest.raises(WrongState, match="any more"):
            reopen_delegation(sven, stored(section))


@pytest.mark.django_db(transaction=True)
def test_sections_given_while_a_colleague_leaves_are_given_after_theirs_went_back() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    petra = make_person("Petra", cast.aurora, Role.EDITOR)
    key = f"m{measure_of(report).pk}"
    give(cast, report, cast.alice, key)

    def attempt(person: Person) -> list[str]:
        try:
            with acting_as(actor_of(petra)) as actor:
                return list(give_sections(actor, report, [key], [person.pk], in_days(5)).refusals.values())
        except DomainError as refusal:
            return [str(refusal)]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            with acting_as(cast.actor("sven")) as sven:
                end_membership(sven, membership_of(cast.alice, cast.aurora))
            attempts = [pool.submit(attempt, person) for person in (cast.sven, cast.alice)]
            assert not wait(attempts, timeout=1).done
        answers = [each.result(timeout=30) for each in attempts]

    assert answers == [["Already given to Sven."], ["Choose colleagues who can write the report."]]


# --- Reminders -------------------------------------------------------------------------------


def given_long_ago(section: Delegation, due_on: date) -> None:
    with acting_as(SYSTEM):
        Delegation.objects.filter(pk=section.pk).update(
            due_on=due_on, given_at=timezone.now() - timedelta(days=30)
        )


def test_one_reminder_comes_before_the_day_and_one_after_it(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    run_all_jobs()
    for due_on in (in_days(0), in_days(-4)):
        given_long_ago(section, due_on)
        with acting_as(SYSTEM):
            assert enqueue_delegation_reminders() == 1
            assert enqueue_delegation_reminders() == 0
        run_all_jobs()
    assert inbox_of(cast.alice).count("delegation.remind") == 2


def test_a_section_done_or_given_on_short_notice_gets_no_reminder(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice, days=1)
    with acting_as(SYSTEM):
        assert enqueue_delegation_reminders() == 0
    given_long_ago(section, in_days(0))
    with acting_as(SYSTEM):
        enqueue_delegation_reminders()
    with acting_as(cast.actor("alice")) as alice:
        finish_delegation(alice, stored(section))

    assert "delegation.remind" not in inbox_of(cast.alice)


def test_an_editor_reminds_those_who_are_late_once_a_day(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        with pytest.raises(WrongState, match="Nothing is late"):
            remind_of_late_sections(sven, report)
        given_long_ago(section, in_days(-2))
        assert remind_of_late_sections(sven, report) == 1
        with pytest.raises(WrongState, match="reminded today"):
            remind_of_late_sections(sven, report)
    assert inbox_of(cast.alice).count("delegation.remind") == 1
