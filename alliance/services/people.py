"""Named writes on people and memberships: what somebody may do where, and when that ends."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import GRANTS_BY_KIND, Grant, OrganisationKind, OrganisationState
from alliance.models import Membership, Organisation, Person
from alliance.queries.actors import actor_for
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.names import clean_name, clean_text

# Grants that an organisation may not be left without, once somebody holds them.
KEPT_GRANTS = {
    OrganisationKind.MEMBER: (Grant.SIGNATORY, Grant.ADMINISTRATOR),
    OrganisationKind.ASSOCIATE: (Grant.SIGNATORY, Grant.ADMINISTRATOR),
    OrganisationKind.PARTNER: (Grant.ADMINISTRATOR,),
    OrganisationKind.SUPPORTER: (),
    OrganisationKind.SECRETARIAT: (Grant.MANAGER,),
}


@transaction.atomic
def set_grants(
    actor: Actor, membership: Membership, grants: Collection[str], *, office: str | None = None
) -> Membership:
    """Change what a person may do in the organisation, and the office that signatures name.

    Refuses with Forbidden, or DomainError when a grant does not exist here or its last holder would lose it.
    """
    locked = lock_membership(membership)
    require(as_now(actor), "membership.grant", locked)
    if locked.ended_at is not None:
        raise WrongState(_("This has already been done."))
    chosen = checked_grants(locked.organisation, grants)
    keep_holders(locked, lost=set(locked.grants) - set(chosen))
    before, locked.grants = locked.grants, chosen
    locked.office = checked_office(locked.office if office is None else office, chosen)
    locked.save(update_fields=["grants", "office"])
    journal.record(actor, "membership.grant", locked, person=locked.person_id, before=before, grants=chosen)
    return locked


@transaction.atomic
def appoint(
    actor: Actor, membership: Membership, grants: Collection[str], *, office: str | None = None, reason: str
) -> Membership:
    """The secretariat gives or takes rights in somebody else's organisation; the organisation is told, with the reason.

    Refuses as `set_grants` does, and with DomainError without a reason.
    """
    said = clean_text(reason, field="reason").strip()
    if not said:
        raise DomainError(_("Give a reason."), field="reason")
    locked = set_grants(actor, membership, grants, office=office)
    require(actor, "membership.appoint", locked)
    locked.appointed_reason = said
    locked.save(update_fields=["appointed_reason"])
    journal.record(actor, "membership.appoint", locked, person=locked.person_id, grants=locked.grants)
    return locked


@transaction.atomic
def end_membership(actor: Actor, membership: Membership, *, rule: str = "membership.end") -> Membership:
    """End a person's membership: access ends at once, what they did stays.

    Refuses with Forbidden, WrongState when it has ended, or DomainError for the last holder of a kept grant.
    """
    locked = lock_membership(membership)
    require(as_now(actor), rule, locked)
    if locked.ended_at is not None:
        raise WrongState(_("This has already been done."))
    keep_holders(locked, lost=set(locked.grants))
    locked.ended_at = clock.now()
    locked.save(update_fields=["ended_at"])
    journal.record(actor, rule, locked, person=locked.person_id)
    return locked


def as_now(actor: Actor) -> Actor:
    """The actor with the rights of this moment: a colleague may have ended them while we waited for the lock."""
    return actor_for(actor.person_id, actor.tenant_id) if actor.person_id and actor.tenant_id else actor


def check_end(membership: Membership) -> None:
    """Raise the DomainError that would stop the end of this membership; the page says it beforehand."""
    keep_holders(membership, lost=set(membership.grants))


def lock_organisation(organisation_id: int) -> Organisation:
    """Lock the organisation, so that two changes of its people see each other."""
    found: Organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    return found


def lock_membership(membership: Membership) -> Membership:
    """The membership as it is now, with its organisation locked."""
    lock_organisation(membership.organisation_id)
    found: Membership = Membership.objects.select_related("organisation").get(pk=membership.pk)
    return found


def keep_holders(membership: Membership, lost: set[str]) -> None:
    """Refuse to take a kept grant from its last holder, unless the organisation has left."""
    organisation = membership.organisation
    if organisation.state == OrganisationState.FORMER:
        return
    others = Membership.objects.current().filter(organisation=organisation, person__is_active=True)
    held = {
        grant
        for grants in others.exclude(pk=membership.pk).values_list("grants", flat=True)
        for grant in grants
    }
    last = [
        one for one in KEPT_GRANTS[OrganisationKind(organisation.kind)] if one in lost and one not in held
    ]
    if last:
        message = ngettext(
            "This is the last %(grant)s of %(organisation)s: give this right to somebody else first.",
            "This is the last %(grant)s of %(organisation)s: give these rights to somebody else first.",
            len(last),
        )
        grants = get_text_list([one.label.lower() for one in last], _("and"))
        raise DomainError(message % {"grant": grants, "organisation": organisation})


def checked_grants(organisation: Organisation, grants: Collection[str]) -> list[str]:
    """The grants in their usual order; refuses none, and those that organisations of this kind lack."""
    possible: Sequence[str] = GRANTS_BY_KIND[OrganisationKind(organisation.kind)]
    if not grants:
        raise DomainError(_("Choose at least one."), field="grants")
    if not set(grants) <= set(possible):
        raise DomainError(_("An organisation of this kind does not give this right."), field="grants")
    return [grant for grant in possible if grant in grants]


def checked_office(office: str, grants: Collection[str]) -> str:
    """A signatory signs with name and office, so needs one."""
    if office.strip():
        return clean_name(office, field="office")
    if Grant.SIGNATORY in grants:
        raise DomainError(_("A signatory needs a job title."), field="office")
    return ""


@transaction.atomic
def choose_language(person: Person, language: str) -> None:
    """Speak this language to the person from now on, in pages and in letters."""
    person.language = language
    person.save(update_fields=["language"])
