"""Migrations that are not out yet run beside the code before them, and make nobody wait for long."""

import re
from collections.abc import Iterator, Sequence

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django_migration_linter import MigrationLinter

from portal.kernel.access import owner_alias
from portal.kernel.database.indexes import AddIndexBeside
from tests.support.more_migrations import more_migrations
from tests.support.released import recorded_releases
from tests.support.schema_facts import migration_digests

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

# What the linter finds and is right all the same, with why: (migration, code).
ALLOWED: dict[tuple[str, str], str] = {
    (
        "alliance.0009_pledge_words",
        "ADD_STORED_COLUMN",
    ): "pledges are thousands, and written anew within a second",
    ("alliance.0008_finding_withdrawn", "ALTER_COLUMN"): "a longer text: no row is rewritten",
    (
        "portal.0008_search_shares",
        "DROP_INDEX",
    ): "the earlier code finds by the new index, of the same columns",
    (
        "alliance.0013_figures_in_cycles",
        "DROP_INDEX",
    ): "the earlier code finds by the new indexes, which have the same columns and one more",
}
OURS = ("portal", "alliance", "practices")

# What the linter does not know: on a table that is there each of these holds everybody up until all rows are read or
# written, and a check refuses what the earlier code writes.
_TABLE = r"(?:ONLY )?(?P<table>\S+)"
MORE_CODES = {
    "ADD_CHECK": rf"ALTER TABLE {_TABLE} .*\bADD CONSTRAINT \S+ CHECK\b(?!.*\bNOT VALID$)",
    "ADD_FOREIGN_KEY": rf"ALTER TABLE {_TABLE} .*\bADD CONSTRAINT \S+ FOREIGN KEY\b(?!.*\bNOT VALID\b)",
    "ADD_EXCLUSION": rf"ALTER TABLE {_TABLE} .*\bADD CONSTRAINT \S+ EXCLUDE\b",
    "ADD_UNIQUE_COLUMN": rf"ALTER TABLE {_TABLE} .*\bADD COLUMN .*\bUNIQUE\b",
    "ADD_STORED_COLUMN": rf"ALTER TABLE {_TABLE} .*\bADD COLUMN .*\bGENERATED ALWAYS AS .*\bSTORED\b",
    "WRITE_ROWS": rf"(?:UPDATE|DELETE FROM) {_TABLE}",
}


def new_migrations() -> list[str]:
    """Those of ours that the last release has not; all of them are the first version's while there is none."""
    releases = recorded_releases()
    if not releases:
        return []
    return [name for name in migration_digests() if name not in releases[-1].facts["migrations"]]


def findings(names: Sequence[str]) -> list[tuple[str, str]]:
    """What the linter has against these migrations: name and code of each."""
    linter = MigrationLinter(
        database=owner_alias(), no_cache=True, no_output=True, analyser_string="postgresql"
    )
    codes = []
    for name in names:
        app, _dot, migration = name.partition(".")
        if app in OURS:
            codes += [(name, code) for code in _codes(linter, app, migration)]
    return codes


def _codes(linter: MigrationLinter, app: str, name: str) -> list[str]:
    statements = linter.get_sql(app, name)
    analyser = linter.sql_analyser_class([])
    analyser.analyse([statement for statement in statements if not statement.startswith("--")])
    errors, _ignored, warnings = linter.analyse_data_migration(linter.migration_loader.graph.nodes[app, name])
    codes = [issue.code for issue in (*analyser.errors, *analyser.warnings, *errors, *warnings)]
    return [*codes, *_more_codes(statements)]


def _more_codes(statements: Sequence[str]) -> Iterator[str]:
    """What the statements do to tables that they have not made themselves."""
    made = set[str]()
    for statement in (" ".join(each.rstrip("; \n").split()) for each in statements):
        if new := re.match(r"CREATE TABLE (?:IF NOT EXISTS )?(\S+)", statement):
            made.add(new[1])
        for code, pattern in MORE_CODES.items():
            if (each := re.match(pattern, statement)) and each["table"] not in made:
                yield code


