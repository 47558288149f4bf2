"""The list of readers agrees with the visibility filter and row-level security."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models.functions import Now

from alliance.models import Organisation
from alliance.queries.actors import actor_for
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.access.row_security import context_of
from practices.access import person_token
from practices.enums import Label, PracticeState
from practices.models import GroupMembership, Practice
from practices.queries.readership import people_holding, readers_of
from tests.factories.relations import ReaderRelations

pytestmark = pytest.mark.django_db

STATES = (PracticeState.DRAFT, PracticeState.SHARED, PracticeState.RETIRED, PracticeState.RECALLED)


@pytest.mark.parametrize("label", Label.values)
@pytest.mark.parametrize("state", STATES)
def test_readers_are_those_whom_filter_and_row_security_let_through(
    label: str, state: str, relations: ReaderRelations
) -> None:
    practice = relations.practice(label, state)
    people = {name: actor for name, actor in relations.actors.items() if actor.is_person}
    with acting_as(SYSTEM):
        seeing = {
            name
            for name, actor in people.items()
            if Practice.objects.visible_to(actor).filter(pk=practice.pk)
        }

    readers = set(readers_of(practice).values_list("person_token", flat=True))

    keys = {name: person_token(actor.person_id, actor.tenant_id) for name, actor in people.items()}
    assert {name for name, key in keys.items() if key in readers} == seeing


def _nobody_left(relations: ReaderRelations) -> None:
    """Cedar, which has an affiliate, is suspended, and Dana has left the group."""
    Organisation.objects.filter(pk=relations.actors["staff"].tenant_id).update(state="suspended")
    with acting_as(SYSTEM):
        GroupMembership.objects.update(ended_at=Now())


@pytest.mark.parametrize("change", [None, _nobody_left])
def test_people_hold_the_tokens_that_the_database_gives_them(
    change: Callable[[ReaderRelations], None] | None, relations: ReaderRelations
) -> None:
    if change:
        change(relations)
    people = {relation: actor for relation, actor in relations.actors.items() if acts(actor)}
    with acting_as(SYSTEM):
        tokens = {relation: tokens_of(actor) for relation, actor in people.items()}
    keys = {relation: person_token(actor.person_id, actor.tenant_id) for relation, actor in people.items()}

    for token in set().union(*tokens.values()) | {f"client:{relations.actors['staff'].tenant_id}"}:
        holders = set(people_holding([token]).values_list("person_token", flat=True))
        assert {relation for relation, key in keys.items() if key in holders} == {
            relation for relation, own_tokens in tokens.items() if token in own_tokens
        }, token


def acts(actor: Actor) -> bool:
    return actor.is_person and actor_for(actor.person_id or 0, actor.tenant_id or 0).is_person


def tokens_of(actor: Actor) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT practices_actor_tokens(%s, %s, %s)", context_of(actor))
        return set(cursor.fetchone()[0])


def test_a_record_has_the_tokens_of_its_new_readers_at_once(relations: ReaderRelations) -> None:
    practice = relations.practice(Label.RED)
    with acting_as(SYSTEM):
        for label, tokens in ((Label.GREEN, "community"), (Label.CLEAR, "everybody")):
            practice.label = label
            practice.save(update_fields=["label"])

            assert practice.reader_tokens == [tokens, *practice.owner_tokens]
