"""`manage.py thaw_account`: lets somebody in again whose account is frozen and whom no manager can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.models import Person
from alliance.services.freezing import thaw_account
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError


class Command(BaseCommand):
    """As a manager does it on the page of an account; for the only manager."""

    help = "Unfreeze an account and remove its second factors; its owner gets a letter with a link for a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that they sign in with")
        parser.add_argument(
            "--reason", required=True, help="who asked, and how you know that it was them; it is kept"
        )
        parser.add_argument(
            "--keep-factors",
            action="store_true",
            help="leave the second factors, where all of them are certainly the owner's; else they are removed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            person = Person.objects.filter(email=options["email"].strip().lower()).first()
        if person is None:
            raise CommandError("Nobody signs in with this address.")
        try:
            with acting_as(SYSTEM):
                thaw_account(SYSTEM, person, options["reason"], remove_factors=not options["keep_factors"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person.email} gets a letter with a link for a new password.")
