"""Who sees working groups, who is in them, affiliates and the labels in use, by filter and row-level security."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.enums import Label
from practices.models import Affiliation, GroupMembership, LabelPolicy, WorkingGroup
from tests.factories.relations import ReaderRelations
from tests.practices.test_labels import RELATIONS

pytestmark = pytest.mark.django_db

# Dana alone is in the group, the secretariat sees it, Anna's Fjord is an affiliate of Nadia's Cedar
BY_FILTER = {
    WorkingGroup: ".. ....y. ... yy ...",
    GroupMembership: ".. ....y. ... yy ...",
    Affiliation: ".. ..yy.. ... yy ...",
    LabelPolicy: ".. ..y... ... yy ...",
}
MODELS = list(BY_FILTER)


@pytest.fixture
def relations(relations: ReaderRelations) -> ReaderRelations:
    with acting_as(SYSTEM):
        LabelPolicy.objects.create(organisation_id=relations.actors["staff"].tenant_id, labels=[Label.AMBER])
    return relations


def visible_row(relations: ReaderRelations, check: Callable[[Actor], bool]) -> str:
    return "".join("y" if check(relations.actors[relation]) else "." for relation in RELATIONS)


def passes_filter(model: Any, actor: Actor) -> bool:
    with acting_as(SYSTEM):
        return bool(model.objects.visible_to(actor).exists())


def passes_row_security(model: Any, actor: Actor) -> bool:
    with acting_as(actor):
        return bool(model.objects.exists())


@pytest.mark.parametrize("model", MODELS)
def test_filter_and_row_security_let_through_whom_it_concerns(relations: ReaderRelations, model: Any) -> None:
    assert visible_row(relations, lambda actor: passes_filter(model, actor)) == BY_FILTER[model].replace(
        " ", ""
    )
    assert visible_row(relations, lambda actor: passes_row_security(model, actor)) == BY_FILTER[
        model
    ].replace(" ", "")


def test_a_member_of_a_group_sees_all_members_and_a_former_one_sees_nobody(
    relations: ReaderRelations,
) -> None:
    dana, nadia = relations.actors["in_group"], relations.actors["staff"]
    with acting_as(SYSTEM):
        group = WorkingGroup.objects.get()
        group_membership = GroupMembership.objects.create(
            group=group, person_id=nadia.person_id, organisation_id=nadia.tenant_id
        )
        other = WorkingGroup.objects.create(name="Another", organisation_id=relations.source)
        GroupMembership.objects.create(
            group=other, person_id=nadia.person_id, organisation_id=nadia.tenant_id
        )
    assert [inside(actor) for actor in (dana, nadia)] == [2, 3]
    with acting_as(SYSTEM):
        group_membership.ended_at = group_membership.joined_at
        group_membership.save()
    assert [inside(actor) for actor in (dana, nadia)] == [2, 1]


def inside(actor: Actor) -> int:
    with acting_as(actor):
        assert GroupMembership.objects.count() == GroupMembership.objects.visible_to(actor).count()
        return GroupMembership.objects.count()


@pytest.mark.parametrize("relation", ["author", "beside_group", "affiliate", "public"])
def test_nobody_writes_themselves_into_a_group(relations: ReaderRelations, relation: str) -> None:
    actor = relations.actors[relation]
    person = relations.people.get(relation, relations.people["other"])
    place = actor.tenant_id or relations.source
    with acting_as(SYSTEM):
        group = WorkingGroup.objects.get()
    for write in (
        lambda: GroupMembership.objects.create(group=group, person=person, organisation_id=place),
        lambda: LabelPolicy.objects.create(organisation_id=relations.actors["other"].tenant_id),
    ):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
            acting_as(actor),
        ):
            write()
    with acting_as(actor):
        assert WorkingGroup.objects.update(name="Mine") == 0


def test_the_tables_have_row_security() -> None:
    """All are forced but the one that a function of the owner asks for its own policy."""
    names = [model._meta.db_table for model in MODELS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = ANY(%s)",
            [names],
        )
        flags = {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}
    assert flags == {name: (True, name != GroupMembership._meta.db_table) for name in names}
