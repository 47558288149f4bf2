"""Named reads on second factors: what a person has to sign in with beside the password."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from alliance.models import Membership, Person
from alliance.queries.factor_mandates import second_factors
from portal.kernel.access import SYSTEM, acting_as


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner calls it."""

    pk: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """An app that shows codes, passkeys, and recovery codes for the day when both are lost."""

    app: Authenticator | None
    passkeys: Sequence[Passkey]
    codes: Authenticator | None

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not open the account."""
        return self.app is not None or bool(self.passkeys)

    @property
    def codes_left(self) -> int:
        return len(self.codes.wrap().get_unused_codes()) if self.codes else 0


def factors_of(person: Person) -> SecondFactors:
    """What the person has. One query."""
    rows = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    by_type = {row.type: row for row in rows}
    passkeys = [
        Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)
        for row in rows
        if row.type == Authenticator.Type.WEBAUTHN
    ]
    return SecondFactors(
        by_type.get(Authenticator.Type.TOTP), passkeys, by_type.get(Authenticator.Type.RECOVERY_CODES)
    )


def has_second_factor(person: Person) -> bool:
    """Whether a password alone does not open the account; asked as SYSTEM, for factors are their owner's to see."""
    with acting_as(SYSTEM):
        return second_factors(person).exists()


def sign_in_basis(person: Person | None) -> str:
    """On what a sign-in rests: another one after a change of password, second factors, memberships or the account."""
    if person is None:
        return ""
    factors = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)
    memberships = Membership.objects.current().filter(person=person)
    facts = [
        person.pk, person.password, person.is_active, sorted(factors.values_list("pk", flat=True)),
        sorted(memberships.values_list("pk", flat=True)),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
