"""`manage.py add_former_address`: lets an address that an organisation had on an earlier site lead to its pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.models import Organisation
from alliance.services.organisations import add_former_address
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError


class Command(BaseCommand):
    """For the operator who moves an alliance from another site to this one."""

    help = "Lead from an address that a member had on an earlier site to its pages and files here, for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("member", help="its address here, as in /members/<address>/")
        parser.add_argument("address", help="the one that it had: Latin letters, digits and hyphens")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            organisation = Organisation.objects.filter(slug=options["member"]).first()
            if organisation is None:
                raise CommandError("No organisation has this address.")
            try:
                former = add_former_address(SYSTEM, organisation, options["address"])
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"/members/{former.slug}/ leads to /members/{organisation.slug}/.")
