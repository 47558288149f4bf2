"""The second check knows every table: each is behind row-level security, or exempt by a reason."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.jobs import Job
from tests.policy.tables import EXEMPT, GUARDED, OWNER_FUNCTIONS, READ_BY_THE_OWNER

pytestmark = pytest.mark.django_db

_COULD_HOLD_TEXT = (
    "text",
    "character varying",
    "character",
    "name",
    "jsonb",
    "json",
    "bytea",
    "tsvector",
    "ARRAY",
    "xml",
)


def ask(sql: str, *parameters: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def relations(kind: str) -> set[str]:
    rows = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = ANY(%s)",
        list(kind),
    )
    return {name for (name,) in rows}


def test_every_table_is_guarded_or_exempt() -> None:
    assert relations("rp") == GUARDED.keys() | EXEMPT.keys()
    assert GUARDED.keys() & EXEMPT.keys() == set()
    assert all(len(exempt.reason) > 8 for exempt in EXEMPT.values())


def test_nothing_else_shows_rows_of_tables() -> None:
    """A view reads as its owner; there is none, nor a copy of rows, nor another server's table."""
    assert relations("vmf") == set()


def test_every_column_that_could_hold_text_is_known() -> None:
    columns = defaultdict(set)
    for table, column in ask(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type = ANY(%s)",
        list(_COULD_HOLD_TEXT),
    ):
        columns[table].add(column)
    known = {name: {*table.confidential.split(), *table.others.split()} for name, table in GUARDED.items()}
    known |= {name: set(table.columns.split()) for name, table in EXEMPT.items()}

    assert columns == {name: names for name, names in known.items() if names}


def test_guarded_tables_have_their_policies_and_bind_the_owner_too() -> None:
    rows = ask(
        "SELECT relname, relrowsecurity, relforcerowsecurity,"
        " array(SELECT polname FROM pg_policy WHERE polrelid = c.oid)"
        " FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    state = {
        name: (enabled, forced, f"{name}_policy" in policies) for name, enabled, forced, policies in rows
    }

    expected = {
        name: (True, name not in READ_BY_THE_OWNER, name != "practices_searchword") for name in GUARDED
    }
    assert state == expected | dict.fromkeys(EXEMPT, (False, False, False))


def test_policies_bind_everybody_and_ask_who_acts() -> None:
    """For all roles, permissive ones alone; none lets through without a look at the actor or at another guarded row."""
    rows = ask("SELECT policyname, roles::text[], permissive, qual, with_check FROM pg_policies")

    assert {(tuple(roles), permissive) for _name, roles, permissive, _qual, _check in rows} == {
        (("public",), "PERMISSIVE")
    }
    bodies = dict(
        ask(
            "SELECT proname, prosrc FROM pg_proc WHERE proname IN ('portal_is_recipient', 'portal_is_notified')"
        )
    )
    for name, _roles, _permissive, qual, check in rows:
        for condition in (qual, check):
            asked = re.sub(r"\bportal_is_\w+", lambda function: bodies[function[0]], condition or "SELECT")
            assert re.search(r"current_setting\('portal\.|SELECT", asked), name


def test_a_table_with_policies_for_writing_has_none_for_everything() -> None:
    """Beside those that say who may write, a policy for all commands would let everybody write who reads the row."""
    rows = ask(
        "SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
        " WHERE p.polname = c.relname || '_policy' AND p.polcmd = '*' AND EXISTS (SELECT FROM pg_policy w"
        " WHERE w.polrelid = p.polrelid AND w.polname LIKE ANY (ARRAY['%%\\_insert', '%%\\_update', '%%\\_delete']))"
    )

    assert rows == []


def test_the_applications_role_is_bound() -> None:
    ((role, *rights),) = ask(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles"
        " WHERE rolname = current_user"
    )
    owned = ask(
        "SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"
        " AND relnamespace = 'public'::regnamespace"
    )
    powerful = ask(
        "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')"
        " AND (rolsuper OR rolbypassrls OR rolname LIKE 'pg\\_%%')"
    )

    assert (role, rights, owned, powerful) == (
        connections["default"].settings_dict["USER"],
        [False] * 4,
        [],
        [],
    )


def test_functions_of_the_owner_are_known_and_pinned() -> None:
    rows = ask(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )

    assert {name for name, _config in rows} == OWNER_FUNCTIONS.keys()
    assert all("search_path=public, pg_temp" in config for _name, config in rows)


_SAME_KEY = (
    "INSERT INTO portal_job (kind, dedupe_key, payload, state, attempts, last_error, cancel_reason, request_id)"
    " VALUES ('test', %s, '{}', 'ready', 0, '', '', '')"
)


@pytest.fixture
def statistics(owner_cursor: Any) -> Iterator[None]:
    """What the planner knows of the tables' values, as after some days in use."""
    owner_cursor.execute("ANALYZE alliance_person, portal_job, alliance_organisation")
    return None


@pytest.mark.django_db(transaction=True)
def test_statistics_and_errors_of_guarded_tables_show_no_values(statistics: None) -> None:
    shown = {table for (table,) in ask("SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public'")}
    assert shown & GUARDED.keys() == set()

    with acting_as(SYSTEM):
        job = Job.objects.create(kind="test", dedupe_key="a key")
    for actor in (ANYONE, SYSTEM):
        with pytest.raises(IntegrityError) as error, acting_as(actor), connection.cursor() as cursor:
            cursor.execute(_SAME_KEY, [job.dedupe_key])
        assert (error.value.__cause__.diag.message_detail, "a key" in str(error.value)) == (None, False)
