"""An index that a migration adds while the portal goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddIndex
from django.db.migrations.state import ProjectState


class AddIndexBeside(AddIndexConcurrently):
    """`AddIndexConcurrently`, in a migration with `atomic = False`; a plain index where there is a transaction already.

    A restore makes the schema and fills it in one: there is nobody to wait for it.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        _kind(schema_editor).database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        _kind(schema_editor).database_backwards(self, app_label, schema_editor, from_state, to_state)


def _kind(schema_editor: BaseDatabaseSchemaEditor) -> type[AddIndex]:
    return AddIndex if schema_editor.connection.in_atomic_block else AddIndexConcurrently
