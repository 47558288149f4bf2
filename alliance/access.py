"""Who may see (a Q for each model) and who may do (RULES): the only place where the alliance decides it."""

from typing import Any

from django.db.models import Q

from alliance.enums import (
    MEMBER_GRANTS,
    REPORTING_KINDS,
    SECRETARIAT_GRANTS,
    AccessionState,
    CharterState,
    CycleState,
    Grant,
    OrganisationKind,
    OrganisationState,
    PledgeState,
    ReportState,
    TokenScope,
)
from portal.kernel import scopes
from portal.kernel.access import EVERYTHING, NOTHING, Actor, Rule, allow
from portal.kernel.scopes import Scope

# --- Seeing ----------------------------------------------------------------------------------

_KNOWN_ORGANISATION = (OrganisationState.ACTIVE, OrganisationState.SUSPENDED, OrganisationState.FORMER)
_SIGNED_PLEDGE = tuple(state for state in PledgeState if state != PledgeState.DRAFT)
_RELEASED_REPORT = (ReportState.CONCLUDED, ReportState.PUBLISHED)


def own(actor: Actor, field: str = "organisation_id") -> Q:
    """The rows of the organisation that the actor acts for."""
    return Q(**{field: actor.tenant_id}) if actor.tenant_id else NOTHING


def own_or_host(actor: Actor) -> Q:
    """An organisation's rows for itself and for the secretariat."""
    return EVERYTHING if actor.is_host else own(actor)


