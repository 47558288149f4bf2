"""Sections of a report: given, by whom and to whom, as last time; what ends with a submission."""

import pytest
from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import Report
from alliance.queries.delegations import (
    live_delegations,
    measures_given_to,
    open_work_counts,
    own_open_delegations,
)
from alliance.queries.report_frame import report_frame
from alliance.services.delegations import finish_delegation, give_as_last_time, give_sections
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.delegations import give, in_days, inbox_of, measure_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


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


def test_a_measure_as_last_time_is_not_taken_from_whoever_has_its_commitment(cast: Cast) -> None:
    charter = read_charter()
    last = make_report(make_cycle(charter, "2025-h2"), cast.aurora)
    give(cast, last, cast.alice)
    report = make_report(make_cycle(charter, "2026-h1"), cast.aurora)
    give(cast, report, cast.sven, f"c{measure_of(report).commitment_id}")

    with acting_as(cast.actor("sven")) as sven, pytest.raises(WrongState, match="as last time"):
        give_as_last_time(sven, report)


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
