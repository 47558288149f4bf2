"""Named writes on people and memberships: what somebody may do where, and when that ends."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.access import is_privileged
from alliance.enums import (
    DRAFTING_ROLES,
    REQUIRED_ROLES,
    ROLES_BY_KIND,
    OrganisationKind,
    OrganisationState,
    Role,
)
from alliance.models import Membership, Organisation, Person
from alliance.queries.actors import actor_for
from alliance.queries.last_edits import refuse_other_values
from alliance.queries.last_steps import done_refusal
from alliance.queries.people import end_entry
from alliance.services.absences import follow_signatories
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.delegations import return_delegations
from alliance.services.second_readings import withdraw_readings_of
from alliance.services.vacancies import record_lost_roles
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_name, require_reason


@transaction.atomic
def set_roles(
    actor: Actor,
    membership: Membership,
    roles: Collection[str],
    *,
    office: str | None = None,
    seen: str | None = None,
) -> Membership:
    """Change what a person may do in the organisation, and the office that signatures name.

    `seen`: the key of the `rights_of` it that the actor has seen, None for any. Raises Forbidden, Conflict when they
    were changed in between, or DomainError when a role does not exist here or its last holder would lose it.
    """
    locked, before = _change_roles(actor, membership, roles, office, seen)
    journal.record(
        actor, "membership.grant", locked, person=locked.person_id, before=before, grants=locked.roles
    )
    return locked


def rights_of(membership: Membership) -> dict[str, object]:
    """What a change of rights replaces, by column."""
    return {"roles": sorted(membership.roles), "office": membership.office}


def _change_roles(
    actor: Actor, membership: Membership, roles: Collection[str], office: str | None, seen: str | None
) -> tuple[Membership, list[str]]:
    """The membership with its new rights, and those that it had before."""
    locked = lock_membership(membership)
    require(refresh_actor(actor), "membership.grant", locked)
    if locked.ended_at is not None:
        raise WrongState(_("This membership has ended."))
    refuse_other_values(actor, locked, rights_of(locked), seen, "membership.grant", "membership.appoint")
    chosen = check_roles(locked.organisation, roles)
    refuse_losing_last_holder(locked, lost=set(locked.roles) - set(chosen))
    before, locked.roles = locked.roles, chosen
    locked.office = check_office(locked.office if office is None else office, chosen)
    kind = locked.organisation.kind
    if is_privileged(kind, chosen) and not is_privileged(kind, before):
        locked.privileged_since = clock.now()
    locked.save(update_fields=["roles", "office", "privileged_since"])
    record_lost_roles(locked.organisation, set(before) - set(chosen), locked.person_id)
    follow_signatories(locked.organisation)
    _withdraw_readings(actor, locked, set(before) - set(chosen), within="membership.grant")
    if not set(chosen) & set(DRAFTING_ROLES):
        return_delegations(locked.person_id, locked.organisation_id)
    return locked, before


@transaction.atomic
def appoint_person(
    actor: Actor,
    membership: Membership,
    roles: Collection[str],
    *,
    office: str | None = None,
    reason: str,
    seen: str | None = None,
) -> Membership:
    """Give or take rights in another organisation, as the secretariat; it is notified, with the reason.

    Refuses as `set_roles` does, and DomainError without a reason.
    """
    cleaned_reason = require_reason(reason)
    locked, before = _change_roles(actor, membership, roles, office, seen)
    require(actor, "membership.appoint", locked)
    locked.appointed_reason = cleaned_reason
    locked.save(update_fields=["appointed_reason"])
    journal.record(
        actor, "membership.appoint", locked, person=locked.person_id, before=before, grants=locked.roles
    )
    return locked


@transaction.atomic
def end_membership(
    actor: Actor, membership: Membership, *, rule: str = "membership.end", within: str = ""
) -> Membership:
    """End a person's membership: access ends at once, what they did stays; they and the administrators are notified.

    `within` names the larger act that has a letter of its own: then this one has none.
    Raises Forbidden, WrongState, with who has done it, when it has ended, or DomainError for the last holder of a
    required role.
    """
    locked = lock_membership(membership)
    require(refresh_actor(actor), rule, locked)
    if locked.ended_at is not None:
        raise WrongState(done_refusal(actor, end_entry(locked)))
    refuse_losing_last_holder(locked, lost=set(locked.roles))
    locked.ended_at = clock.now()
    locked.save(update_fields=["ended_at"])
    record_lost_roles(locked.organisation, locked.roles, locked.person_id)
    follow_signatories(locked.organisation)
    _withdraw_readings(actor, locked, locked.roles, within=rule)
    return_delegations(locked.person_id, locked.organisation_id)
    event = journal.record(
        actor, rule, locked, person=locked.person_id, **({"within": within} if within else {})
    )
    if not within:
        enqueue_account_letter("membership_ended", locked.person_id, event=event.pk)
    return locked


def _withdraw_readings(actor: Actor, membership: Membership, lost: Collection[str], within: str) -> None:
    """Whoever does not review any more finishes no second reading, and keeps no review from its conclusion."""
    if membership.organisation.kind == OrganisationKind.SECRETARIAT and Role.REVIEWER in lost:
        withdraw_readings_of(actor, membership.person_id, None, within=within)


def refresh_actor(actor: Actor) -> Actor:
    """The actor with the rights of this moment: a colleague may have ended them while we waited for the lock."""
    return actor_for(actor.person_id, actor.tenant_id) if actor.person_id and actor.tenant_id else actor


def check_membership_end(membership: Membership) -> None:
    """Raise the DomainError that would stop the end of this membership; the page shows it beforehand."""
    refuse_losing_last_holder(membership, lost=set(membership.roles))


def lock_organisation(organisation_id: int) -> Organisation:
    """Lock the organisation, so that two changes of its people see each other."""
    organisation: Organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=organisation_id
    )
    return organisation


def lock_membership(membership: Membership) -> Membership:
    """The membership as it is now, with its organisation locked."""
    lock_organisation(membership.organisation_id)
    locked_membership: Membership = Membership.objects.select_related("organisation").get(pk=membership.pk)
    return locked_membership


def refuse_losing_last_holder(membership: Membership, lost: set[str]) -> None:
    """Refuse to take a required role from its last holder, unless the organisation has left."""
    organisation = membership.organisation
    if organisation.state == OrganisationState.FORMER:
        return
    others = Membership.objects.current().filter(organisation=organisation, person__is_active=True)
    remaining_roles = {
        role for roles in others.exclude(pk=membership.pk).values_list("roles", flat=True) for role in roles
    }
    last = [
        each
        for each in REQUIRED_ROLES[OrganisationKind(organisation.kind)]
        if each in lost and each not in remaining_roles
    ]
    if last:
        message = ngettext(
            "This is the last %(role)s of %(organisation)s: give this right to someone else first.",
            "This is the last %(role)s of %(organisation)s: give these rights to someone else first.",
            len(last),
        )
        roles = get_text_list([each.label.lower() for each in last], _("and"))
        raise DomainError(message % {"role": roles, "organisation": organisation.name_prepositional})


def check_roles(organisation: Organisation, roles: Collection[str]) -> list[str]:
    """The roles in their usual order; refuses none, and those that organisations of this kind lack."""
    possible: Sequence[str] = ROLES_BY_KIND[OrganisationKind(organisation.kind)]
    if not roles:
        raise DomainError(_("Choose at least one."), field="roles")
    if not set(roles) <= set(possible):
        raise DomainError(_("An organisation of this kind does not give this right."), field="roles")
    return [role for role in possible if role in roles]


def check_office(office: str, roles: Collection[str]) -> str:
    """Return the job title, cleaned. Raises DomainError when a signatory has none: they sign with it."""
    if office.strip():
        return clean_name(office, field="office")
    if Role.SIGNATORY in roles:
        raise DomainError(_("A signatory needs a job title."), field="office")
    return ""


@transaction.atomic
def choose_language(person: Person, language: str) -> None:
    """Use this language for the person from now on, in pages and in letters."""
    person.language = language
    person.save(update_fields=["language"])
