"""The tables of an app in one step of its initial migration, some of them in parts by month or year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

# What a new table gets from its model, in whatever order the operations came.
_PARTS_OF_A_TABLE = (CreateModel, AddField, AddIndex, AddConstraint, AddTrigger)


@dataclass(frozen=True, slots=True)
class Partitioned:
    """How a table is divided: by ranges of `key`, a column that holds numbers of journal entries or of its own, which
    begin with the month in which they were given (`portal_first_number`).

    `each` is "month" or "year". `lists` divides it before by the values of a column, so that each of them can have a
    lifetime of its own. The parts lie in the schema `partitions`, in which the application's role has no rights:
    row-level security, triggers and grants are those of the table. What no part takes goes into the default one.
    """

    key: str = "id"
    each: str = "month"
    lists: tuple[str, Sequence[str]] | None = None

    @property
    def primary_key(self) -> str:
        """Every unique key of a divided table has to hold the columns by which it is divided."""
        columns = ["id", *(self.lists[:1] if self.lists else ()), self.key]
        return ", ".join(dict.fromkeys(columns))

    @property
    def clause(self) -> str:
        return f"PARTITION BY LIST ({self.lists[0]})" if self.lists else self._ranges

    @property
    def _ranges(self) -> str:
        return f"PARTITION BY RANGE ({self.key})"

    def statements(self, table: str) -> list[str]:
        """What follows the table itself: its numbers, its key, its parts."""
        number = f"nextval('{table}_id_seq')"
        default = f"portal_first_number(clock_timestamp()) + {number}" if self.key == "id" else number
        divided = {value: f"partitions.{table}_{value}" for value in (self.lists or ("", ()))[1]}
        return [
            f"CREATE SEQUENCE {table}_id_seq AS bigint OWNED BY {table}.id",
            f"ALTER TABLE {table} ALTER COLUMN id SET DEFAULT {default}",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({self.primary_key})",
            *(
                f"CREATE TABLE {part} PARTITION OF {table} FOR VALUES IN ('{value}') {self._ranges}"
                for value, part in divided.items()
            ),
            *(f"COMMENT ON TABLE {part} IS 'by {self.each}'" for part in divided.values() or [table]),
            *(
                f"CREATE TABLE partitions.{part.rpartition('.')[2]}_default PARTITION OF {part} DEFAULT"
                for part in divided.values() or [table]
            ),
        ]


class CreateModels(Operation):
    """Make the models that these operations describe, each with all its fields, indexes, constraints and triggers.

    The same tables as by the operations themselves. But for each of those Django makes the classes of all related
    models anew, which took two thirds of the time of a new database; here they are made once.

    `partitioned` says by the names of models which tables are divided. PostgreSQL divides a table when it is made, or
    never: so it is said here, and Django, whose models know nothing of it, is told none of it.
    """

    serialization_expand_args: ClassVar[list[str]] = ["operations"]

    def __init__(
        self, operations: Sequence[Operation], partitioned: Mapping[str, Partitioned] | None = None
    ) -> None:
        self.operations = operations
        self.partitioned = partitioned or {}
        new_tables = {model.name_lower for model in self._models()}
        for operation in operations:
            if not isinstance(operation, _PARTS_OF_A_TABLE):
                raise TypeError(f"{operation.describe()}: no part of a new table.")
            # it would change the state, and so be taken for done, while the database never gets it
            if not isinstance(operation, CreateModel) and operation.model_name.lower() not in new_tables:
                raise TypeError(f"{operation.describe()}: a part of a table that is not made here.")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # while there are no classes, there is nothing to be made anew
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in self._models():
            division = self.partitioned.get(model.name_lower)
            if division is None:
                model.database_forwards(app_label, schema_editor, from_state, to_state)
            else:
                _create_divided(division, model, (app_label, schema_editor, from_state, to_state))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in reversed(self._models()):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self._models())} models"

    def _models(self) -> list[CreateModel]:
        return [operation for operation in self.operations if isinstance(operation, CreateModel)]


def _create_divided(
    division: Partitioned,
    model: CreateModel,
    where: tuple[str, BaseDatabaseSchemaEditor, ProjectState, ProjectState],
) -> None:
    """Make the table as Django would, but for its key, which is made afterwards, and for its division."""
    editor: Any = where[1]
    table_sql = editor.table_sql

    def divided_sql(model: Any) -> tuple[str, Any]:
        statement, parameters = table_sql(model)
        own_key = " PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY"
        if own_key not in statement:
            raise TypeError(f"{model._meta.label}: only a table with numbers of its own can be divided.")
        table = model._meta.db_table
        # before what waits for the end of the migration: indexes and references
        editor.deferred_sql[:0] = division.statements(table)
        return f"{statement.replace(own_key, '', 1)} {division.clause}", parameters

    editor.table_sql = divided_sql
    try:
        model.database_forwards(*where)
    finally:
        del editor.table_sql
