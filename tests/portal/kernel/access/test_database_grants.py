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


def test_migrations_of_apps_that_are_not_installed_any_more_do_no_harm(owner_cursor: Any) -> None:
    owner_cursor.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('departed', '0001_initial', now())"
    )

    call_command("migrate", verbosity=0)
