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
