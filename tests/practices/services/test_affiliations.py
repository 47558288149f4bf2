"""An affiliation from its proposal to its end: who takes which step, what is refused, and what the portal closes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from alliance.enums import OrganisationKind, OrganisationState, Role
from alliance.models import Membership, Organisation, Person
from alliance.queries.actors import actor_for
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from practices import tasks
from practices.enums import AffiliationClosingCause, AffiliationState, Label
from practices.models import Affiliation, Practice
from practices.queries.affiliations import opened_records
from practices.services.affiliations import (
    approve_affiliation,
    confirm_affiliation,
    decline_affiliation,
    end_affiliation,
    propose_affiliation,
    take_back_affiliation,
    withdraw_affiliation,
)
from tests.factories import Cast, make_organisation, make_person
from tests.factories.affiliations import make_affiliation
from tests.factories.practices import call_as, make_shared
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db

_TEXTS = {"relation": "contractor", "purpose": "They moderate for us."}


@pytest.fixture
def petals(cast: Cast) -> Organisation:
    """A partner, which Petra administers and where Pia reads."""
    petals = make_organisation("petals", OrganisationKind.PARTNER)
    make_person("Petra", petals, Role.ADMINISTRATOR)
    make_person("Pia", petals, Role.READER)
    return petals


def actor(name: str) -> Actor:
    person = Person.objects.get(name=name)
    return actor_for(person.pk, person.memberships.get().organisation_id)


def propose(cast: Cast, petals: Organisation) -> Affiliation:
    affiliation: Affiliation = call_as(cast.actor("carol"), propose_affiliation, petals, **_TEXTS)
    return affiliation


def put_in_force(cast: Cast, petals: Organisation) -> Affiliation:
    affiliation = propose(cast, petals)
    call_as(actor("Petra"), confirm_affiliation, affiliation)
    in_force: Affiliation = call_as(
        cast.actor("mona"), approve_affiliation, affiliation, "They have signed for it."
    )
    return in_force


def reads(name: str, practice: Practice) -> bool:
    reader = actor(name)
    with acting_as(reader):
        return Practice.objects.visible_to(reader).filter(pk=practice.pk).exists()


def test_everybody_at_the_affiliate_reads_once_both_have_confirmed_and_until_one_ends_it(
    cast: Cast, petals: Organisation
) -> None:
    practice = make_shared(cast, Label.AMBER)  # for Beacon
    strict = make_shared(cast, Label.AMBER_STRICT)
    affiliation = propose(cast, petals)
    assert not reads("Pia", practice)
    call_as(actor("Petra"), confirm_affiliation, affiliation)
    assert not reads("Pia", practice)
    call_as(cast.actor("mona"), approve_affiliation, affiliation, "They have signed for it.")
    assert reads("Pia", practice)
    assert not reads("Pia", strict)

    ended = call_as(cast.actor("carol"), end_affiliation, affiliation, "The contract is over.")

    assert not reads("Pia", practice)
    assert (ended.state, ended.closed_for, ended.closing_reason) == (
        "ended",
        cast.beacon,
        "The contract is over.",
    )
    kinds = (
        Event.objects.filter(kind__startswith="affiliation.").order_by("pk").values_list("kind", flat=True)
    )
    assert [kind.partition(".")[2] for kind in kinds] == ["propose", "confirm", "approve", "end"]
    assert propose(cast, petals).state == AffiliationState.PROPOSED  # the way back


@pytest.mark.parametrize("kind", [OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE])
def test_no_member_or_associate_can_be_proposed(cast: Cast, kind: str) -> None:
    with pytest.raises(DomainError, match="takes part in the alliance in its own right"):
        call_as(cast.actor("carol"), propose_affiliation, make_organisation("rival", kind), **_TEXTS)


def test_nobody_else_can_be_proposed_than_a_partner_with_an_administrator(
    cast: Cast, petals: Organisation
) -> None:
    suspended = make_organisation("asleep", OrganisationKind.PARTNER, OrganisationState.SUSPENDED)
    merged = make_organisation("old-petals", OrganisationKind.PARTNER, OrganisationState.FORMER)
    Organisation.objects.filter(pk=merged.pk).update(successor=petals, merged_on="2026-01-01")
    merged.refresh_from_db()
    refused = {
        cast.secretariat: "The secretariat cannot be an affiliate",
        cast.beacon: "no affiliate of itself",
        suspended: "is suspended",
        merged: "is now part of Petals",
        make_organisation("school", OrganisationKind.SUPPORTER): "cannot be an affiliate",
        make_organisation("empty", OrganisationKind.PARTNER): "no administrator on the portal",
    }
    for organisation, sentence in refused.items():
        with pytest.raises(DomainError, match=sentence):
            propose(cast, organisation)
    for texts in ({"relation": "friend"}, {"purpose": " "}):
        with pytest.raises(DomainError):
            call_as(cast.actor("carol"), propose_affiliation, petals, **{**_TEXTS, **texts})
    for name in ("alice", "mona"):
        with pytest.raises(Forbidden):
            call_as(cast.actor(name), propose_affiliation, petals, **_TEXTS)


def test_what_is_proposed_or_in_force_is_not_proposed_again(cast: Cast, petals: Organisation) -> None:
    affiliation = propose(cast, petals)
    with pytest.raises(DomainError, match="already been proposed"):
        propose(cast, petals)
    call_as(actor("Petra"), confirm_affiliation, affiliation)
    call_as(cast.actor("mona"), approve_affiliation, affiliation, "Signed.")
    with pytest.raises(DomainError, match="already an affiliate"):
        propose(cast, petals)


# --- Who -------------------------------------------------------------------------------------


def test_each_step_is_its_own_side_s(cast: Cast, petals: Organisation) -> None:
    affiliation = propose(cast, petals)
    steps: dict[Callable[..., Any], tuple[str, ...]] = {
        confirm_affiliation: ("Carol", "Pia", "Mona", "Sven"),
        withdraw_affiliation: ("Petra", "Pia", "Mona", "Sven"),
        take_back_affiliation: ("Carol", "Mona"),
    }
    for step, names in steps.items():
        for name in names:
            with pytest.raises(Forbidden), acting_as(SYSTEM):
                step(actor(name), affiliation)
    for step in (approve_affiliation, decline_affiliation, end_affiliation):
        for name in ("Sven", "Rita", "Pia"):
            with pytest.raises(Forbidden), acting_as(SYSTEM):
                step(actor(name), affiliation, "Because.")
    with pytest.raises(Forbidden), acting_as(SYSTEM):
        approve_affiliation(actor("Petra"), affiliation, "Because.")


def test_one_person_never_stands_for_two_of_the_three(cast: Cast, petals: Organisation) -> None:
    """Whatever organisations they belong to, and by whatever role."""
    Membership.objects.create(person=cast.carol, organisation=petals, roles=[Role.ADMINISTRATOR])
    Membership.objects.create(
        person=Person.objects.get(name="Petra"), organisation=cast.secretariat, roles=[Role.MANAGER]
    )
    affiliation = propose(cast, petals)
    with pytest.raises(DomainError, match="another person has to confirm"):
        call_as(actor_for(cast.carol.pk, petals.pk), confirm_affiliation, affiliation)
    petra = Person.objects.get(name="Petra")
    call_as(actor_for(petra.pk, petals.pk), confirm_affiliation, affiliation)
    with pytest.raises(DomainError, match="another manager has to decide"):
        call_as(actor_for(petra.pk, cast.secretariat.pk), approve_affiliation, affiliation, "Signed.")


# --- Bad days --------------------------------------------------------------------------------


def test_a_step_that_somebody_else_has_taken_meanwhile_is_refused(cast: Cast, petals: Organisation) -> None:
    """Two confirm at once, the secretariat confirms twice, the proposer withdraws while it decides."""
    affiliation = propose(cast, petals)
    mona = cast.actor("mona")
    with pytest.raises(WrongState):  # before the affiliate
        call_as(mona, approve_affiliation, affiliation, "Signed.")
    call_as(actor("Petra"), confirm_affiliation, affiliation)
    with pytest.raises(WrongState, match="Waiting for the secretariat"):
        call_as(actor("Petra"), confirm_affiliation, affiliation)
    call_as(actor("Petra"), take_back_affiliation, affiliation)
    with pytest.raises(WrongState, match="Waiting for the affiliate"):
        call_as(mona, approve_affiliation, affiliation, "Signed.")
    call_as(actor("Petra"), confirm_affiliation, affiliation)
    call_as(cast.actor("carol"), withdraw_affiliation, affiliation)
    with pytest.raises(WrongState, match="Withdrawn"):
        call_as(mona, approve_affiliation, affiliation, "Signed.")
    in_force = put_in_force(cast, petals)
    with pytest.raises(WrongState, match="In force"):
        call_as(mona, approve_affiliation, in_force, "Signed.")
    assert Event.objects.filter(kind="affiliation.approve").count() == 1


def test_what_is_suspended_between_the_two_confirmations_is_not_put_in_force(
    cast: Cast, petals: Organisation
) -> None:
    affiliation = propose(cast, petals)
    call_as(actor("Petra"), confirm_affiliation, affiliation)
    Organisation.objects.filter(pk=cast.beacon.pk).update(state=OrganisationState.SUSPENDED)
    with pytest.raises(DomainError, match="suspended"):
        call_as(cast.actor("mona"), approve_affiliation, affiliation, "Signed.")
    assert close_all() == 0  # a reinstated one may still be confirmed
    Organisation.objects.filter(pk=cast.beacon.pk).update(state=OrganisationState.ACTIVE)
    assert call_as(cast.actor("mona"), approve_affiliation, affiliation, "Signed.").state == "in_force"


def test_reasons_are_required(cast: Cast, petals: Organisation) -> None:
    affiliation = propose(cast, petals)
    call_as(actor("Petra"), confirm_affiliation, affiliation)
    for step in (approve_affiliation, decline_affiliation):
        with pytest.raises(DomainError, match="Give a reason"):
            call_as(cast.actor("mona"), step, affiliation, " ")


# --- What the portal closes ------------------------------------------------------------------


def close_all() -> int:
    tasks.enqueue_affiliation_closings_task()
    return run_all_jobs().count("close_affiliation")


def test_a_proposal_lapses_after_its_last_day_and_cannot_be_confirmed_from_then_on(
    cast: Cast, petals: Organisation
) -> None:
    affiliation = make_affiliation(cast.beacon, petals, cast.carol, "proposed", lapses_on=today())
    assert close_all() == 0
    with acting_as(SYSTEM):
        Affiliation.objects.update(lapses_on=today() - timedelta(days=1))
    with pytest.raises(DomainError, match="The last day for confirming this was"):
        call_as(actor("Petra"), confirm_affiliation, affiliation)

    assert close_all() == 1
    with acting_as(SYSTEM):
        row = Affiliation.objects.get()
    assert (row.state, row.closing_cause, row.closed_by) == ("lapsed", AffiliationClosingCause.DATE, None)
    assert propose(cast, petals).lapses_on == today() + timedelta(days=30)


@pytest.mark.parametrize(
    ("slug", "changes", "cause"),
    [
        ("petals", {"state": OrganisationState.FORMER}, AffiliationClosingCause.LEFT),
        ("beacon-search", {"state": OrganisationState.FORMER}, AffiliationClosingCause.LEFT),
        ("petals", {"kind": OrganisationKind.MEMBER}, AffiliationClosingCause.KIND),
        ("beacon-search", {"kind": OrganisationKind.SUPPORTER}, AffiliationClosingCause.KIND),
    ],
)
@pytest.mark.parametrize(("state", "closed"), [("proposed", "lapsed"), ("in_force", "ended")])
def test_what_two_can_no_longer_have_is_closed(
    cast: Cast, petals: Organisation, slug: str, changes: dict[str, str], cause: str, state: str, closed: str
) -> None:
    make_affiliation(cast.beacon, petals, cast.carol, state)
    Organisation.objects.filter(slug=slug).update(**changes)

    assert [close_all(), close_all()] == [1, 0]
    with acting_as(SYSTEM):
        row = Affiliation.objects.get()
    assert (row.state, row.closing_cause) == (closed, cause)


# --- Whose records it opens ------------------------------------------------------------------


def test_records_are_counted_by_source_without_titles(cast: Cast, petals: Organisation) -> None:
    make_shared(cast, Label.AMBER)
    make_shared(cast, Label.AMBER)
    for label in (Label.AMBER_STRICT, Label.GREEN):
        make_shared(cast, label)
    (opened,) = opened_records(cast.beacon.pk, petals.pk)
    assert (opened.source, opened.practices, opened.uses, opened.requests) == (cast.aurora, 2, 0, 0)

    with acting_as(SYSTEM):  # what names the affiliate itself is not opened by the affiliation
        row = Practice.objects.filter(label=Label.AMBER).order_by("pk").first()
        row.reader_organisations = [cast.beacon.pk, petals.pk]
        row.save()
    assert [row.practices for row in opened_records(cast.beacon.pk, petals.pk)] == [1]
    assert opened_records(cast.aurora.pk, petals.pk) == []


def test_what_an_affiliate_reads_through_another_organisation_is_neither_opened_nor_closed(
    cast: Cast, petals: Organisation
) -> None:
    practice, cedar = make_shared(cast, Label.AMBER), make_organisation("cedar")
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(reader_organisations=[cast.beacon.pk, cedar.pk])
    make_affiliation(cedar, petals, cast.bob)

    assert opened_records(cast.beacon.pk, petals.pk) == []
    Organisation.objects.filter(pk=cedar.pk).update(state=OrganisationState.SUSPENDED)
    assert [row.practices for row in opened_records(cast.beacon.pk, petals.pk)] == [1]
