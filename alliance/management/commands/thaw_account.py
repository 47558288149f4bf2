"""`manage.py thaw_account`: lets somebody in again whose account is frozen and whom no manager can help."""

from typing import Any

from django.core.management.base import CommandParser

from alliance.management.account_command import AccountCommand
from alliance.models import Person
from alliance.services.freezing import thaw_account
from portal.kernel.access import SYSTEM


class Command(AccountCommand):
    """For the only manager."""

    help = "Unfreeze an account and remove its second factors; its owner gets a letter with a link for a new password."
    done = "{email} gets a letter with a link for a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--keep-factors",
            action="store_true",
            help="leave the second factors, where all of them are certainly the owner's; else they are removed",
        )

    def act(self, person: Person, reason: str, **options: Any) -> None:
        thaw_account(SYSTEM, person, reason, remove_factors=not options["keep_factors"])
