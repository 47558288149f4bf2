"""`manage.py reencrypt_factors`: after a new key was put first into CREDENTIAL_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alliance.services.client_secrets import reencrypt_client_secrets
from alliance.services.factor_secrets import reencrypt_factors
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.webhooks import reencrypt_secrets


class Command(BaseCommand):
    """Repeatable, while people sign in; the earlier keys may go when it says that none needs them."""

    help = "Encrypt secrets of factors, providers, webhooks under the first of CREDENTIAL_KEYS, and count what is left."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            result = reencrypt_factors()
            unreadable_clients = reencrypt_client_secrets()
            unreadable_webhooks = reencrypt_secrets()
        self.stdout.write(
            f"{result.reencrypted} factors re-encrypted; {result.left} still need an earlier key; "
            f"{result.unreadable} cannot be read with any configured key."
        )
        if unreadable_clients:
            self.stdout.write(
                f"{unreadable_clients} client secrets of identity providers cannot be read: enter them anew."
            )
        if unreadable_webhooks:
            self.stdout.write(
                f"{unreadable_webhooks} secrets of webhooks cannot be read: give each of them a new one."
            )
        if result.unreadable:
            raise CommandError(
                "Add the key that encrypted them to CREDENTIAL_KEYS, or let their owners set up new factors: "
                "docs/how-to/deploy.md"
            )
