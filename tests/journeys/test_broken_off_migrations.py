"""Migrations that break off half-way, or have to wait: what is left of them, and how they go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections, migrations, transaction
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as, owner_alias
from portal.kernel.jobs import Job
from tests.support import database
from tests.support.more_migrations import more_migrations

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("upgrade"),
    pytest.mark.usefixtures("at_work"),
]


def test_a_migration_that_fails_half_way_leaves_what_was_before_it_and_goes_on_when_mended() -> None:
    first = [migrations.RunSQL("CREATE TABLE upgrade_first (id int)")]
    halfway = migrations.RunSQL("CREATE TABLE upgrade_half (id int)")
    fails = [halfway, migrations.RunSQL("SELECT 1 / 0")]
    last = [migrations.RunSQL("CREATE TABLE upgrade_last (id int)")]

    with more_migrations(first, fails, last), pytest.raises(CommandError) as refusal:
        migrate()

    assert "portal.9002_of_a_test failed, and nothing of it was done: division by zero" in str(refusal.value)
    assert tables_of_the_test() == ["upgrade_first"]
    assert Client().get("/en/reports/").status_code == 200  # the code that runs goes on

    with more_migrations(first, [halfway], last):
        migrate()
    assert tables_of_the_test() == ["upgrade_first", "upgrade_half", "upgrade_last"]


def test_a_migration_of_a_role_that_may_not_is_told_whose_address_is_missing() -> None:
    with (
        more_migrations([migrations.RunSQL("CREATE TABLE pg_catalog.upgrade_first (id int)")]),
        pytest.raises(CommandError) as refusal,
    ):
        migrate()

    assert "permission denied" in str(refusal.value)
    assert "Set DATABASE_OWNER_URL to the address of the database’s owner" in str(refusal.value)


@pytest.mark.parametrize("is_back_at_once", [True, False])
def test_a_server_that_goes_away_in_a_migration_is_named_with_what_is_left(is_back_at_once: bool) -> None:
    def lose_server(_apps: Any, editor: Any) -> None:
        if not is_back_at_once:
            away.setattr(type(editor.connection), "get_new_connection", refuse_connection)
        editor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    halfway = migrations.RunSQL("CREATE TABLE upgrade_half (id int)")
    fails = [halfway, migrations.RunPython(lose_server)]
    with (
        pytest.MonkeyPatch.context() as away,
        more_migrations(fails),
        pytest.raises(CommandError) as refusal,
    ):
        migrate()

    left = "does not answer: connection refused. Of a migration in a transaction nothing was done"
    if is_back_at_once:
        left = "portal.9001_of_a_test failed, and nothing of it was done"
    assert left in str(refusal.value)
    assert tables_of_the_test() == []
    with more_migrations([halfway]):
        migrate()
    assert tables_of_the_test() == ["upgrade_half"]


def refuse_connection(*_arguments: Any) -> None:
    raise OperationalError("connection refused")


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def tables_of_the_test() -> list[str]:
    return [
        name
        for (name,) in ask_owner(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'upgrade_%' ORDER BY 1"
        )
    ]


def ask_owner(question: str) -> list[tuple[Any, ...]]:
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def test_an_index_that_was_broken_off_is_made_again() -> None:
    """Made beside the portal, in no transaction: it is left, invalid, and would bear the name."""
    index = "CREATE UNIQUE INDEX CONCURRENTLY upgrade_index ON portal_job ((payload IS NOT NULL))"
    is_valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('upgrade_index')"
    with more_migrations([migrations.RunSQL(index)], atomic=False), pytest.raises(CommandError) as refusal:
        migrate()
    assert "what it had done in no transaction was not undone" in str(refusal.value)
    assert ask_owner(is_valid) == [(False,)]

    with acting_as(SYSTEM):
        Job.objects.all().delete()
    with more_migrations([migrations.RunSQL(index)], atomic=False), index_in_another_database():
        migrate()
    assert ask_owner(is_valid) == [(True,)]


@contextmanager
def index_in_another_database() -> Iterator[None]:
    """As if another role were making an index in another database of the server; which one is not shown."""
    view = "CREATE TEMPORARY VIEW pg_stat_progress_create_index AS SELECT 'other'::name datname, NULL::oid index_relid"
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute(f"{view}; SET search_path = public, pg_temp, pg_catalog")
        try:
            yield
        finally:
            cursor.execute("RESET search_path; DROP VIEW pg_temp.pg_stat_progress_create_index")


def test_an_index_that_is_made_in_no_transaction_waits_for_others_as_long_as_they_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.kernel.management.commands.migrate.LOCK_TIMEOUT", "300ms")
    index = "CREATE INDEX CONCURRENTLY upgrade_index ON portal_job (state)"
    with database.owner_cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE portal_job IN ROW EXCLUSIVE MODE")
        commit = Timer(1, cursor.execute, ["COMMIT"])
        commit.start()
        with more_migrations([migrations.RunSQL(index)], atomic=False):
            migrate()
        commit.join()
    assert ask_owner("SELECT indisvalid FROM pg_index WHERE indexrelid = 'upgrade_index'::regclass") == [
        (True,)
    ]


def test_a_part_that_cannot_be_made_is_named_and_the_application_has_its_rights_already(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(alias: str) -> int:
        ask_owner("SELECT 1 / 0")
        return 0

    monkeypatch.setattr("portal.kernel.management.commands.migrate.make_partitions", refuse)
    first = [migrations.RunSQL("CREATE TABLE upgrade_first AS SELECT 1")]
    with more_migrations(first), pytest.raises(CommandError, match="All migrations are applied"):
        migrate()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT * FROM upgrade_first")
        assert cursor.fetchall() == [(1,)]


def test_a_migration_waits_a_few_seconds_for_a_table_and_stands_in_nobodys_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.kernel.management.commands.migrate.LOCK_TIMEOUT", "300ms")
    change = [migrations.RunSQL("ALTER TABLE portal_job ALTER COLUMN cancel_reason SET STORAGE MAIN")]
    with transaction.atomic(), acting_as(SYSTEM):
        assert Job.objects.exists()  # a long reader
        with more_migrations(change), pytest.raises(CommandError, match="was in use for longer than 300ms"):
            migrate()
    with more_migrations(change):
        migrate()
    assert ask_owner("SHOW lock_timeout") == [("0",)]  # what comes next on this connection waits as ever
