"""The initial migrations: all tables of an app in one step."""

import pgtrigger
import pytest
from django.db import connections, models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

from portal.kernel.database.tables import CreateModels

OURS = {"portal", "alliance", "practices"}


def test_every_initial_migration_makes_its_models_in_one_step() -> None:
    """One that is generated anew would make a new database slow again in silence."""
    migrations = MigrationLoader(None).disk_migrations
    steps = {
        app: [type(step) for step in migration.operations]
        for (app, name), migration in migrations.items()
        if app in OURS and name.endswith("_initial")
    }

    assert steps == {app: [CreateModels] for app in OURS}


def test_what_a_new_table_does_not_bring_along_is_refused() -> None:
    with pytest.raises(TypeError, match="no part of a new table"):
        CreateModels([RunSQL("SELECT 1")])


def test_a_part_of_a_table_that_is_made_elsewhere_is_refused() -> None:
    """The state would have the field, the database would not, and `makemigrations` would see no difference."""
    table = CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])
    with pytest.raises(TypeError, match="not made here"):
        CreateModels([table, AddField("event", "shelf", models.TextField(default=""))])


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_tables_are_made_with_all_that_belongs_to_them_and_dropped_again() -> None:
    key, table = models.BigAutoField(primary_key=True), "portal_book"
    trigger = pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete)
    step = CreateModels(
        [
            CreateModel("Book", [("id", key), ("title", models.TextField())]),
            CreateModel("Shelf", [("id", key)]),
            AddField("book", "shelf", models.ForeignKey("portal.Shelf", on_delete=models.CASCADE)),
            AddIndex("book", models.Index(fields=["title"], name="book_title")),
            AddConstraint("book", models.UniqueConstraint(fields=["shelf", "title"], name="one_title")),
            AddTrigger("book", trigger),
        ]
    )
    before, after = ProjectState(), ProjectState()
    step.state_forwards("portal", after)
    owner = connections["owner"]

    with owner.schema_editor() as editor:
        step.database_forwards("portal", editor, before, after)
    with owner.cursor() as cursor:
        constraints = owner.introspection.get_constraints(cursor, table)
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        )
        triggers = cursor.fetchone()
    with owner.schema_editor() as editor:
        step.database_backwards("portal", editor, after, before)

    assert {"book_title", "one_title"} <= constraints.keys()
    assert ("portal_shelf", "id") in [each["foreign_key"] for each in constraints.values()]
    assert triggers == (1,)
    assert {table, "portal_shelf"}.isdisjoint(owner.introspection.table_names())
