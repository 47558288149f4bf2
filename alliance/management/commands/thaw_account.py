"""`manage.py thaw_account`: lets somebody in again whose account is frozen and whom no manager can help."""

from alliance.management.account_command import AccountCommand
from alliance.models import Person
from alliance.services.freezing import thaw_account
from portal.kernel.access import SYSTEM


class Command(AccountCommand):
    """For the only manager."""

    help = "Unfreeze an account; its owner gets a letter with a link for a new password."
    done = "{email} gets a letter with a link for a new password."

    def act(self, person: Person, reason: str) -> None:
        thaw_account(SYSTEM, person, reason)
