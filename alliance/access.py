"""Who sees which rows of the alliance, a Q for each model, and who gets in at all."""

from collections.abc import Collection

from django.db.models import Q

from alliance.enums import (
    CONCLUDED_REPORT_STATES,
    SECRETARIAT_ENTRY_KINDS,
    AccessionState,
    CharterState,
    CorrectionState,
    CycleDecisionKind,
    CycleState,
    FindingState,
    InvitedCommentState,
    OrganisationKind,
    OrganisationState,
    PledgeState,
    Role,
    Side,
    SupporterState,
)
from portal.kernel.access import EVERYTHING, NOTHING, Actor

_ADMITTED_STATES = (OrganisationState.ACTIVE, OrganisationState.SUSPENDED, OrganisationState.FORMER)
_SIGNED_PLEDGE_STATES = tuple(state for state in PledgeState if state != PledgeState.DRAFT)


def own_rows(actor: Actor, field: str = "organisation_id") -> Q:
    """The rows of the organisation that the actor acts for."""
    return Q(**{field: actor.tenant_id}) if actor.tenant_id else NOTHING


def own_or_secretariat(actor: Actor) -> Q:
    """An organisation's rows for itself and for the secretariat."""
    return EVERYTHING if actor.is_host else own_rows(actor)


def organisations(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else Q(state__in=_ADMITTED_STATES) | own_rows(actor, "pk")


def services(actor: Actor) -> Q:
    del actor
    return EVERYTHING


def people(actor: Actor) -> Q:
    if actor.is_host:
        return EVERYTHING
    return own_rows(actor, "memberships__organisation_id") & Q(memberships__ended_at__isnull=True)


def email_changes(actor: Actor) -> Q:
    """One's own, and for the secretariat everybody's."""
    if actor.is_host:
        return EVERYTHING
    return Q(person_id=actor.person_id) if actor.is_person else NOTHING


def charters(actor: Actor, path: str = "") -> Q:
    """A draft is the secretariat's; once it was announced or its day is set, whoever is signed in reads it too."""
    if actor.is_host:
        return EVERYTHING
    public = ~Q(**{f"{path}state": CharterState.DRAFT})
    known = Q(**{f"{path}announced_at__isnull": False}) | Q(**{f"{path}planned_on__isnull": False})
    return public | known if actor.is_person else public


def charter_parts(actor: Actor) -> Q:
    """As the charter."""
    return charters(actor, "charter__")


def accessions(actor: Actor) -> Q:
    """That one has ended is public too: without it an earlier one would seem to hold."""
    return own_or_secretariat(actor) | Q(state__in=(AccessionState.PUBLISHED, AccessionState.ENDED))


def pledges(actor: Actor) -> Q:
    """A draft is a working copy: its organisation's alone. The public reads publications."""
    return Q(state__in=_SIGNED_PLEDGE_STATES) if actor.is_host else own_rows(actor)


def cycles(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else ~Q(state=CycleState.PLANNED)


def cycle_date_changes(actor: Actor) -> Q:
    """Everybody's: the page of the cycle says which dates were moved, and why."""
    del actor
    return EVERYTHING


def cycle_decisions(actor: Actor) -> Q:
    """The secretariat's; the members of the cycle read why it was closed early or opened again."""
    if actor.is_host:
        return EVERYTHING
    of_all = Q(kind__in=(CycleDecisionKind.CLOSE, CycleDecisionKind.REOPEN))
    return of_all & own_rows(actor, "cycle__reports__organisation_id")


def working_copies(actor: Actor) -> Q:
    return own_rows(actor)


def evidence(actor: Actor) -> Q:
    """The organisation's own; the secretariat's once it was submitted."""
    return Q(submitted_at__isnull=False) if actor.is_host else own_rows(actor)


def verdicts(actor: Actor) -> Q:
    """The secretariat's until the review is concluded, then also the organisation's."""
    return EVERYTHING if actor.is_host else own_rows(actor) & Q(report__state__in=CONCLUDED_REPORT_STATES)


def findings(actor: Actor) -> Q:
    """As the verdicts that they come from; one that was withdrawn before its member read it is the secretariat's."""
    return verdicts(actor) if actor.is_host else verdicts(actor) & ~Q(state=FindingState.DISCARDED)


def finding_entries(actor: Actor) -> Q:
    """As the findings; what is about something that their member has not read is the secretariat's."""
    if actor.is_host:
        return EVERYTHING
    concluded = Q(finding__report__state__in=CONCLUDED_REPORT_STATES)
    unread = Q(finding__state=FindingState.DISCARDED) | Q(kind__in=SECRETARIAT_ENTRY_KINDS)
    return own_rows(actor, "finding__organisation_id") & concluded & ~unread


def review_drafts(actor: Actor) -> Q:
    """One's own, as long as one belongs to the secretariat."""
    return Q(person_id=actor.person_id) if actor.is_host and actor.is_person else NOTHING


def corrections(actor: Actor, path: str = "") -> Q:
    """The member's and the secretariat's; a draft is seen by the side that writes it."""
    side = Side.SECRETARIAT if actor.is_host else Side.MEMBER
    known = ~Q(**{f"{path}state": CorrectionState.DRAFT}) | Q(**{f"{path}side": side})
    return own_or_secretariat(actor) & known


def public_questions(actor: Actor) -> Q:
    """The secretariat's; the member's whom it concerns while it is forwarded; everybody's once it is published."""
    if actor.is_host:
        return EVERYTHING
    forwarded = own_rows(actor) & Q(forwarded_at__isnull=False)
    return Q(published_at__isnull=False) | forwarded


def invited_comments(actor: Actor) -> Q:
    """The secretariat's and the invited partner's; the member's once it is given; everybody's once it is public."""
    if actor.is_host:
        return EVERYTHING
    given = Q(state=InvitedCommentState.ANSWERED)
    return published_comments() | own_rows(actor, "partner_id") | (own_rows(actor) & given)


def published_comments() -> Q:
    """Both agree, or the secretariat has published it for a member without a signatory who has access."""
    is_released = Q(member_agrees=True) | Q(published_without_member_at__isnull=False)
    return Q(state=InvitedCommentState.ANSWERED, partner_agrees=True) & is_released


def correction_parts(actor: Actor) -> Q:
    """The values and notes of a correction, as the correction itself."""
    return corrections(actor, "correction__")


def secretariat_only(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else NOTHING


def interests(actor: Actor) -> Q:
    """One's own, also after leaving; the secretariat's all."""
    if actor.is_host:
        return EVERYTHING
    return Q(person_id=actor.person_id) if actor.is_person else NOTHING


def saved_views(actor: Actor) -> Q:
    """One's own."""
    return Q(person_id=actor.person_id) if actor.is_person else NOTHING


def calendar_addresses(actor: Actor) -> Q:
    """One's own, in the organisation that one acts for."""
    return own_rows(actor) & Q(person_id=actor.person_id) if actor.is_person else NOTHING


def tokens(actor: Actor) -> Q:
    """One's own; the organisation's for those who administer it; all for those who run the portal."""
    if actor.is_host and actor.has(Role.MANAGER):
        return EVERYTHING
    own = Q() if actor.has(Role.ADMINISTRATOR) else Q(person_id=actor.person_id)
    return own_rows(actor) & own


def identity_providers(actor: Actor) -> Q:
    """The organisation's for those who administer it; all for those who run the portal."""
    if actor.is_host and actor.has(Role.MANAGER):
        return EVERYTHING
    return own_rows(actor) if actor.has(Role.ADMINISTRATOR) else NOTHING


def webhooks(actor: Actor) -> Q:
    """The organisation's for those who administer it; the secretariat's own for those who run the portal."""
    return (
        own_rows(actor, "tenant_id")
        if actor.has(Role.MANAGER if actor.is_host else Role.ADMINISTRATOR)
        else NOTHING
    )


def references(actor: Actor) -> Q:
    del actor
    return EVERYTHING


def site_texts(actor: Actor) -> Q:
    del actor
    return EVERYTHING


def agreements(actor: Actor) -> Q:
    """One's own; the secretariat sees who has agreed to what."""
    return EVERYTHING if actor.is_host else Q(person_id=actor.person_id) if actor.is_person else NOTHING


def contact_messages(actor: Actor) -> Q:
    """Nobody's: they are on their way to the secretariat's mailbox."""
    del actor
    return NOTHING


def subscribers(actor: Actor) -> Q:
    """Nobody's: who follows the public record without an account is for their letters alone."""
    del actor
    return NOTHING


def erasure_confirmations(actor: Actor) -> Q:
    """Nobody's: they are on their way to the mailboxes of people who are not here any more."""
    del actor
    return NOTHING


def supporters(actor: Actor) -> Q:
    """Those in the public directory; the secretariat sees all."""
    return EVERYTHING if actor.is_host else Q(state=SupporterState.LISTED)


def is_privileged(kind: str, roles: Collection[str]) -> bool:
    """Whether who has these roles in an organisation of this kind must sign in with a second factor."""
    if kind == OrganisationKind.SECRETARIAT:
        return bool(roles)
    return not {Role.SIGNATORY, Role.ADMINISTRATOR}.isdisjoint(roles)


def has_portal_access(kind: str, state: str) -> bool:
    """Whether people of an organisation of this kind and state have access at all."""
    return state == OrganisationState.ACTIVE and kind != OrganisationKind.SUPPORTER


def with_portal_access(path: str = "organisation") -> Q:
    """The rows of organisations whose people have access, as `has_portal_access` says; `path` leads to them."""
    return Q(**{f"{path}__state": OrganisationState.ACTIVE}) & ~Q(
        **{f"{path}__kind": OrganisationKind.SUPPORTER}
    )
