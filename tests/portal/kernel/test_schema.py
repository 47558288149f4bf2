"""The initial migrations: all tables of an app in one step."""

import pytest
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from portal.kernel.schema import CreateModels

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
