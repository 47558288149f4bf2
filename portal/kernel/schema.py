"""The tables of an app in one step of its initial migration."""

from collections.abc import Sequence
from typing import ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

# What a new table gets from its model, in whatever order the operations came.
_PARTS_OF_A_TABLE = (CreateModel, AddField, AddIndex, AddConstraint, AddTrigger)


class CreateModels(Operation):
    """Make the models that these operations describe, each with all its fields, indexes, constraints and triggers.

    The same tables as by the operations themselves. But for each of those Django makes the classes of all related
    models anew, which took two thirds of the time of a new database; here they are made once.
    """

    serialization_expand_args: ClassVar[list[str]] = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations
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
            model.database_forwards(app_label, schema_editor, from_state, to_state)

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