def organisations(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else Q(state__in=_KNOWN_ORGANISATION) | own(actor, "pk")


def services(actor: Actor) -> Q:
    del actor
    return EVERYTHING


def people(actor: Actor) -> Q:
    if actor.is_host:
        return EVERYTHING
    return own(actor, "memberships__organisation_id") & Q(memberships__ended_at__isnull=True)


def email_changes(actor: Actor) -> Q:
    """One's own, and for the secretariat everybody's."""
    if actor.is_host:
        return EVERYTHING
    return Q(person_id=actor.person_id) if actor.is_person else NOTHING


def charters(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else ~Q(state=CharterState.DRAFT)


def charter_parts(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else ~Q(charter__state=CharterState.DRAFT)


def accessions(actor: Actor) -> Q:
    return own_or_host(actor) | Q(state=AccessionState.PUBLISHED)


def pledges(actor: Actor) -> Q:
    """A draft is a working copy: its organisation's alone. The public reads publications."""
    return Q(state__in=_SIGNED_PLEDGE) if actor.is_host else own(actor)


def cycles(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else ~Q(state=CycleState.PLANNED)


def working_copies(actor: Actor) -> Q:
    return own(actor)


def evidence(actor: Actor) -> Q:
    """The organisation's own; the secretariat's once it was submitted."""
    return Q(submitted_at__isnull=False) if actor.is_host else own(actor)


def verdicts(actor: Actor) -> Q:
    """The secretariat's until the review is concluded, then also the organisation's."""
    return EVERYTHING if actor.is_host else own(actor) & Q(report__state__in=_RELEASED_REPORT)


def notes(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else NOTHING


def tokens(actor: Actor) -> Q:
    """One's own; the organisation's for those who administer it; all for those who run the portal."""
    if actor.is_host and actor.has(Grant.MANAGER):
        return EVERYTHING
    mine = Q() if actor.has(Grant.ADMINISTRATOR) else Q(person_id=actor.person_id)
    return own(actor) & mine


def references(actor: Actor) -> Q:
    del actor
    return EVERYTHING


def site_texts(actor: Actor) -> Q:
    del actor
    return EVERYTHING


def agreements(actor: Actor) -> Q:
    """One's own; the secretariat sees who has agreed to what."""
    return EVERYTHING if actor.is_host else Q(person_id=actor.person_id) if actor.is_person else NOTHING


def mail_tests(actor: Actor) -> Q:
    return EVERYTHING if actor.is_host else NOTHING


def contact_messages(actor: Actor) -> Q:
    """Nobody's: they are on their way to the secretariat's mailbox."""
    del actor
    return NOTHING


# --- Doing -----------------------------------------------------------------------------------


def _of_own(*grants: Grant) -> Rule:
    """Holders of one of the grants, for what belongs to the organisation that they act for."""

    def rule(actor: Actor, obj: Any) -> bool:
        return actor.has(*grants) and getattr(obj, "organisation_id", None) == actor.tenant_id

    return rule


def _host(*grants: Grant) -> Rule:
    def rule(actor: Actor, obj: Any) -> bool:
        del obj
        return actor.is_host and actor.has(*grants)

    return rule


def _either(*rules: Rule) -> Rule:
    return lambda actor, obj: any(rule(actor, obj) for rule in rules)


def _untied(*grants: Grant) -> Rule:
    """Who belongs, or in the last two years belonged, to an organisation has no part in reviewing it."""
    return lambda actor, obj: _host(*grants)(actor, obj) and obj.organisation_id not in actor.ties


def _reporting_organisation(*grants: Grant) -> Rule:
    """As `_own_organisation`, for members and associates: others owe no report, and pledge nothing."""
    return lambda actor, obj: _own_organisation(*grants)(actor, obj) and actor.tenant_kind in REPORTING_KINDS


def _own_organisation(*grants: Grant) -> Rule:
    """Holders of one of the grants, for the organisation itself."""
    return lambda actor, obj: actor.has(*grants) and obj is not None and obj.pk == actor.tenant_id


def _newcomer(actor: Actor, obj: Any) -> bool:
    """Who joins the organisation holds no grant in it yet; the service has seen the token, which only they have."""
    return actor.is_person and not actor.grants and actor.tenant_id == obj.organisation_id


def _belongs(actor: Actor, obj: Any) -> bool:
    """Whoever holds a grant in the organisation."""
    return actor.is_person and bool(actor.grants) and obj is not None and obj.pk == actor.tenant_id


def _owner(actor: Actor, obj: Any) -> bool:
    """The person whose it is, as who they were when they made it."""
    mine = actor.is_person and getattr(obj, "person_id", None) == actor.person_id
    return mine and obj.organisation_id == actor.tenant_id


def _ones_own(actor: Actor, obj: Any) -> bool:
    """The person whose membership it is, as who they act now."""
    mine = obj.person_id == actor.person_id and obj.organisation_id == actor.tenant_id
    return actor.is_person and mine


def _manager_for_another(actor: Actor, obj: Any) -> bool:
    """Nobody decides about their own account."""
    return _host(Grant.MANAGER)(actor, obj) and obj.pk != actor.person_id


def _themselves(actor: Actor, obj: Any) -> bool:
    """A person, about themselves."""
    return actor.is_person and obj is not None and obj.pk == actor.person_id


def _nobody(actor: Actor, obj: Any) -> bool:
    """Only SYSTEM takes these steps."""
    del actor, obj
    return False


_manager = _host(Grant.MANAGER)
_independent_reviewer = _untied(Grant.REVIEWER)
_editor = _of_own(Grant.EDITOR, Grant.SIGNATORY)
_signatory = _of_own(Grant.SIGNATORY)

RULES: dict[str, Rule] = {
    "charter.load": _manager,
    "charter.put_in_force": _manager,
    "charter.supersede": _manager,
    "organisation.add": _manager,
    "organisation.change": _either(_manager, _own_organisation(Grant.ADMINISTRATOR)),
    "organisation.admit": _manager,
    "organisation.suspend": _manager,
    "organisation.reinstate": _manager,
    "organisation.withdraw": _manager,
    "organisation.expel": _manager,
    "service.add": _either(_manager, _own_organisation(Grant.ADMINISTRATOR, Grant.EDITOR)),
    "membership.invite": _either(_manager, _own_organisation(Grant.ADMINISTRATOR)),
    "membership.grant": _either(_manager, _of_own(Grant.ADMINISTRATOR)),
    "membership.appoint": _manager,
    "membership.end": _either(_manager, _of_own(Grant.ADMINISTRATOR)),
    "membership.retry_mail": _either(_manager, _of_own(Grant.ADMINISTRATOR)),
    "membership.hand_over": _either(_manager, _of_own(Grant.ADMINISTRATOR)),
    "membership.leave": _ones_own,
    "person.reset_factors": _manager_for_another,
    "person.confirm_email": _manager_for_another,
    "person.close": _manager_for_another,
    "person.reopen": _manager_for_another,
    "invitation.revoke": _either(_manager, _of_own(Grant.ADMINISTRATOR)),
    "invitation.accept": _newcomer,
    "invitation.resend": _either(_manager, _of_own(Grant.ADMINISTRATOR)),
    "accession.draft": _own_organisation(Grant.SIGNATORY),
    "accession.sign": _signatory,
    "accession.publish": _manager,
    "accession.end": _manager,
    "pledge.draft": _reporting_organisation(Grant.EDITOR, Grant.SIGNATORY),
    "pledge.edit": _editor,
    "pledge.discard": _editor,
    "pledge.sign": _signatory,
    "pledge.return": _manager,
    "pledge.publish": _manager,
    "pledge.revise": _editor,
    "pledge.replace": _manager,
    "pledge.fulfil": _manager,
    "pledge.withdraw": _signatory,
    "cycle.plan": _manager,
    "cycle.edit": _manager,
    "cycle.open": _manager,
    "cycle.remind": _manager,
    "cycle.close": _manager,
    "cycle.publish": _manager,
    "cycle.export": _host(*SECRETARIAT_GRANTS),
    "report.edit": _editor,
    "report.disclose": _signatory,
    "report.confirm": _editor,
    "report.ask_for_sign_off": _editor,
    "report.send_back": _signatory,
    "report.submit": _signatory,
    "report.start_review": _independent_reviewer,
    "report.review": _independent_reviewer,
    "report.request_changes": _independent_reviewer,
    "report.conclude": _independent_reviewer,
    "report.publish": _manager,
    "report.exempt": _manager,
    "report.extend": _manager,
    "report.miss": _nobody,
    "report.respond": _signatory,
    "question.ask": _independent_reviewer,
    "question.answer": _editor,
    "question.close": _independent_reviewer,
    "note.write": _untied(Grant.REVIEWER, Grant.MANAGER),
    "token.create": _belongs,
    "token.revoke": _either(_owner, _manager, _of_own(Grant.ADMINISTRATOR)),
    "token.allow": _own_organisation(Grant.ADMINISTRATOR, Grant.MANAGER),
    "reference.load": _manager,
    "report.export": _of_own(*MEMBER_GRANTS),
    "document.request": lambda actor, obj: actor.is_person,
    "file.flag": lambda actor, obj: actor.is_person,
    "file.dismiss": _manager,
    "file.quarantine": _manager,
    "file.release": _manager,
    "file.purge": _manager,
    "person.erase": lambda actor, obj: _manager(actor, obj) or _themselves(actor, obj),
    "site.change": _manager,
    "site.write_text": _manager,
    "site.test_mail": _manager,
    "person.agree": lambda actor, obj: actor.is_person,
    "document.oversee": _host(Grant.AUDITOR, Grant.MANAGER),
    "job.retry": _manager,
    "job.cancel": _manager,
    "job.release": _manager,
    "journal.read": _host(*SECRETARIAT_GRANTS),
    # the pages of failed and held work, messages, letters, files and retention; each act there has a rule of its own
    "operations.read": _host(*SECRETARIAT_GRANTS),
}


# What each scope of a token opens. Nothing opens tokens themselves, people, signatures of pledges and accessions.
SCOPES: dict[TokenScope, frozenset[str]] = {
    TokenScope.READ: frozenset(),
    TokenScope.REPORTS_WRITE: frozenset(
        {"report.edit", "report.confirm", "report.disclose", "question.answer"}
    ),
    TokenScope.REPORTS_SUBMIT: frozenset({"report.ask_for_sign_off", "report.send_back", "report.submit"}),
}


def register_rules() -> None:
    """Hand the rules and scopes to the kernel; called once, when the app is ready."""
    for name, rule in RULES.items():
        allow(name, rule)
    for scope, rules in SCOPES.items():
        scopes.register(Scope(scope.value, scope.label, rules, for_host=scope == TokenScope.READ))


def may_hold(kind: str, state: str) -> bool:
    """Whether people of an organisation of this kind and state have access at all."""
    return state == OrganisationState.ACTIVE and kind != OrganisationKind.SUPPORTER
