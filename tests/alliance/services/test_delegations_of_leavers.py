"""Sections of a person who can write no more: back to their giver, over to a successor, or nobody's."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from alliance.enums import DelegationState, Role
from alliance.models import Membership, Organisation, Person, Report
from alliance.services.account_decisions import close_account
from alliance.services.delegations import finish_delegation, give_sections, reopen_delegation
from alliance.services.handover import end_membership_with_handover
from alliance.services.people import end_membership, set_roles
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_cast, read_charter
from tests.support.delegations import give, in_days, inbox_of, measure_of, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def membership_of(person: Person, organisation: Organisation) -> Membership:
    with acting_as(SYSTEM):
        return Membership.objects.get(person=person, organisation=organisation)


@pytest.mark.parametrize("way", ["end", "roles", "close"])
def test_sections_of_a_leaver_return_to_their_assigner(cast: Cast, report: Report, way: str) -> None:
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
