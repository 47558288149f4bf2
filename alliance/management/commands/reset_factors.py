"""`manage.py reset_factors`: lets somebody in again who has lost their second factor and whom no manager can help."""

from alliance.management.account_command import AccountCommand
from alliance.models import Person
from alliance.services.factors import reset_factors
from portal.kernel.access import SYSTEM


class Command(AccountCommand):
    """For the only manager, or for one's own."""

    help = "Remove the second factors of an account; its sessions end, and its owner gets a letter."
    done = (
        "{email} signs in with the password alone now, sets up another factor where one is required, and gets a letter "
        "about it."
    )

    def act(self, person: Person, reason: str) -> None:
        reset_factors(SYSTEM, person, reason)
