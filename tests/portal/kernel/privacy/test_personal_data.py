"""For every column that names a person a rule says how it is exported, and what becomes of it after erasure."""

from typing import Any

import pytest
from django.apps import apps
from django.core import checks

from alliance.queries.personal_data import actors_of_person
from portal.kernel import privacy
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.privacy import personal_data
from tests.support.personal_data import all_rows
from tests.support.world import World


def faults(identifier: str) -> list[Any]:
    return [fault.obj for fault in checks.run_checks() if fault.id == identifier]


def test_every_column_has_a_rule_for_its_export(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("portal.E005") == []

    parts = {name: part for name, part in personal_data._PARTS.items() if name != "access-log"}
    monkeypatch.setattr(personal_data, "_PARTS", parts)

    assert faults("portal.E005") == ["practices.AccessLog.person"]


def test_of_every_column_it_is_said_what_becomes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("portal.E006") == []

    monkeypatch.setattr(personal_data, "_RETAINED", personal_data._RETAINED - {"practices.AccessLog.person"})
    monkeypatch.setattr(personal_data, "_ERASED", personal_data._ERASED - {"alliance.ApiToken.person"})

    assert faults("portal.E006") == ["alliance.ApiToken.person", "practices.AccessLog.person"]


def test_what_is_said_is_said_of_columns_that_are_there() -> None:
    part_columns = {column for part in personal_data._PARTS.values() for column in part.columns}
    all_columns = part_columns | personal_data._UNDISCLOSED | personal_data._RETAINED | personal_data._ERASED

    assert all_columns - privacy.person_columns() == set()
    assert not part_columns & personal_data._UNDISCLOSED
    assert not personal_data._ERASED & personal_data._RETAINED


@pytest.mark.usefixtures("rollback")
def test_in_a_world_with_everything_each_column_is_exported_to_somebody(world: World) -> None:
    people = [person for person in world.people.values() if person is not None]
    columns = set()
    for person in people:
        actors = actors_of_person(person.pk)
        for part in privacy.personal_data_parts():
            columns |= set(part.columns) if all_rows(part, actors) else set()
    disclosed = privacy.person_columns() - personal_data._UNDISCLOSED
    with acting_as(SYSTEM):
        there = {column for column in disclosed if names_somebody(column, [person.pk for person in people])}

    assert there - columns == set()
    assert len(there) > 40


def names_somebody(column: str, people: list[int]) -> bool:
    model, _dot, field = column.rpartition(".")
    is_named: bool = apps.get_model(model)._base_manager.filter(**{f"{field}__in": people}).exists()
    return is_named
