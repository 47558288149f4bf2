"""Named writes on second factors: what somebody has changed of their own, and their removal by the secretariat."""

import time

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.enums import AccountDecisionKind
from alliance.models import AccountDecision, Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.factor_mandates import second_factors
from alliance.queries.factors import factors_of
from alliance.services.account_decisions import record_decision
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.sessions import end_all_sessions
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState

# What may have changed; each has its letter.
CHANGES = ("add_app", "remove_app", "add_passkey", "remove_passkey", "make_codes", "use_code")

_CODE_LIFETIME = 120  # seconds; longer than an app's code is taken


@transaction.atomic
def record_factor_change(person: Person, change: str, *, device: str = "") -> None:
    """Journal a change that somebody made to their own second factors, and queue a letter to them about it.

    The letter names the moment, the `device` (`Firefox/Windows`), and how many recovery codes are left.
    """
    if change not in CHANGES:
        raise LookupError(f"no change of factors named {change}")
    with acting_as(actor_without_organisation(person)) as actor:  # they may not be signed in yet
        journal.record(actor, "person.change_factors", person, change=change)
        enqueue_account_letter(
            "factors_changed",
            person.pk,
            change=change,
            device=device,
            at=clock.now().isoformat(),
            codes_left=factors_of(person).codes_left,
        )


@transaction.atomic
def refuse_removing_last_factor(person: Person, removed: QuerySet[Authenticator]) -> None:
    """Raise DomainError where `removed` is all that somebody has as a second factor.

    Asked before it is removed, in the same transaction: the row of the person is locked, so that of two removals
    at once the second sees the first.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not second_factors(person).exclude(pk__in=removed.values("pk")).exists():
        raise DomainError(
            _("Your rights require a second factor: set up another one before you remove this one.")
        )


@transaction.atomic
def use_app_code(person: Person, code: str) -> bool:
    """Note that a code of the app was right; False when it was used before.

    allauth notes it in the cache, for 30 of the 90 seconds in which it takes the code; and the cache may be away.
    """
    app = Authenticator.objects.select_for_update().get(user=person, type=Authenticator.Type.TOTP)
    now = int(time.time())
    used = {known: at for known, at in app.data.get("used_codes", {}).items() if at > now - _CODE_LIFETIME}
    digits = "".join(filter(str.isdigit, code))  # spaces may be typed
    if digits in used:
        return False
    app.data["used_codes"] = {**used, digits: now}
    app.save(update_fields=["data"])
    return True


@transaction.atomic
def reset_factors(actor: Actor, person: Person, reason: str) -> AccountDecision:
    """Remove all second factors of somebody who has lost them; their sessions end, and they are notified.

    Whoever must have a second factor sets up another one at the next sign-in.

    Raises Forbidden (also for oneself), WrongState when there are none, DomainError without a reason.
    """
    require(actor, "person.reset_factors", person)
    if not remove_all_factors(person):
        raise WrongState(_("This account has no second factor."))
    decision = record_decision(actor, person, AccountDecisionKind.RESET_FACTORS, reason)
    end_all_sessions(person)
    enqueue_account_letter("factors_reset", person.pk)
    return decision


@transaction.atomic
def remove_all_factors(person: Person) -> bool:
    """Remove app, passkeys and recovery codes, as part of an act that has its own journal entry; False without any.

    Whoever must have a second factor sets up another one at the next sign-in.
    """
    with acting_as(SYSTEM):  # secrets are their owner's: nobody else looks at them
        count, _by_model = Authenticator.objects.filter(user=person).delete()
        if count:
            Person.objects.filter(pk=person.pk).update(factors_removed_at=clock.now())
    return bool(count)
