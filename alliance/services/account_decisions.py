"""Named writes of the secretariat on somebody's account: close it, open it again; each with a stored reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import AccountDecisionKind
from alliance.models import AccountDecision, Membership, Person
from alliance.queries.account_refusals import closing_refusal, reopening_refusal
from alliance.services.absences import follow_signatory
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.delegations import return_delegations
from alliance.services.people import lock_organisation, refuse_losing_last_holder
from alliance.services.second_readings import withdraw_readings_of
from alliance.services.sessions import end_all_sessions
from alliance.services.vacancies import record_lost_holders
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_text


def record_decision(
    actor: Actor, person: Person, kind: AccountDecisionKind, reason: str, *, within: str = ""
) -> AccountDecision:
    """Store a decision about an account with its reason, and journal it. Raises DomainError without a reason.

    `within` names the larger act that has letters of its own: then this one has none.
    """
    cleaned_reason = clean_text(reason, field="reason").strip()
    if not cleaned_reason:
        raise DomainError(
            _("Give a reason: who asked, and how you know that it was them."),
            field="reason",
        )
    decision: AccountDecision = AccountDecision.objects.create(
        person=person, kind=kind, reason=cleaned_reason, decided_by_id=actor.person_id
    )
    larger_act = {"within": within} if within else {}
    journal.record(actor, f"person.{kind}", person, decision=decision.pk, **larger_act)
    return decision


@transaction.atomic
def close_account(actor: Actor, person: Person, reason: str) -> AccountDecision:
    """Nobody signs in with it any more, open sessions end at once; what they did stays, and so do memberships.

    Second readings that they have not finished end: no review waits for them. The person is notified, and so are the
    administrators of their organisations.

    Raises Forbidden (also for oneself), WrongState, DomainError without a reason or where it is the last holder
    of a right that an organisation keeps.
    """
    require(actor, "person.close", person)
    # where they belong now, each organisation locked, always in the same order
    memberships = Membership.objects.current().filter(person=person).order_by("organisation_id")
    for pk in memberships.values_list("organisation_id", flat=True):
        lock_organisation(pk)
    for membership in memberships.select_related("organisation"):
        refuse_losing_last_holder(membership, lost=set(membership.roles))
    locked = _locked(person)
    if refusal := closing_refusal(actor, locked):
        raise WrongState(refusal)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    end_all_sessions(locked)
    decision = record_decision(actor, locked, AccountDecisionKind.CLOSE, reason)
    record_lost_holders(locked)
    follow_signatory(locked)
    return_delegations(locked.pk)
    withdraw_readings_of(actor, locked.pk, None, within="person.close")
    enqueue_account_letter("account_closed", locked.pk)
    return decision


@transaction.atomic
def reopen_account(actor: Actor, person: Person, reason: str) -> AccountDecision:
    """Let them sign in again, with the rights that their memberships give; they are notified.

    Raises Forbidden, WrongState.
    """
    require(actor, "person.reopen", person)
    locked = _locked(person)
    if refusal := reopening_refusal(actor, locked):
        raise WrongState(refusal)
    follow_signatory(locked)  # as in `thaw_account`
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    follow_signatory(locked)
    decision = record_decision(actor, locked, AccountDecisionKind.REOPEN, reason)
    enqueue_account_letter("account_reopened", locked.pk)
    return decision


def _locked(person: Person) -> Person:
    locked_person: Person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return locked_person
