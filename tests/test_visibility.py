"""Every policy of visibility against its written truth, each check alone; each one widened turns a test red."""

from collections.abc import Mapping
from typing import Any

import pytest

from portal.kernel.access import ANYONE, EVERYTHING, SYSTEM, Actor, VisibleQuerySet, acting_as
from tests.factories import actor_of
from tests.mutations import widen
from tests.policy.visibility import (
    MODELS_WITHOUT_ROWS,
    PUBLIC_MODELS,
    READERS,
    ROW_SECURITY_ROWS,
    VISIBLE_ROWS,
)
from tests.support.database_context import no_context
from tests.support.every_row import MODELS, keys_of, make_missing_rows, tables_with_policies
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("rollback", "missing_rows")

GUARDED = {
    name for name, model in MODELS.items() if isinstance(model._default_manager.all(), VisibleQuerySet)
}
CASES = [(model, lookup, row) for model, rows in VISIBLE_ROWS.items() for lookup, row in rows]


@pytest.fixture(scope="module")
def missing_rows(world: World) -> None:
    make_missing_rows(world.cast)


@pytest.fixture(scope="module")
def actors(world: World) -> Mapping[str, Actor]:
    people = {name: world.people[name] for name in READERS}
    return {name: actor_of(person) if person else ANYONE for name, person in people.items()}


def readers_by_queryset(actors: Mapping[str, Actor], model: str, lookup: Mapping[str, object]) -> str:
    """Who sees such rows by `visible_to`; the database lets everything through meanwhile."""
    keys = keys_of(model, lookup)
    rows: Any = MODELS[model]._default_manager.filter(pk__in=keys)
    with acting_as(SYSTEM):
        return "".join(letter_of(rows.visible_to(actors[name]).count(), keys) for name in READERS)


def readers_by_row_security(actors: Mapping[str, Actor], model: str, lookup: Mapping[str, object]) -> str:
    """Who gets such rows where nothing but the database withholds them."""
    keys, answers = keys_of(model, lookup), []
    for name in READERS:
        with acting_as(actors[name]):
            answers.append(letter_of(MODELS[model]._default_manager.filter(pk__in=keys).count(), keys))
    return "".join(answers)


def letter_of(count: int, keys: list[Any]) -> str:
    """`?` for those who get some of them."""
    return {0: ".", len(keys): "y"}.get(count, "?")


@pytest.mark.parametrize(("model", "lookup", "row"), CASES)
def test_a_row_is_visible_to_whom_its_line_names(
    actors: Mapping[str, Actor], model: str, lookup: dict[str, object], row: str
) -> None:
    assert readers_by_queryset(actors, model, lookup) == row.replace(" ", "")


@pytest.mark.parametrize("model", sorted({*VISIBLE_ROWS, *ROW_SECURITY_ROWS}))
def test_the_database_withholds_it_from_all_others(actors: Mapping[str, Actor], model: str) -> None:
    rows = ROW_SECURITY_ROWS.get(model) or VISIBLE_ROWS[model]
    if MODELS[model]._meta.db_table not in tables_with_policies():
        assert model not in ROW_SECURITY_ROWS
        return

    assert [readers_by_row_security(actors, model, lookup) for lookup, _row in rows] == [
        row.replace(" ", "") for _lookup, row in rows
    ]


@pytest.mark.parametrize("model", sorted(set(VISIBLE_ROWS) - PUBLIC_MODELS))
def test_a_policy_that_were_widened_would_be_noticed(
    actors: Mapping[str, Actor], monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    widen(MODELS[model], lambda actor: EVERYTHING, monkeypatch)

    seen = [readers_by_queryset(actors, model, lookup) for lookup, _row in VISIBLE_ROWS[model]]

    assert seen != [row.replace(" ", "") for _lookup, row in VISIBLE_ROWS[model]]


def test_every_model_with_a_policy_of_visibility_has_a_line() -> None:
    assert GUARDED - PUBLIC_MODELS - MODELS_WITHOUT_ROWS - set(VISIBLE_ROWS) == set()


@pytest.mark.parametrize("model", sorted({*VISIBLE_ROWS, *ROW_SECURITY_ROWS}))
def test_without_a_context_there_is_only_what_is_public(model: str) -> None:
    """Neither where nobody has said who acts; no line of theirs is `y` for the public then."""
    if MODELS[model]._meta.db_table not in tables_with_policies():
        return
    for lookup, row in ROW_SECURITY_ROWS.get(model) or VISIBLE_ROWS[model]:
        keys = keys_of(model, lookup)
        with no_context():
            count = MODELS[model]._default_manager.filter(pk__in=keys).count()
        assert count == (len(keys) if row.startswith("y") else 0), lookup


def test_every_table_with_a_policy_has_a_line() -> None:
    tables = {MODELS[model]._meta.db_table for model in (*VISIBLE_ROWS, *ROW_SECURITY_ROWS)}

    assert tables_with_policies() - tables == set()
