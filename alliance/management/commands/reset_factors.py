"""`manage.py reset_factors`: lets somebody in again who has lost their second factor and whom no manager can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.models import Person
from alliance.services.factors import reset_factors
from alliance.validators.addresses import canonical_address
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError


class Command(BaseCommand):
    """As a manager does it on the page of an account; for the only manager, or for one's own."""

    help = "Remove the second factors of an account; its sessions end, and its owner gets a letter."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that they sign in with")
        parser.add_argument(
            "--reason", required=True, help="who asked, and how you know that it was them; it is kept"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            person = Person.objects.filter(email=canonical_address(options["email"])).first()
        if person is None:
            raise CommandError("Nobody signs in with this address.")
        try:
            with acting_as(SYSTEM):
                reset_factors(SYSTEM, person, options["reason"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{person.email} signs in with the password alone now, sets up another factor where one is required, "
            "and gets a letter about it."
        )
