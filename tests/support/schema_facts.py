"""What a database and the models in front of it agree on: what earlier code needs when the schema has moved on."""

import hashlib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from portal.kernel.access import owner_alias
from portal.local.environment import ROOT

Facts = Mapping[str, Any]
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE")


def schema_facts() -> Facts:
    """Migrations, columns, constraints and rights as the database has them, and the columns that the models use."""
    with connections[owner_alias()].cursor() as cursor:
        columns, constraints, privileges = _columns(cursor), _constraints(cursor), _privileges(cursor)
    models = {
        model._meta.db_table: sorted(field.column for field in model._meta.local_concrete_fields)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in columns  # a model may be no table
    }
    return {
        "migrations": migration_digests(),
        "columns": columns,
        "constraints": constraints,
        "privileges": privileges,
        "models": models,
    }


def migration_digests() -> Mapping[str, str]:
    """Every migration of the code; of our own the digest of its file, so that nobody changes one that is out."""
    return {
        f"{app}.{name}": _digest(Path(inspect.getfile(type(migration))))
        for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items())
    }


def _digest(path: Path) -> str:
    is_ours = path.is_relative_to(ROOT) and ".venv" not in path.parts
    return hashlib.sha256(path.read_bytes()).hexdigest() if is_ours else ""


def _columns(cursor: Any) -> Mapping[str, Mapping[str, Sequence[Any]]]:
    """By table and name: the type, whether it may be left out (it is nullable, or has a default)."""
    cursor.execute(
        "SELECT relname, attname, format_type(atttypid, atttypmod), NOT attnotnull OR atthasdef OR attidentity <> ''"
        " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2"
    )
    return _by_table(cursor.fetchall())


def _constraints(cursor: Any) -> Mapping[str, Mapping[str, Sequence[Any]]]:
    """By table and name: the definition, and the columns that it is about. Unique indexes are among them."""
    cursor.execute(
        "SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid), ARRAY(SELECT attname::text FROM pg_attribute"
        " WHERE attrelid = conrelid AND attnum = ANY(conkey) ORDER BY 1) FROM pg_constraint"
        " JOIN pg_class ON pg_class.oid = conrelid WHERE pg_class.relnamespace = 'public'::regnamespace"
        " AND NOT relispartition AND contype IN ('c', 'f', 'u', 'x') UNION ALL"
        " SELECT relname, indexrelid::regclass::text, pg_get_indexdef(indexrelid), ARRAY(SELECT attname::text"
        " FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey) ORDER BY 1) FROM pg_index"
        " JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace AND indisunique"
        " AND NOT relispartition AND NOT indisprimary"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1, 2"
    )
    return _by_table(cursor.fetchall())


def _by_table(rows: Sequence[tuple[Any, ...]]) -> Mapping[str, Mapping[str, Sequence[Any]]]:
    tables: dict[str, dict[str, Sequence[Any]]] = {}
    for table, name, *facts in rows:
        tables.setdefault(table, {})[name] = facts
    return tables


def _privileges(cursor: Any) -> Mapping[str, Sequence[str]]:
    """What the application's role may do with each table."""
    role = connections["default"].settings_dict["USER"]
    cursor.execute(
        "SELECT relname, ARRAY(SELECT name FROM unnest(%s) AS name WHERE has_table_privilege(%s, pg_class.oid, name))"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition ORDER BY 1",
        [list(_PRIVILEGES), role],
    )
    return dict(cursor.fetchall())


def what_breaks(earlier: Facts, now: Facts) -> list[str]:
    """What code of the earlier facts cannot work with in a database of these; empty where both may run at once."""
    return sorted(fault for table in earlier["models"] for fault in _faults_of(table, earlier, now))


def _faults_of(table: str, earlier: Facts, now: Facts) -> Iterator[str]:
    columns = now["columns"].get(table)
    if columns is None:
        yield f"{table} is gone"
        return
    used = earlier["models"][table]
    for name in used:
        yield from _column_faults(f"{table}.{name}", earlier["columns"][table][name], columns.get(name))
    for name, (_type, may_be_left_out) in columns.items():
        if name not in used and not may_be_left_out:
            yield f"{table}.{name} must be written by code that does not know it"
    earlier_constraints = list(earlier["constraints"].get(table, {}).values())
    for name, (definition, about) in now["constraints"].get(table, {}).items():
        if [definition, about] not in earlier_constraints and set(about) & set(used):
            yield f"{table}: {name} is new, and earlier code may not keep it: {definition}"
    for privilege in set(earlier["privileges"][table]) - set(now["privileges"][table]):
        yield f"{table}: {privilege} is not allowed any more"


def _column_faults(column: str, earlier: Sequence[Any], now: Sequence[Any] | None) -> Iterator[str]:
    if now is None:
        yield f"{column} is gone"
    elif now[0] != earlier[0] and not _is_longer_text(earlier[0], now[0]):
        yield f"{column} is {now[0]}, and was {earlier[0]}"
    elif earlier[1] and not now[1]:
        yield f"{column} must be written, and need not before"


def _is_longer_text(earlier: str, now: str) -> bool:
    """Whether it is the same kind of text with room for more characters: whatever was written fits, as before."""
    lengths = [re.fullmatch(r"character varying\((\d+)\)", each) for each in (earlier, now)]
    return all(lengths) and int(lengths[0][1]) < int(lengths[1][1])  # type: ignore[index]  # both match
