"""`check --deploy --database default`: a database that loses letters, walls or migrations is refused."""

from typing import Any

import pytest
from django.conf import settings
from django.core.checks.registry import run_checks
from django.db import connections

from portal.kernel.checks import database
from portal.kernel.database import REPLICA

DEFAULT = ["default"]


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_database_of_the_tests_has_no_faults() -> None:
    assert run_checks(tags=["database"], include_deployment_checks=True, databases=DEFAULT) == []


class Answers:
    """A cursor that answers in order what a server might."""

    def __init__(self, *rows: tuple[Any, ...]) -> None:
        self._rows = list(rows)

    def __enter__(self) -> "Answers":
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to close."""

    def execute(self, statement: str) -> None:
        """Whatever is asked."""

    def fetchone(self) -> tuple[Any, ...]:
        return self._rows.pop(0)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([("SQL_ASCII", [])], "portal.E001"),
        ([("UTF8", ["pg_trgm", "plpgsql"])], "portal.E002"),
        ([("UTF8", ["pg_trgm", "unaccent", "btree_gist"]), (False,)], "portal.E001"),
    ],
)
def test_letters_and_extensions(rows: list[Any], fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "cursor", lambda: Answers(*rows))
    (issue,) = database.database_speaks_russian(None, databases=DEFAULT)
    assert issue.id == fault


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([(True, False, False, False), (False,)], "it has SUPERUSER"),
        ([(False, True, False, False), (False,)], "it has BYPASSRLS"),
        ([(False, False, False, False), (True,)], "it owns the tables, or may become their owner"),
    ],
)
def test_a_role_that_is_too_strong(rows: list[Any], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "cursor", lambda: Answers(*rows))
    (issue,) = database.application_owns_nothing(None, databases=DEFAULT)
    assert (issue.id, issue.msg.endswith(f": {why}.")) == ("portal.E003", True)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_is_seen_as_too_strong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question itself, asked as the role that owns everything."""
    monkeypatch.setattr(connections["default"], "cursor", connections["owner"].cursor)
    assert [each.id for each in database.application_owns_nothing(None, databases=DEFAULT)] == ["portal.E003"]


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Loader(database.MigrationLoader):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            del self.applied_migrations["portal", "0001_initial"]

    monkeypatch.setattr(database, "MigrationLoader", Loader)
    (issue,) = database.schema_is_up_to_date(None, databases=DEFAULT)
    assert (issue.id, issue.msg) == ("portal.E031", "Migrations are missing: portal.0001_initial.")


@pytest.mark.django_db
def test_an_old_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        connections["default"], "__dict__", {**vars(connections["default"]), "pg_version": 160004}
    )
    assert [each.id for each in database.schema_is_up_to_date(None, databases=DEFAULT)] == ["portal.E030"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("portal", 1, False), ("other", 1, True)], "leads to another database"),
        ([("portal", 1, False), ("portal", 1, False)], "does not own the schema"),
    ],
)
def test_the_address_of_the_owner(rows: list[Any], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(*rows)
    for alias in ("default", "owner"):
        monkeypatch.setattr(connections[alias], "cursor", lambda: answers)
    (issue,) = database.owner_owns_this_database(None, databases=DEFAULT)
    assert (issue.id, why in issue.msg) == ("portal.E032", True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(7, "portal", False), (7, "portal", True)], []),
        ([(7, "portal", False), (8, "portal", True)], ["portal.E033"]),
        ([(7, "portal", False), (7, "portal", False)], ["portal.W005"]),
    ],
)
def test_the_address_of_the_replica(
    rows: list[Any], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = connections["default"].copy()
    monkeypatch.setitem(settings.DATABASES, REPLICA, {})
    monkeypatch.setitem(connections.settings, REPLICA, {})
    connections[REPLICA] = replica
    answers = Answers(*rows)
    for connection in (connections["default"], replica):
        monkeypatch.setattr(connection, "cursor", lambda: answers)
    try:
        issues = database.replica_follows_this_database(None, databases=DEFAULT)
    finally:
        del connections[REPLICA]
    assert [each.id for each in issues] == expected


@pytest.mark.parametrize(
    ("standbys", "language", "expected"),
    [
        ("ANY 1 (db2, db3)", "ru_RU.UTF-8", ["portal.E034"]),
        ("ANY 1 (db2, db3)", "", ["portal.E034"]),
        ("ANY 1 (db2, db3)", "C", []),
        ("ANY 1 (db2, db3)", "C.UTF-8", []),
        ("ANY 1 (db2, db3)", "en_US.UTF-8", []),
        ("", "ru_RU.UTF-8", []),
    ],
)
def test_the_language_of_the_warning_about_unconfirmed_commits(
    standbys: str, language: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections["default"], "cursor", lambda: Answers((standbys, language)))
    issues = database.unconfirmed_commits_are_recognised(None, databases=DEFAULT)
    assert [issue.id for issue in issues] == expected
