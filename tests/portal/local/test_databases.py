"""The test database itself: whose it is, and that a test which commits leaves nothing behind."""

import pytest
from django.db import ProgrammingError, connection


@pytest.mark.django_db
def test_tests_are_the_application_and_not_the_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, tableowner FROM pg_tables WHERE tablename = 'portal_event'")
        assert cursor.fetchone() == ("portal", "portal_owner")


@pytest.mark.django_db
def test_the_application_may_not_truncate() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("TRUNCATE portal_event")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO django_session VALUES ('committed', '', now())")


def test_the_owner_sees_what_a_test_has_committed(owner_cursor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('committed', '', now())")
    owner_cursor.execute("SELECT set_config('portal.kind', 'system', false)")
    owner_cursor.execute("SELECT session_key FROM django_session")
    assert owner_cursor.fetchall() == [("committed",)]
