"""What the world has of accounts: Bob with an app, asking for another address; a decision about him; a passkey."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from alliance.enums import AccountDecisionKind, Role
from alliance.models import AccountDecision, Person
from alliance.services.email_changes import OLD, email_change_token_of, request_email_change
from alliance.services.freezing import new_freeze_token
from tests.factories import Cast, make_person
from tests.support.canaries import canary
from tests.support.second_factors import add_app, add_recovery_codes

UrlKwargsByName = dict[str, dict[str, Any]]


def make_accounts(cast: Cast, people: dict[str, Person | None]) -> UrlKwargsByName:
    """Made as SYSTEM, before anybody signs in."""
    add_app(cast.bob)
    add_recovery_codes(cast.bob)
    change = request_email_change(cast.bob, f"{canary('new-address')}@aurora-video.example")
    AccountDecision.objects.create(
        person=cast.bob,
        kind=AccountDecisionKind.REOPEN,
        reason=canary("account-reason"),
        decided_by=cast.mona,
    )
    frozen = make_person("Fay", cast.beacon, Role.READER)
    Person.objects.filter(pk=frozen.pk).update(is_active=False, frozen_at=timezone.now(), frozen_by=cast.mona)
    closed = people["ines"]
    assert closed is not None
    return {
        "email.token": {"token": email_change_token_of(change, OLD)},
        "person": {"pk": cast.bob.pk},
        "person.closed": {"pk": closed.pk},
        "person.frozen": {"pk": frozen.pk},
        "pending.token": {"token": "of-a-post-that-is-gone"},
        "freeze.token": {"token": new_freeze_token(cast.bob)},
        "passkey": {"pk": _key(Person.objects.get(name="Dora")).pk},
    }


def _key(person: Person) -> Authenticator:
    """A passkey as far as the tables know it; nobody signs in with it."""
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
