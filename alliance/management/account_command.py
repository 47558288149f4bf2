"""What the operator does with an account where no manager can: named by its address, with a reason that is kept."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.models import Person
from alliance.validators.addresses import canonical_address
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError


class AccountCommand(BaseCommand):
    """Does as SYSTEM what a manager does on the page of an account; `done` says what is so now."""

    done = "{email}"

    def act(self, person: Person, reason: str, **options: Any) -> None:
        """Do it, with what the command was given beside. Raises DomainError, whose sentence the operator sees."""
        raise NotImplementedError  # each kind has its own

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
                self.act(person, **options)
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(self.done.format(email=person.email))
