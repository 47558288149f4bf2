"""Of every column that names a person it is said how they are told of it, and what becomes of it without them."""

from typing import Any

import pytest
from django.apps import apps
from django.core import checks

from alliance.queries.personal_things import eyes_of
from portal.kernel import personal
from portal.kernel.access import SYSTEM
from portal.kernel.row_security import acting_as
from tests.support.world import World


def faults(identifier: str) -> list[Any]:
    return [fault.obj for fault in checks.run_checks() if fault.id == identifier]


def test_of_every_column_a_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("portal.E005") == []

    parts = {name: part for name, part in personal._PARTS.items() if name != "openings"}
    monkeypatch.setattr(personal, "_PARTS", parts)

    assert faults("portal.E005") == ["practices.Opening.person"]


def test_of_every_column_it_is_said_what_becomes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("portal.E006") == []

    monkeypatch.setattr(personal, "_STAYS", personal._STAYS - {"practices.Opening.person"})
    monkeypatch.setattr(personal, "_FORGOTTEN", personal._FORGOTTEN - {"alliance.ApiToken.person"})

    assert faults("portal.E006") == ["alliance.ApiToken.person", "practices.Opening.person"]


def test_what_is_said_is_said_of_columns_that_are_there() -> None:
    told = {column for part in personal._PARTS.values() for column in part.columns}
    said = told | personal._UNTOLD | personal._STAYS | personal._FORGOTTEN

    assert said - personal.columns_about_people() == set()
    assert not told & personal._UNTOLD
    assert not personal._FORGOTTEN & personal._STAYS


@pytest.mark.usefixtures("undone")
def test_in_a_world_with_everything_somebody_is_told_of_each_column(world: World) -> None:
    people = [person for person in world.people.values() if person is not None]
    told = set()
    for person in people:
        for part, rows in personal.told_about(eyes_of(person.pk)):
            told |= set(part.columns) if rows else set()
    wanted = personal.columns_about_people() - personal._UNTOLD
    with acting_as(SYSTEM):
        there = {column for column in wanted if names_somebody(column, [person.pk for person in people])}

    assert there - told == set()
    assert len(there) > 40


def names_somebody(column: str, people: list[int]) -> bool:
    model, _dot, field = column.rpartition(".")
    found: bool = apps.get_model(model)._base_manager.filter(**{f"{field}__in": people}).exists()
    return found
