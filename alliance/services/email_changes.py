"""Named writes on a change of address: asked for, confirmed at both mailboxes, stopped at the old one."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import AccountDecisionKind
from alliance.models import AccountDecision, EmailChange, Person
from alliance.queries.actors import actor_without_organisation
from alliance.services import letter_tokens as tokens
from alliance.services.account_decisions import record_decision
from alliance.services.sessions import end_other_sessions
from alliance.services.tokens import revoke_tokens_of
from alliance.validators.addresses import clean_address
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue

EMAIL_CHANGE_LIFETIME = timedelta(days=3)
OLD, NEW = "old", "new"
_SALT = "alliance.email_change"


@transaction.atomic
def request_email_change(person: Person, email: str) -> EmailChange:
    """Queue a letter to either address; an earlier change that is under way is over.

    An address that somebody signs in with already is treated alike: its owner gets another letter, and no link.
    Raises DomainError for what is no address, or one's own.
    """
    address = clean_address(email, field="email")
    if address == person.email:
        raise DomainError(_("This is the address that you sign in with."), field="email")
    with acting_as(actor_without_organisation(person)) as actor:
        end_open_email_changes(person)
        change = EmailChange(
            person=person,
            old_email=person.email,
            new_email=address,
            expires_at=clock.now() + EMAIL_CHANGE_LIFETIME,
        )
        change.old_sha256 = digest_of(tokens.new_token(_SALT, _token_facts(change, OLD)))
        change.new_sha256 = digest_of(tokens.new_token(_SALT, _token_facts(change, NEW)))
        change.save()
        journal.record(actor, "person.ask_email_change", person)
        _enqueue_letters(change, OLD, NEW)
    return change


def end_open_email_changes(person: Person) -> None:
    """End what waits for confirmation, as part of an act that has its own journal entry."""
    EmailChange.objects.filter(person=person, ended_at__isnull=True).update(ended_at=clock.now())


def _token_facts(change: EmailChange, side: str) -> str:
    moment = f"{change.expires_at.timestamp():.6f}"
    return f"{side}:{change.person_id}:{change.old_email}:{change.new_email}:{moment}"


def email_change_token_of(change: EmailChange, side: str) -> str | None:
    """The token for the link in the letter to this side, found again when the letter is sent."""
    digest = change.old_sha256 if side == OLD else change.new_sha256
    return tokens.find_token(_SALT, _token_facts(change, side), digest)


def _enqueue_letters(change: EmailChange, *letters: str) -> None:
    for letter in letters:
        key = f"email_change:{change.pk}:{letter}"
        enqueue("send_email_change_letter", key=key, payload={"change": change.pk, "letter": letter})


def find_email_change(token: str) -> tuple[EmailChange, str] | None:
    """The change and the side that the token is for; None when it is over, or confirmed there already."""
    with acting_as(SYSTEM):  # the holder of the token need not be signed in
        rows = EmailChange.objects.filter(ended_at__isnull=True, expires_at__gt=clock.now())
        waiting = rows.select_related("person").filter(person__is_active=True)
        for side in (OLD, NEW):
            conditions = {f"{side}_sha256": digest_of(token), f"{side}_confirmed_at__isnull": True}
            change = waiting.filter(**conditions).first()
            if change is not None:
                return change, side
    return None


@transaction.atomic
def confirm_email_change(token: str, *, session: str | None = None) -> EmailChange:
    """Confirm at the mailbox that the token was sent to; done when the other one has confirmed too.

    Once done, the person signs in with the new address, every session but `session` and every API token of theirs
    ends, and both mailboxes are notified. Raises WrongState for a link that is used or over, DomainError when the
    address has been taken since.
    """
    with acting_as(SYSTEM):
        change, side = _locked(token)
        setattr(change, f"{side}_confirmed_at", clock.now())
        change.save(update_fields=[f"{side}_confirmed_at"])
        _finish_if_both(change, session)
    return change


@transaction.atomic
def stop_email_change(token: str) -> EmailChange:
    """Stop it at the old mailbox: everything stays as it is. Raises WrongState for a link that is no good for it."""
    with acting_as(SYSTEM):
        change, side = _locked(token)
        if side != OLD:
            raise WrongState(
                _(
                    "This link cannot stop the change: use the link sent to your current address, or stop it "
                    "in your profile."
                )
            )
        change.ended_at = clock.now()
        change.save(update_fields=["ended_at"])
        journal.record(actor_without_organisation(change.person), "person.stop_email_change", change.person)
    return change


def _locked(token: str) -> tuple[EmailChange, str]:
    change_and_side = find_email_change(token)
    if change_and_side is not None:
        EmailChange.objects.select_for_update(of=("self",)).get(pk=change_and_side[0].pk)
        change_and_side = find_email_change(token)
    if change_and_side is None:
        raise WrongState(_("This link is no longer valid: it was used, or the change is over."))
    return change_and_side


@transaction.atomic
def cancel_email_change(person: Person) -> None:
    """Cancel the change; for the person who asked for it."""
    with acting_as(actor_without_organisation(person)) as actor:
        end_open_email_changes(person)
        journal.record(actor, "person.stop_email_change", person)


@transaction.atomic
def confirm_for_lost_mailbox(actor: Actor, person: Person, reason: str) -> AccountDecision:
    """Confirm in the place of an old mailbox that its owner has lost; the new one still confirms for itself.

    Raises Forbidden (also for oneself), WrongState when nothing waits for it, DomainError without a reason.
    """
    require(actor, "person.confirm_email", person)
    rows = EmailChange.objects.select_for_update(of=("self",)).prefetch_related("person")
    change = rows.filter(person=person, ended_at__isnull=True, expires_at__gt=clock.now()).first()
    if change is None or change.old_confirmed_at is not None:
        raise WrongState(_("No change of address is waiting for confirmation from the old mailbox."))
    decision = record_decision(actor, person, AccountDecisionKind.CONFIRM_EMAIL, reason)
    change.old_confirmed_at = clock.now()
    change.save(update_fields=["old_confirmed_at"])
    _enqueue_letters(change, "confirmed_for_you")
    _finish_if_both(change, session=None)
    return decision


def _finish_if_both(change: EmailChange, session: str | None) -> None:
    if change.old_confirmed_at is None or change.new_confirmed_at is None:
        return
    person = Person.objects.select_for_update(of=("self",)).get(pk=change.person_id)
    if Person.objects.filter(email=change.new_email).exists():
        raise DomainError(_("Another account already uses this address."))
    person.email = change.new_email
    person.save(update_fields=["email"])
    change.done_at = change.ended_at = clock.now()
    change.save(update_fields=["done_at", "ended_at"])
    journal.record(actor_without_organisation(person), "person.change_email", person)
    end_other_sessions(person, except_key=session)
    revoke_tokens_of(person, at=change.done_at)
    _enqueue_letters(change, "done_old", "done_new")
