"""By which affiliations somebody reads, who may write one: the visibility filter and row-level security, each alone.

Anna's Fjord is a partner; Nadia's Cedar is a member that AMBER names. The secretariat is not named here.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Organisation
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AffiliationState, Label
from practices.models import Affiliation
from practices.queries.affiliations import affiliations_in_effect
from practices.queries.readership import people_holding
from practices.workflows import AFFILIATION
from tests.factories.affiliations import make_affiliation
from tests.factories.relations import ReaderRelations
from tests.practices.test_labels import passes_filter, passes_row_security
from tests.practices.test_readership import tokens_of

pytestmark = pytest.mark.django_db

FJORD, CEDAR = "fjord", "cedar"


def read_by(relations: ReaderRelations) -> tuple[bool, ...]:
    """Whether Anna reads: by the filter, by row-level security, by name, and whether Cedar's readers list Fjord."""
    anna, cedar = relations.actors["affiliate"], relations.actors["staff"].tenant_id or 0
    token = f"client:{cedar}"
    with acting_as(SYSTEM):
        holds = token in tokens_of(anna)
    named = people_holding([token]).filter(organisation_id=anna.tenant_id).exists()
    is_listed = anna.tenant_id in {row.affiliate_id for row in affiliations_in_effect([cedar])}
    return passes_filter(anna), passes_row_security(anna), holds, named, is_listed


def replace_affiliation(relations: ReaderRelations, state: str) -> Affiliation:
    """The one that is in force has ended; instead there is one in this state."""
    with acting_as(SYSTEM):
        Affiliation.objects.update(state=AffiliationState.ENDED)
    cedar, fjord = (Organisation.objects.get(slug=slug) for slug in (CEDAR, FJORD))
    return make_affiliation(cedar, fjord, relations.people["staff"], state)


def change(slug: str, **changes: str) -> Callable[[], Any]:
    return lambda: Organisation.objects.filter(slug=slug).update(**changes)


def test_an_affiliate_reads_what_is_amber_while_it_is_in_force(relations: ReaderRelations) -> None:
    relations.practice(Label.AMBER)
    assert read_by(relations) == (True,) * 5


@pytest.mark.parametrize("state", [state for state in AffiliationState if state != AffiliationState.IN_FORCE])
def test_nobody_reads_by_what_is_not_in_force(relations: ReaderRelations, state: str) -> None:
    relations.practice(Label.AMBER)
    replace_affiliation(relations, state)

    assert read_by(relations) == (False,) * 5


@pytest.mark.parametrize(
    "become",
    [
        *(change(slug, state=state) for slug in (FJORD, CEDAR)
          for state in (OrganisationState.SUSPENDED, OrganisationState.FORMER, OrganisationState.APPLICANT)),
        *(change(FJORD, kind=kind) for kind in (OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE,
          OrganisationKind.SUPPORTER)),
        change(CEDAR, kind=OrganisationKind.SUPPORTER),
    ],
)  # fmt: skip
def test_nobody_reads_by_what_the_two_may_no_longer_have(
    relations: ReaderRelations, become: Callable[[], Any]
) -> None:
    """Whatever the row says: the one that is suspended, has left or changed its kind neither gives nor gets."""
    relations.practice(Label.AMBER)
    become()

    assert read_by(relations) == (False,) * 5


def test_the_secretariat_reads_nothing_even_by_a_row_that_is_in_force(relations: ReaderRelations) -> None:
    relations.practice(Label.AMBER)
    host = Organisation.objects.get(kind=OrganisationKind.SECRETARIAT)
    cedar = Organisation.objects.get(slug=CEDAR)
    make_affiliation(cedar, host, relations.people["staff"])

    mona = relations.actors["host"]
    assert (passes_filter(mona), passes_row_security(mona)) == (False, False)
    assert affiliations_in_effect([cedar.pk])[0].affiliate.slug == FJORD
    assert len(affiliations_in_effect([cedar.pk])) == 1


def test_an_affiliate_of_an_affiliate_reads_nothing(relations: ReaderRelations) -> None:
    relations.practice(Label.AMBER)
    fjord, lessons = (Organisation.objects.get(slug=slug) for slug in (FJORD, "lessons"))
    make_affiliation(fjord, lessons, relations.people["affiliate"])

    lena = relations.actors["partner"]
    assert (passes_filter(lena), passes_row_security(lena)) == (False, False)


# --- Writing ---------------------------------------------------------------------------------

# who writes which next state into a row of Cedar and Fjord, by row-level security and the trigger alone
WRITES = {
    ("staff", "proposed"): {"withdrawn"},
    ("staff", "confirmed"): {"withdrawn"},
    ("staff", "in_force"): {"ended"},
    ("affiliate", "proposed"): {"confirmed", "declined"},
    ("affiliate", "confirmed"): {"proposed", "declined"},
    ("affiliate", "in_force"): {"ended"},
    ("host", "proposed"): {"declined"},
    ("host", "confirmed"): {"in_force", "declined"},
    ("host", "in_force"): {"ended"},
    ("author", "in_force"): set(),
    ("public", "confirmed"): set(),
}


@pytest.mark.parametrize(("relation", "state"), WRITES)
def test_each_of_the_three_writes_its_own_steps_alone(
    relations: ReaderRelations, relation: str, state: str
) -> None:
    """A statement of somebody's own, past every service: nobody lets themselves or anybody else in."""
    row = replace_affiliation(relations, state)
    written = {
        target
        for target in AffiliationState.values
        if target != state and writes(relations, relation, row.pk, target)
    }

    assert written == WRITES[relation, state]


def writes(relations: ReaderRelations, relation: str, pk: int, state: str) -> bool:
    try:
        with transaction.atomic():
            with acting_as(relations.actors[relation]):
                rows = Affiliation.objects.filter(pk=pk)
                number = rows.update(state=state, approved_by=relations.people["staff"])
            transaction.set_rollback(True)
            return bool(number)
    except DatabaseError:
        return False


@pytest.mark.parametrize("relation", ["staff", "affiliate", "host", "author", "public"])
def test_nobody_writes_a_row_that_is_in_force_or_moves_or_deletes_one(
    relations: ReaderRelations, relation: str
) -> None:
    actor, person = relations.actors[relation], relations.people["staff"]
    with acting_as(SYSTEM):
        row = Affiliation.objects.get()
    stamps = {
        "confirmed_by": person,
        "approved_by": person,
        "proposed_by": person,
        "lapses_on": row.lapses_on,
    }
    parties = {"organisation_id": actor.tenant_id or row.organisation_id, "affiliate_id": relations.source}
    for write in (
        lambda: Affiliation.objects.create(**parties, **stamps, state=AffiliationState.IN_FORCE),
        lambda: Affiliation.objects.create(**parties, **stamps, state=AffiliationState.CONFIRMED),
        lambda: Affiliation.objects.filter(pk=row.pk).update(affiliate_id=relations.source) or refuse(),
        lambda: Affiliation.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), acting_as(actor):
            write()


def refuse() -> None:
    """Nothing was changed because no row was seen, which is a refusal too."""
    raise DatabaseError


def test_the_trigger_knows_the_steps_of_the_state_table() -> None:
    trigger = next(trigger for trigger in Affiliation._meta.triggers if trigger.name == "steps")
    steps = {(source, step.target) for step in AFFILIATION.steps.values() for source in step.sources}

    assert {(str(source), str(target)) for source, target in trigger.transitions} == {
        (str(source), str(target)) for source, target in steps
    }
