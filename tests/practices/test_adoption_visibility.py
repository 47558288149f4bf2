"""Adoptions, relations and reactions against each relation to the practice, by filter and row-level security.

An adoption has readers of its own, and nobody sees it who may not see the practice; only whose use it is sees it
without.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.enums import Label, PracticeState
from practices.models import Adoption, AdoptionResult, AdoptionStep, Practice, Reaction, Relation
from tests.factories.relations import ReaderRelations
from tests.practices.test_labels import RELATIONS, SHARED

pytestmark = pytest.mark.django_db
# by Ember, whose editor `other` and former Carol `moved` have it for their own
EMBER = {"other", "moved"}


def visible_through_both(model: Any, relations: ReaderRelations) -> str:
    """Who sees a row, which must be the same through the visibility filter and row-level security."""
    checks: list[Callable[[Actor], bool]] = [
        lambda actor: _as_system(lambda: model.objects.visible_to(actor).exists()),
        lambda actor: _as(actor, model.objects.exists),
    ]
    first, second = (
        "".join("y" if check(relations.actors[relation]) else "." for relation in RELATIONS)
        for check in checks
    )
    assert first == second
    return first


def _as_system(query: Callable[[], bool]) -> bool:
    with acting_as(SYSTEM):
        return query()


def _as(actor: Actor, query: Callable[[], bool]) -> bool:
    with acting_as(actor):
        return query()


def visible_row(text: str) -> str:
    return text.replace(" ", "")


def adoption(relations: ReaderRelations, practice: Practice, label: str, **readers: Any) -> Adoption:
    """By Ember, recorded by Mei; with a step and a result."""
    mei = relations.actors["other"]
    with acting_as(SYSTEM):
        made = Adoption.objects.create(
            practice=practice,
            organisation_id=mei.tenant_id,
            author_people=[f"{mei.person_id}.{mei.tenant_id}"],
            label=label,
            since=date(2026, 4, 3),
            **readers,
        )
        AdoptionStep.objects.create(
            adoption=made, state="trial", on=date(2026, 4, 3), recorded_by_id=mei.person_id
        )
        AdoptionResult.objects.create(adoption=made, note="Canary", added_by_id=mei.person_id)
    return made


@pytest.mark.parametrize("label", list(SHARED))
def test_what_the_community_may_know_of_a_use_is_known_to_who_sees_the_practice(
    relations: ReaderRelations, label: str
) -> None:
    adoption(relations, relations.practice(label), Label.GREEN)
    community = visible_row(SHARED[Label.GREEN])
    expected = "".join(
        "y" if relation in EMBER or (seen == "y" and known == "y") else "."
        for relation, seen, known in zip(RELATIONS, visible_row(SHARED[label]), community, strict=True)
    )

    for model in (Adoption, AdoptionStep, AdoptionResult):
        assert visible_through_both(model, relations) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        # the source alone is named, and whose use it is
        (Label.AMBER_STRICT, "yy ...... y.. .. .y."),
        (Label.AMBER, "yy ...... y.. .. .y."),
        # Alice is named, Mei has written it
        (Label.RED, "y. ...... y.. .. ..."),
        (Label.CLEAR, "yy yyyyyy yyy yy yyy"),
    ],
)
def test_a_use_has_readers_of_its_own(relations: ReaderRelations, label: str, expected: str) -> None:
    alice = relations.actors["author"]
    readers = (
        {"reader_people": [f"{alice.person_id}.{alice.tenant_id}"]}
        if label == Label.RED
        else {"reader_organisations": [relations.source]}
    )
    adoption(relations, relations.practice(Label.CLEAR), label, **readers)

    assert visible_through_both(Adoption, relations) == visible_row(expected)


def test_a_recalled_practice_hides_its_uses_too(relations: ReaderRelations) -> None:
    adoption(relations, relations.practice(Label.GREEN, PracticeState.RECALLED), Label.GREEN)

    assert visible_through_both(Adoption, relations) == visible_row("yy ...... y.. .. .y.")


@pytest.mark.parametrize("label", list(SHARED))
def test_a_relation_is_seen_by_who_sees_both_ends(relations: ReaderRelations, label: str) -> None:
    hidden, open_one = relations.practice(label), relations.practice(Label.CLEAR)
    with acting_as(SYSTEM):
        Relation.objects.create(practice=open_one, kind="derives", target=hidden)
    assert visible_through_both(Relation, relations) == visible_row(SHARED[label])


@pytest.mark.parametrize("label", list(SHARED))
def test_reactions_are_seen_with_the_practice(relations: ReaderRelations, label: str) -> None:
    carol = relations.actors["named"]
    with acting_as(SYSTEM):
        Reaction.objects.create(
            practice=relations.practice(label),
            kind="works",
            person_id=carol.person_id,
            organisation_id=carol.tenant_id,
        )
    assert visible_through_both(Reaction, relations) == visible_row(SHARED[label])
