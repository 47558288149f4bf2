"""Nobody writes, changes or removes a row of somebody else's, whatever they may read: the database refuses it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Model

from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as
from tests.factories import actor_of
from tests.policy.visibility import ROW_SECURITY_ROWS, VISIBLE_ROWS, WRITERS
from tests.support.database_context import no_context
from tests.support.every_row import MODELS, keys_of, make_missing_rows, tables_with_policies
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("rollback", "missing_rows")


@pytest.fixture(scope="module")
def missing_rows(world: World) -> None:
    make_missing_rows(world.cast)


@pytest.fixture(scope="module")
def others(world: World) -> Mapping[str, Actor | None]:
    """A rival, whom labels name; the public; and where nobody has said who acts."""
    return {"carol": actor_of(world.people["carol"]), "vera": ANYONE, "nobody": None}


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    with no_context() if actor is None else acting_as(actor):
        yield


def is_written(actor: Actor | None, sql: str, parameters: list[Any]) -> bool:
    """Whether the statement touches a row; it is taken back."""
    with acting(actor):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                touched = cursor.rowcount
                transaction.set_rollback(True)
        except IntegrityError:  # as if it were written: who may not write a row is refused before
            return True
        except ProgrammingError as refusal:
            if "row-level security" in str(refusal) or "permission denied" in str(refusal):
                return False
            raise
    return bool(touched)


def copy_of(row: Model) -> tuple[str, list[Any]]:
    """The statement that writes the row again, under another number."""
    fields = [field for field in row._meta.local_concrete_fields if not field.generated]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    if row._meta.pk.get_internal_type() == "BigAutoField":
        values[fields.index(row._meta.pk)] = 10**9
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({places})", values


def rows_of_others(model: str, carol: Actor) -> list[Model]:
    """One row of each line, which is neither Carol's nor her organisation's."""
    names = ("organisation_id", "tenant_id", "partner_id")  # a partner answers on the rows of another member
    own = dict.fromkeys(names, carol.tenant_id) | {"person_id": carol.person_id}
    rows = []
    for lookup, _row in ROW_SECURITY_ROWS.get(model) or VISIBLE_ROWS[model]:
        keys = keys_of(model, lookup)
        with acting_as(SYSTEM):
            stored_rows = MODELS[model]._default_manager.filter(pk__in=keys)
            foreign = [row for row in stored_rows if all(getattr(row, name, 0) != own[name] for name in own)]
        rows += foreign[:1]
    return rows


@pytest.mark.parametrize("model", sorted({*VISIBLE_ROWS, *ROW_SECURITY_ROWS}))
def test_others_write_nothing(others: Mapping[str, Actor | None], model: str) -> None:
    table, key = MODELS[model]._meta.db_table, MODELS[model]._meta.pk.column
    if table not in tables_with_policies():
        return
    written = set()
    for row in rows_of_others(model, others["carol"]):
        statements = {
            "insert": copy_of(row),
            "update": (f"UPDATE {table} SET {key} = {key} WHERE {key} = %s", [row.pk]),
            "delete": (f"DELETE FROM {table} WHERE {key} = %s", [row.pk]),
        }
        written |= {
            f"{name} {act}"
            for name, actor in others.items()
            for act, (sql, parameters) in statements.items()
            if is_written(actor, sql, parameters)
        }

    assert written == set(WRITERS.get(model, "").split(", ")) - {""}