def test_new_migrations_run_beside_the_code_before_them() -> None:
    """How else: docs/how-to/upgrade.md#writing-a-migration."""
    assert [finding for finding in findings(new_migrations()) if finding not in ALLOWED] == []


def scrub_field(name: str, field: models.Field) -> list[Operation]:  # type: ignore[type-arg]  # of any kind
    return [migrations.AddField("scrub", name, field)]


def sql(statement: str) -> list[Operation]:
    return [migrations.RunSQL(statement, migrations.RunSQL.noop)]


PART, IS_FEW = models.IntegerField(), models.Q(part__lt=3)
FEW = models.CheckConstraint(condition=IS_FEW, name="few")
TWICE = models.GeneratedField(
    expression=models.F("part") * 2, output_field=models.IntegerField(), db_persist=True
)


@pytest.mark.parametrize(
    ("operations", "codes"),
    [
        (scrub_field("note", models.IntegerField(null=True)), []),
        (scrub_field("note", models.IntegerField(db_default=0)), []),
        # Django itself takes the default away again: code that does not know the column cannot insert
        (scrub_field("note", models.IntegerField(default=0)), ["NOT_NULL"]),
        ([migrations.RemoveField("scrub", "part")], ["DROP_COLUMN"]),
        ([migrations.RenameField("scrub", "part", "piece")], ["RENAME_COLUMN"]),
        ([migrations.AlterField("scrub", "part", models.BigIntegerField())], ["ALTER_COLUMN"]),
        ([migrations.DeleteModel("scrub")], ["DROP_TABLE"]),
        ([migrations.RenameModel("scrub", "reading")], ["RENAME_TABLE"]),
        ([migrations.AlterUniqueTogether("scrub", {("part",)})], ["ADD_UNIQUE"]),
        ([migrations.AddIndex("scrub", models.Index(fields=["part"], name="scrub_part"))], ["CREATE_INDEX"]),
        ([migrations.RunPython(lambda apps, schema_editor: None)], ["RUNPYTHON_REVERSIBLE"]),
        ([migrations.AddConstraint("scrub", FEW)], ["ADD_CHECK"]),
        ([AddConstraintNotValid("scrub", FEW)], []),
        (scrub_field("note", models.IntegerField(null=True, unique=True)), ["ADD_UNIQUE_COLUMN"]),
        (scrub_field("note", TWICE), ["ADD_STORED_COLUMN"]),
        (sql("UPDATE portal_publication SET title = title"), ["WRITE_ROWS"]),
        (sql("DELETE FROM portal_scrub"), ["WRITE_ROWS"]),
        (
            sql("ALTER TABLE portal_scrub ADD CONSTRAINT a FOREIGN KEY (part) REFERENCES portal_publication"),
            ["ADD_FOREIGN_KEY"],
        ),
        (
            sql("ALTER TABLE portal_scrub ADD CONSTRAINT a EXCLUDE USING gist (part WITH =)"),
            ["ADD_EXCLUSION"],
        ),
        (
            [
                migrations.CreateModel(
                    "Sample",
                    [("id", models.AutoField(primary_key=True)), ("part", PART)],
                    options={"constraints": [models.CheckConstraint(condition=IS_FEW, name="few")]},
                )
            ],
            [],
        ),
    ],
)
def test_the_lint_refuses_migrations_that_earlier_code_cannot_run_beside(
    operations: list[Operation], codes: list[str]
) -> None:
    with more_migrations(operations) as [name]:
        assert [code for _name, code in findings([f"portal.{name}"])] == codes


def test_an_index_is_made_beside_the_portal() -> None:
    index = AddIndexBeside("scrub", models.Index(fields=["part"], name="scrub_part"))
    with more_migrations([index], atomic=False) as [name]:
        assert findings([f"portal.{name}"]) == []
