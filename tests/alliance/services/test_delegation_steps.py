"""One section: handed back, opened again, taken back, changed, handed on; and somebody who is too late for that."""

import pytest

from alliance.enums import DelegationState
from alliance.models import Delegation, Report
from alliance.services.delegations import (
    change_delegation,
    finish_delegation,
    reopen_delegation,
    take_back_delegation,
)
from portal.kernel.access import acting_as
from portal.kernel.errors import AssignedElsewhere, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.delegations import give, in_days, inbox_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


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

    with (
        acting_as(cast.actor("alice")) as alice,
        pytest.raises(WrongState, match="taken back meanwhile; nobody"),
    ):
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


def test_an_assignee_who_is_too_late_reads_who_has_the_section_now(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        change_delegation(sven, section, assignee=cast.sven.pk, due_on=in_days(9), version=1)
    with (
        acting_as(cast.actor("alice")) as alice,
        pytest.raises(AssignedElsewhere, match="Sven has this section now"),
    ):
        finish_delegation(alice, section)
    with acting_as(cast.actor("sven")) as sven:
        finish_delegation(sven, section)
        with pytest.raises(WrongState, match="You have handed this section back already"):
            finish_delegation(sven, section)
    with (
        acting_as(cast.actor("alice")) as alice,
        pytest.raises(AssignedElsewhere, match="Sven has handed"),
    ):
        finish_delegation(alice, section)


def test_a_section_taken_back_and_given_anew_names_its_assignee(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        take_back_delegation(sven, section)
        give(cast, report, cast.sven)
        for act in (take_back_delegation, reopen_delegation):
            with pytest.raises(WrongState, match="now it is given to: Sven"):
                act(sven, section)


@pytest.mark.parametrize("name", ["bob", "carol", "mona"])
def test_people_outside_a_section_do_not_change_it(cast: Cast, report: Report, name: str) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor(name)) as actor:
        for act in (take_back_delegation, reopen_delegation, finish_delegation):
            with pytest.raises((Forbidden, Delegation.DoesNotExist)):
                act(actor, section)
        with pytest.raises((Forbidden, Delegation.DoesNotExist)):
            change_delegation(actor, section, assignee=cast.sven.pk, due_on=in_days(1), version=1)
