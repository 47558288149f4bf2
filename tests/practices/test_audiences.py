"""Narrowing is what takes readers away and brings in nobody; compared with filter and row-level security."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.access import SYSTEM, acting_as
from practices.audiences import Audience, audience, is_narrowing
from practices.enums import NAMED_LABELS, Label
from practices.models import Practice
from practices.queries.readership import reader_tokens
from tests.factories.relations import ReaderRelations, make_relations
from tests.support import database
from tests.support.database import DatabaseState
from tests.support.made_up_values import UNTIMED

pytestmark = pytest.mark.django_db
ALICE, BOB, AURORA = "8.90", "9.90", 90
CAROL, BETH, NADIA = "1.10", "2.10", "3.20"


def narrows(old: Audience, new: Audience) -> bool:
    """For a practice of Aurora's by Alice."""
    practice = Practice(organisation_id=AURORA, author_people=[ALICE])
    return is_narrowing(*(reader_tokens(practice, readers) for readers in (old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (audience(Label.CLEAR), audience(Label.GREEN)),
        (audience(Label.CLEAR), audience(Label.RED)),
        (audience(Label.GREEN), audience(Label.AMBER, organisations=[10])),
        (audience(Label.AMBER, organisations=[10, 20]), audience(Label.AMBER, organisations=[10])),
        (audience(Label.AMBER, organisations=[10]), audience(Label.AMBER_STRICT, organisations=[10])),
        (audience(Label.AMBER_STRICT, organisations=[10]), audience(Label.RED, [CAROL])),
        (audience(Label.AMBER_STRICT, [CAROL]), audience(Label.RED, [CAROL])),
        (audience(Label.RED, [CAROL, NADIA]), audience(Label.RED, [CAROL])),
        (audience(Label.AMBER, groups=[1, 2]), audience(Label.RED, groups=[1])),
        # a colleague of the source has read it all along
        (audience(Label.AMBER, organisations=[10]), audience(Label.RED, [BOB])),
        (audience(Label.AMBER_STRICT, [CAROL]), audience(Label.RED, [BOB, CAROL])),
    ],
)
def test_taking_readers_away_is_narrowing(old: Audience, new: Audience) -> None:
    assert narrows(old, new)
    assert not narrows(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (audience(Label.AMBER, organisations=[10]), audience(Label.AMBER, organisations=[20])),
        (audience(Label.AMBER_STRICT, [CAROL]), audience(Label.AMBER_STRICT, [BETH])),
        (audience(Label.AMBER, groups=[1]), audience(Label.AMBER, groups=[2])),
        (audience(Label.AMBER_STRICT, organisations=[10]), audience(Label.RED, [NADIA])),
        # who is let in by a group or as an affiliate today may not be tomorrow
        (audience(Label.AMBER, groups=[1]), audience(Label.RED, [NADIA])),
        (audience(Label.AMBER, organisations=[10]), audience(Label.AMBER_STRICT, organisations=[20])),
    ],
)
def test_other_readers_are_widening_either_way(old: Audience, new: Audience) -> None:
    assert not narrows(old, new)
    assert not narrows(new, old)


@pytest.mark.parametrize("label", Label.values)
def test_an_audience_is_no_other_without_what_its_label_makes_no_use_of(label: str) -> None:
    practice, everything = Practice(organisation_id=AURORA), audience(label, [CAROL], [20], [1])

    assert reader_tokens(practice, everything.effective) == reader_tokens(practice, everything)


@pytest.mark.parametrize("label", NAMED_LABELS)
def test_a_label_makes_use_of_everything_else(label: str) -> None:
    practice, used = Practice(organisation_id=AURORA), audience(label, [CAROL], [20], [1]).effective

    tokens = reader_tokens(practice, used)
    for fewer in (replace(used, people=frozenset()), replace(used, groups=frozenset())):
        assert reader_tokens(practice, fewer) < tokens
    if used.organisations:
        assert reader_tokens(practice, replace(used, organisations=frozenset())) < tokens


# --- Against both checks --------------------------------------------------------------------


def subsets(size: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.sampled_from([picked for n in range(size + 1) for picked in combinations(range(size), n)])


AUDIENCES = st.tuples(st.sampled_from(Label.values), subsets(3), subsets(3), subsets(1))


@pytest.fixture(scope="module")
def relations(
    django_db_setup: None, django_db_blocker: Any, database_state: DatabaseState
) -> Iterator[ReaderRelations]:
    """One audience for all examples."""
    with django_db_blocker.unblock():
        database_state.renew(database.TEMPLATE)
        with database_state.hold():
            yield make_relations()


def named_in(
    relations: ReaderRelations, picked: tuple[str, tuple[int, ...], tuple[int, ...], tuple[int, ...]]
) -> Audience:
    label, people, organisations, groups = picked
    readers = relations.readers
    return audience(
        label,
        [readers["reader_people"][place] for place in people],
        [readers["reader_organisations"][place] for place in organisations],
        [readers["reader_groups"][place] for place in groups],
    )


def readers_of(relations: ReaderRelations, practice: Practice, audience: Audience) -> set[str]:
    with acting_as(SYSTEM):
        practice.label = audience.label
        practice.reader_people = sorted(audience.people)
        practice.reader_organisations = sorted(audience.organisations)
        practice.reader_groups = sorted(audience.groups)
        practice.save()
        return {
            relation
            for relation, actor in relations.actors.items()
            if Practice.objects.visible_to(actor).filter(pk=practice.pk).exists()
        }


@given(old=AUDIENCES, new=AUDIENCES)
@settings(UNTIMED, max_examples=25)
def test_what_is_called_narrowing_brings_in_nobody(
    relations: ReaderRelations, old: tuple, new: tuple
) -> None:
    before, after = named_in(relations, old), named_in(relations, new)
    with transaction.atomic():
        practice = relations.practice(before.label)
        is_narrower = is_narrowing(reader_tokens(practice, before), reader_tokens(practice, after))
        gained = readers_of(relations, practice, after) - readers_of(relations, practice, before)
        transaction.set_rollback(True)

    assert not (is_narrower and gained), (before, after, gained)
