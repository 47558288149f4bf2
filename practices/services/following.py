"""Following: somebody wants to hear what becomes of a practice, a request or a working group.

Without journal: nobody else is to see what a person follows.
"""

from typing import Any

from django.db import transaction

from portal.kernel.access import Actor, person_of, tenant_of
from practices.models import Follow, Thing, place_of


@transaction.atomic
def follow(actor: Actor, thing: Thing) -> None:
    """Follow it as who one is now; once is enough. The caller has found the thing through the actor's sight."""
    Follow.objects.get_or_create(**_own(actor, thing))


@transaction.atomic
def unfollow(actor: Actor, thing: Thing) -> None:
    """Hear no more of it."""
    Follow.objects.filter(**_own(actor, thing)).delete()


def _own(actor: Actor, thing: Thing) -> dict[str, Any]:
    return {
        "person_id": person_of(actor),
        "organisation_id": tenant_of(actor),
        place_of(thing): thing,
    }
