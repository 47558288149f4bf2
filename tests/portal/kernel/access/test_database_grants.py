"""`manage.py migrate` on a database that another portal has made."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_a_database_with_unknown_migrations_is_refused_with_instructions(owner_cursor: Any) -> None:
    owner_cursor.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('alliance', '0033_erased_people', now())"
    )

    with pytest.raises(CommandError, match=r"alliance\.0033_erased_people.*demo --reset"):
        call_command("migrate", verbosity=0)


def test_a_database_from_before_a_first_migration_is_refused_with_instructions(owner_cursor: Any) -> None:
    """Its tables were made without what that migration makes them from."""
    owner_cursor.execute("DELETE FROM django_migrations WHERE (app, name) = ('portal', '0000_partitions')")

    with pytest.raises(CommandError, match=r"0000_partitions.*demo --reset"):
        call_command("migrate", verbosity=0)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE alliance_publishedpledge RENAME COLUMN text TO words",
        "ALTER TABLE alliance_publishedpledge ADD COLUMN words text",
        "DROP TABLE alliance_publishedpledge",
    ],
)
def test_a_database_with_other_columns_is_refused_although_its_migrations_have_the_same_names(
    owner_cursor: Any, change: str
) -> None:
    owner_cursor.execute(change)

    with pytest.raises(CommandError, match=r"other columns .* in alliance_publishedpledge\..*demo --reset"):
        call_command("migrate", verbosity=0)


def test_migrations_of_apps_that_are_not_installed_any_more_do_no_harm(owner_cursor: Any) -> None:
    owner_cursor.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('departed', '0001_initial', now())"
    )

    call_command("migrate", verbosity=0)


def test_a_check_says_whether_something_is_missing_also_to_a_portal_that_is_older(owner_cursor: Any) -> None:
    """What waits for the schema asks this, as the application's role; an upgrade may have been taken back."""
    owner_cursor.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('alliance', '9999_newer', now())"
    )
    call_command("migrate", check_unapplied=True, database="default", verbosity=0)

    owner_cursor.execute(
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'practices')"
    )
    with pytest.raises(SystemExit) as ended:
        call_command("migrate", check_unapplied=True, database="default", verbosity=0)
    assert ended.value.code == 1
