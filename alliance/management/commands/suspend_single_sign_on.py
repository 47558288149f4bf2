"""`manage.py suspend_single_sign_on`: where no manager can sign in any more, for the provider is away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.models import EmailDomain
from alliance.services.email_domains import suspend_domain
from alliance.validators.email_domains import clean_domain
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError


class Command(BaseCommand):
    """Does what a manager does on the page of the provider; the journal names the portal as who did it."""

    help = (
        "Let people of an e-mail domain sign in by themselves, until a manager requires single sign-on again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", help="the e-mail domain")
        parser.add_argument("--reason", required=True, help="why; shown beside the domain")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            try:
                row = EmailDomain.objects.filter(domain=clean_domain(options["domain"])).first()
                if row is None:
                    raise CommandError("No identity provider has this domain.")
                suspend_domain(SYSTEM, row, options["reason"])
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"People of {row.domain} can sign in by themselves.")
