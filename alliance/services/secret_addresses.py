"""Secret addresses at which a program reads as a person without signing in: one of a membership and a purpose.

The secret part is made once, shown once, and stored as its digest. The models have `membership`, `person`,
`organisation`, `sha256`, `created_at`, `used_at` and `ended_at`.
"""

import base64
import hashlib
import secrets
from typing import Any

from alliance.models import Membership
from alliance.queries.actors import PersonMemberships, memberships_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, tenant_of
from portal.kernel.stored_secrets import SecretForm, derive, refuse_older_form

_LENGTH = 43  # of 32 bytes in base64


def replace_address(
    model: Any, actor: Actor, purpose: str, form: SecretForm | None, **fresh: object
) -> tuple[Any, str]:
    """Make the actor's address anew, with these values; an earlier one ends at once. Returns its row and its secret.

    With a form the secret follows from it: sent twice it gives the one address. Raises WrongState for a form older
    than the present address.
    """
    membership = Membership.objects.current().get(
        person_id=person_of(actor), organisation_id=tenant_of(actor)
    )
    chance = secrets.token_bytes(32)
    if form is not None:
        chance = derive(purpose, f"{membership.pk}:{form.replaces}:{form.key}")
    secret = base64.urlsafe_b64encode(chance).decode().rstrip("=")
    present = model.objects.select_for_update(of=("self",)).filter(membership=membership).first()
    if present is not None and present.sha256 == _digest_of(secret):  # the same form twice
        return present, secret
    refuse_older_form(form, present.sha256 if present is not None else "")
    address, _created = model.objects.update_or_create(
        membership=membership,
        defaults={
            "person_id": membership.person_id,
            "organisation_id": membership.organisation_id,
            "sha256": _digest_of(secret),
            "created_at": clock.now(),
            "used_at": None,
            "ended_at": None,
            **fresh,
        },
    )
    return address, secret


def end_address(model: Any, actor: Actor, **emptied: object) -> Any | None:
    """Turn the actor's address off, with these values; the row, or None where there is none that works.

    It stays with a digest of nobody's, so that a form of before it was turned off is an older one from then on.
    """
    rows = model.objects.select_for_update(of=("self",)).visible_to(actor)
    address = rows.filter(ended_at__isnull=True).first()
    if address is None:
        return None
    changes = {"sha256": _digest_of(secrets.token_urlsafe(32)), "ended_at": clock.now(), **emptied}
    for name, value in changes.items():
        setattr(address, name, value)
    address.save(update_fields=list(changes))
    return address


def lock_address(model: Any, secret: str) -> tuple[Any, PersonMemberships] | None:
    """The address of this secret, locked, with its owner's memberships; None where it gives no access any more.

    As SYSTEM; three queries at most.
    """
    if len(secret) != _LENGTH:
        return None
    with acting_as(SYSTEM):
        rows = model.objects.select_for_update(of=("self",)).select_related("person", "organisation")
        address = rows.filter(sha256=_digest_of(secret)).first()
        if address is None:
            return None
        memberships = memberships_of(address.person_id)
    membership = memberships.choose(address.organisation_id)
    return (
        (address, memberships) if membership is not None and membership.pk == address.membership_id else None
    )


def _digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
