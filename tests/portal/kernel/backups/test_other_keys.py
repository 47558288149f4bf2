"""A portal that is restored beside other keys says which secrets none of them reads."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alliance.enums import SignInProtocol
from alliance.models import IdentityProvider, Organisation, Person
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.backups import take_backup
from portal.kernel.checks import database as database_checks
from portal.kernel.stored_secrets import encrypt
from portal.kernel.webhooks import Webhook
from tests.support import database
from tests.support.database import DatabaseState
from tests.support.restore_target import empty_restore_target
from tests.support.second_factors import add_app, add_recovery_codes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backups")]
OTHER_KEY = "the key of another installation, made by its manual"
UNREADABLE = "client secrets of identity providers (1), second factors (2), secrets of webhooks (1)"


def test_a_restore_and_the_check_name_the_secrets_that_no_key_reads(
    database_state: DatabaseState,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path: Path,
    settings: Any,
) -> None:
    with django_db_blocker.unblock():
        database.renew()
        database_state.touched = True
        with acting_as(SYSTEM):
            person = Person.objects.order_by("pk")[0]
            add_app(person)
            add_recovery_codes(person)
            IdentityProvider.objects.create(
                organisation=Organisation.objects.order_by("pk")[0],
                name="Accounts",
                protocol=SignInProtocol.OIDC,
                client_secret=encrypt("a secret"),
            )
            Webhook.objects.create(
                tenant_id=1,
                name="A",
                address="https://example.org/",
                kinds=[],
                created_by=person,
                secret=encrypt("whsec_a"),
            )
        archive, _manifest = take_backup(tmp_path / "portal.tar")
        own_keys, settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS, [OTHER_KEY]

        output = io.StringIO()
        with empty_restore_target(tmp_path / "there") as place, place.entered():
            with pytest.raises(CommandError) as refusal:
                call_command("restore", str(archive), stdout=output)
            (issue,) = database_checks.keys_read_stored_secrets(None, databases=["default"])
            settings.CREDENTIAL_KEYS = [OTHER_KEY, *own_keys]
            assert database_checks.keys_read_stored_secrets(None, databases=["default"]) == []

    assert "Restored. Start the portal" in output.getvalue()
    assert refusal.value.returncode == 2
    assert f"no key that reads these secrets: {UNREADABLE}. Add the key" in str(refusal.value)
    assert (issue.id, UNREADABLE in issue.msg) == ("portal.E035", True)
