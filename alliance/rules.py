"""Who may do what: the only place where the alliance decides it. Who may see what stands in `alliance.access`."""

from typing import Any

from alliance.enums import (
    MEMBER_ROLES,
    REPORTING_KINDS,
    SECRETARIAT_ROLES,
    Role,
    Side,
    TokenScope,
)
from portal.kernel.access import Actor, Rule, Scope, allow, register_scopes, require_step_up


def _for_own_objects(*roles: Role) -> Rule:
    """Holders of one of the roles, for what belongs to the organisation that they act for."""

    def rule(actor: Actor, obj: Any) -> bool:
        return actor.has(*roles) and getattr(obj, "organisation_id", None) == actor.tenant_id

    return rule


def _as_secretariat(*roles: Role) -> Rule:
    def rule(actor: Actor, obj: Any) -> bool:
        del obj
        return actor.is_host and actor.has(*roles)

    return rule


def _any_of(*rules: Rule) -> Rule:
    return lambda actor, obj: any(rule(actor, obj) for rule in rules)


def _without_conflict(*roles: Role) -> Rule:
    """Who belongs, or in the last two years belonged, to an organisation has no part in reviewing it."""
    return lambda actor, obj: (
        _as_secretariat(*roles)(actor, obj) and obj.organisation_id not in actor.conflicts
    )


def _is_reviewer_of(actor: Actor, obj: Any) -> bool:
    """Whether the report, or that of a question or reading about it, is assigned to the actor."""
    report = getattr(obj, "report", obj)
    return actor.is_person and report.reviewer_id == actor.person_id


def _as_reviewer_of_report(actor: Actor, obj: Any) -> bool:
    """Only the reviewer to whom a report is assigned judges it; others who review read it, or take it over."""
    return _independent_reviewer(actor, obj) and _is_reviewer_of(actor, obj)


def _may_start_review(actor: Actor, obj: Any) -> bool:
    """The reviewer of the report; where it is assigned to nobody, whoever reviews, and it becomes theirs."""
    return _independent_reviewer(actor, obj) and (obj.reviewer_id is None or _is_reviewer_of(actor, obj))


def _as_second_reader(actor: Actor, obj: Any) -> bool:
    return _independent_reviewer(actor, obj) and obj.reader_id == actor.person_id


def _is_manager_or_self(actor: Actor, obj: Any) -> bool:
    """What concerns one person of the secretariat: the managers, and that person."""
    return _manager(actor, obj) or (actor.is_host and actor.is_person and obj.pk == actor.person_id)


def _for_own_organisation(*roles: Role) -> Rule:
    """Holders of one of the roles, for the organisation itself."""
    return lambda actor, obj: actor.has(*roles) and obj is not None and obj.pk == actor.tenant_id


def _is_joining(actor: Actor, obj: Any) -> bool:
    """Who joins the organisation holds no role in it yet; the service has seen the token, which only they have."""
    return actor.is_person and not actor.roles and actor.tenant_id == obj.organisation_id


def _is_member_of(actor: Actor, obj: Any) -> bool:
    """Everybody with a role in the organisation."""
    return actor.is_person and bool(actor.roles) and obj is not None and obj.pk == actor.tenant_id


def _is_owner(actor: Actor, obj: Any) -> bool:
    """The owner, in the organisation in which they made it."""
    is_own = actor.is_person and getattr(obj, "person_id", None) == actor.person_id
    return is_own and obj.organisation_id == actor.tenant_id


def _is_own_membership(actor: Actor, obj: Any) -> bool:
    """The person whose membership it is, as who they act now."""
    is_own = obj.person_id == actor.person_id and obj.organisation_id == actor.tenant_id
    return actor.is_person and is_own


def _is_manager_of_others(actor: Actor, obj: Any) -> bool:
    """Nobody decides about their own account."""
    return _as_secretariat(Role.MANAGER)(actor, obj) and obj.pk != actor.person_id


def _by_proposing_side(*, member: Rule, secretariat: Rule) -> Rule:
    """One rule for what the member proposes to correct, another for what the secretariat proposes."""
    return lambda actor, obj: (secretariat if obj.side == Side.SECRETARIAT else member)(actor, obj)


_manager = _as_secretariat(Role.MANAGER)
_independent_reviewer = _without_conflict(Role.REVIEWER)
_independent_manager = _without_conflict(Role.MANAGER)
_reviewer_or_manager = _any_of(_as_reviewer_of_report, _independent_manager)
_editor = _for_own_objects(Role.EDITOR, Role.SIGNATORY)
_signatory = _for_own_objects(Role.SIGNATORY)
_independent_desk = _without_conflict(Role.REVIEWER, Role.MANAGER)
_desk = _as_secretariat(Role.REVIEWER, Role.MANAGER)


def _for_partner(*roles: Role) -> Rule:
    """Holders of one of the roles in the partner that is invited; partners have no signatories of reports."""
    return lambda actor, obj: actor.has(*roles) and obj.partner_id == actor.tenant_id


def _answers_public_question(actor: Actor, obj: Any) -> bool:
    """The member to whom it is forwarded; else the secretariat."""
    return _desk(actor, obj) if obj.forwarded_at is None else _editor(actor, obj)


RULES: dict[str, Rule] = {
    "charter.load": _manager,
    "charter.discard": _manager,
    "charter.edit_mapping": _manager,
    "charter.check": _manager,
    "charter.correct_translation": _manager,
    "charter.announce": _manager,
    "charter.recall_announcement": _manager,
    "charter.plan": _manager,
    "charter.cancel_plan": _manager,
    "charter.put_in_force": _manager,
    "charter.supersede": _manager,
    "organisation.add": _manager,
    "organisation.change": _any_of(_manager, _for_own_organisation(Role.ADMINISTRATOR)),
    "organisation.admit": _manager,
    "organisation.suspend": _manager,
    "organisation.reinstate": _manager,
    "organisation.withdraw": _manager,
    "organisation.expel": _manager,
    "organisation.merge": _manager,
    "organisation.take_back_merger": _manager,
    "organisation.export": _as_secretariat(*SECRETARIAT_ROLES),
    # confirmed, answered and withdrawn by the link in its letter alone
    "application.confirm": lambda actor, obj: False,
    "application.answer": lambda actor, obj: False,
    "application.withdraw": lambda actor, obj: False,
    "application.read": _as_secretariat(*SECRETARIAT_ROLES),
    "application.ask": _manager,
    "application.admit": _manager,
    "application.decline": _manager,
    "application.reopen": _manager,
    "service.add": _any_of(_manager, _for_own_organisation(Role.ADMINISTRATOR, Role.EDITOR)),
    "service.transfer": _manager,
    "membership.invite": _any_of(_manager, _for_own_organisation(Role.ADMINISTRATOR)),
    "membership.grant": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "membership.appoint": _manager,
    "membership.end": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "membership.read_notices": _any_of(_manager, _for_own_organisation(Role.ADMINISTRATOR)),
    "membership.retry_mail": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "membership.hand_over": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "membership.leave": _is_own_membership,
    "person.reset_factors": _is_manager_of_others,
    "person.confirm_email": _is_manager_of_others,
    "person.close": _is_manager_of_others,
    "person.reopen": _is_manager_of_others,
    # everybody their own too; administrators, whom they work with
    "person.freeze": lambda actor, obj: (
        _is_manager_of_others(actor, obj)
        or (actor.is_person and obj is not None and obj.pk == actor.person_id)
    ),
    "membership.freeze": lambda actor, obj: (
        _for_own_objects(Role.ADMINISTRATOR)(actor, obj) and obj.person_id != actor.person_id
    ),
    "person.thaw": _is_manager_of_others,
    "invitation.revoke": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "invitation.accept": _is_joining,
    "invitation.resend": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "membership.join": _is_joining,
    "identity_provider.add": _any_of(_manager, _for_own_organisation(Role.ADMINISTRATOR)),
    "identity_provider.change": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "identity_provider.test": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    "identity_provider.turn_on": _manager,
    "identity_provider.turn_off": _any_of(_manager, _for_own_objects(Role.ADMINISTRATOR)),
    # a domain is a claim over people: the secretariat alone decides whose it is
    "email_domain.add": _manager,
    "email_domain.remove": _manager,
    "email_domain.enforce": _manager,
    "email_domain.suspend": _manager,
    "email_domain.relax": _manager,
    "accession.draft": _for_own_organisation(Role.SIGNATORY),
    "accession.sign": _signatory,
    "accession.publish": _manager,
    "accession.carry_over": _manager,
    "objection.make": _for_own_organisation(Role.SIGNATORY),
    "objection.withdraw": _signatory,
    "accession.end": _manager,
    # others than members and associates neither report nor pledge
    "pledge.draft": lambda actor, obj: (
        _for_own_organisation(Role.EDITOR, Role.SIGNATORY)(actor, obj)
        and actor.tenant_kind in REPORTING_KINDS
    ),
    "pledge.edit": _editor,
    "pledge.discard": _editor,
    "pledge.sign": _signatory,
    "pledge.return": _manager,
    "pledge.publish": _manager,
    "pledge.revise": _editor,
    "pledge.replace": _manager,
    "pledge.fulfil": _manager,
    "pledge.withdraw": _signatory,
    "supporter.confirm": lambda actor, obj: False,  # by the link in its letter alone
    "supporter.hide": _manager,
    "supporter.show": _manager,
    "supporter.end": _manager,
    "supporter.merge": _manager,
    "supporter.correct": _manager,
    "supporter.keep_apart": _manager,
    "supporter.import": _manager,
    "supporter.export": _as_secretariat(*SECRETARIAT_ROLES),
    "public_question.confirm": lambda actor, obj: False,  # these two by the link in its letter alone
    "public_question.withdraw": lambda actor, obj: False,
    "public_question.forward": _desk,
    "public_question.take_back": _desk,
    "public_question.answer": _answers_public_question,
    "public_question.close": _desk,
    "public_question.reopen": _desk,
    # what is said in the member's name, a signatory lets out
    "public_question.agree": lambda actor, obj: _signatory(actor, obj) and obj.forwarded_at is not None,
    "public_question.publish": _manager,
    "public_question.hide": _manager,
    # of a report; the rest of an invitation that there is
    "invited_comment.invite": _independent_desk,
    "invited_comment.withdraw": _independent_desk,
    "invited_comment.give": _for_partner(Role.EDITOR, Role.SIGNATORY),
    "invited_comment.decline": _for_partner(Role.EDITOR, Role.SIGNATORY),
    "invited_comment.partner_agree": _for_partner(Role.EDITOR, Role.SIGNATORY),
    "invited_comment.member_agree": _signatory,
    "cycle.plan": _manager,
    "cycle.edit": _manager,
    "cycle.reschedule": _manager,
    "cycle.open": _manager,
    "cycle.remind": _manager,
    "cycle.extend": _manager,
    "cycle.decide_joiners": _manager,
    "cycle.close": _manager,
    "cycle.reopen": _manager,
    "cycle.publish": _manager,
    "cycle.plan_publication": _manager,
    "cycle.cancel_publication": _manager,
    "cycle.export": _as_secretariat(*SECRETARIAT_ROLES),
    "report.edit": _editor,
    "report.disclose": _signatory,
    "report.confirm": _editor,
    "report.ask_for_sign_off": _editor,
    "report.send_back": _signatory,
    "report.submit": _signatory,
    "report.recall": _signatory,
    "report.start_review": _may_start_review,
    "report.review": _as_reviewer_of_report,
    "report.request_changes": _as_reviewer_of_report,
    "report.resume_review": _as_reviewer_of_report,
    "report.take_back_request": _as_reviewer_of_report,
    "report.conclude": _as_reviewer_of_report,
    "report.reopen": _as_reviewer_of_report,
    # who reviews what: the reviewers among themselves, and the managers
    "report.assign": _independent_desk,
    "report.hand_over": _reviewer_or_manager,
    "report.take_over": _independent_reviewer,
    "report.unassign": _reviewer_or_manager,
    "report.pause_review": _reviewer_or_manager,
    "report.end_pause": _reviewer_or_manager,
    "second_reading.ask": _reviewer_or_manager,
    "second_reading.read": _as_second_reader,
    "second_reading.agree": _as_second_reader,
    "second_reading.differ": _as_second_reader,
    "second_reading.settle": _reviewer_or_manager,
    "second_reading.withdraw": _reviewer_or_manager,
    "interest.declare": _as_secretariat(Role.REVIEWER, Role.MANAGER),
    "interest.record": _manager,
    # nobody lifts what bars them themselves
    "interest.end": lambda actor, obj: _manager(actor, obj) and obj.person_id != actor.person_id,
    "person.read_review_figures": _is_manager_or_self,
    "report.publish": _manager,
    "report.exempt": _manager,
    "report.include": _manager,
    "report.extend": _manager,
    "report.ask_extension": _editor,
    # only SYSTEM takes these steps: when days are over, and when a cycle is closed or opened again
    "report.miss": lambda actor, obj: False,
    "report.restore": lambda actor, obj: False,
    "report.respond": _signatory,
    "correction.draft": _any_of(_editor, _independent_desk),
    "correction.edit": _by_proposing_side(member=_editor, secretariat=_independent_desk),
    "correction.discard": _by_proposing_side(member=_editor, secretariat=_independent_desk),
    "correction.propose": _by_proposing_side(member=_signatory, secretariat=_independent_desk),
    "correction.withdraw": _by_proposing_side(member=_signatory, secretariat=_independent_desk),
    "correction.agree": _by_proposing_side(member=_independent_manager, secretariat=_signatory),
    "correction.object": _by_proposing_side(member=_independent_manager, secretariat=_signatory),
    "correction.add_note": _any_of(_editor, _independent_desk),
    "correction.consent": _independent_reviewer,
    "correction.publish": _independent_manager,
    "correction.drop": _independent_manager,
    "publication.withdraw": _manager,
    # a second person: the request's own author is refused by the step itself
    "withdrawal.publish": _as_secretariat(Role.MANAGER, Role.AUDITOR),
    "withdrawal.refuse": _as_secretariat(Role.MANAGER, Role.AUDITOR),
    "withdrawal.take_back": _manager,
    "withdrawal.undo": _manager,
    "extension_request.grant": _manager,
    "extension_request.refuse": _manager,
    "extension_request.withdraw": _editor,
    "extension_request.lapse": lambda actor, obj: (
        False
    ),  # SYSTEM, once its report is filed, exempt or not filed
    "question.ask": _as_reviewer_of_report,
    "question.answer": _editor,
    "question.close": _as_reviewer_of_report,
    "question.reopen": _as_reviewer_of_report,
    "finding.open": _as_reviewer_of_report,
    "finding.claim": _editor,
    "finding.complete": _independent_reviewer,
    "finding.carry": _independent_reviewer,
    "finding.reopen": _independent_reviewer,
    "finding.remind": _as_secretariat(Role.REVIEWER, Role.MANAGER),
    "review_draft.save": _independent_desk,
    "verdict.take_back": _as_reviewer_of_report,
    "note.write": _independent_desk,
    "token.create": _is_member_of,
    "token.revoke": _any_of(_is_owner, _manager, _for_own_objects(Role.ADMINISTRATOR)),
    "token.allow": _for_own_organisation(Role.ADMINISTRATOR, Role.MANAGER),
    "reference.load": _manager,
    "report.export": _for_own_objects(*MEMBER_ROLES),
    "document.request": lambda actor, obj: actor.is_person,
    "file.await_scan": lambda actor, obj: False,  # only SYSTEM takes these two steps
    "file.pass_scan": lambda actor, obj: False,
    "file.flag": lambda actor, obj: actor.is_person,
    "file.dismiss": _manager,
    "file.quarantine": _manager,
    "file.release": _manager,
    "file.purge": _manager,
    "file.repair": _manager,
    # the managers, and everybody about themselves
    "person.erase": lambda actor, obj: (
        _manager(actor, obj) or (actor.is_person and obj is not None and obj.pk == actor.person_id)
    ),
    "site.change": _manager,
    "site.write_text": _manager,
    "site.test_mail": _manager,
    "person.agree": lambda actor, obj: actor.is_person,
    "document.oversee": _as_secretariat(Role.AUDITOR, Role.MANAGER),
    "job.retry": _manager,
    "job.cancel": _manager,
    "job.release": _manager,
    "journal.read": _as_secretariat(*SECRETARIAT_ROLES),
    # the pages of failed work, messages on hold, letters, files and retention; each act there has a rule of its own
    "operations.read": _as_secretariat(*SECRETARIAT_ROLES),
}


# Acts of weight: the page before them asks for the password or a passkey again, unless it was given in the last ten
# minutes. A program with a token is not asked: the token's own creation was.
STEP_UP_RULES = frozenset(
    {
        # signing, submitting
        "accession.sign",
        "objection.make",
        "pledge.sign",
        "report.submit",
        "report.respond",  # cannot be changed once it is signed, and is published at once
        # publishing
        "accession.publish",
        "charter.announce",
        "charter.correct_translation",
        "charter.plan",
        "charter.put_in_force",
        "correction.agree",
        "correction.propose",
        "correction.publish",
        "cycle.plan_publication",
        "cycle.publish",
        "pledge.fulfil",
        "pledge.publish",
        "report.publish",
        # withdrawing
        "report.recall",
        "accession.end",
        "organisation.expel",
        "organisation.merge",
        "organisation.take_back_merger",
        "organisation.withdraw",
        "pledge.withdraw",
        "publication.withdraw",
        "withdrawal.publish",
        "withdrawal.undo",
        # what gives rights: with them somebody else could do all of this
        "membership.appoint",
        "membership.grant",
        "membership.invite",
        "application.admit",  # publishes, and invites who may sign
        # what opens the portal: tokens, factors, accounts
        "membership.freeze",
        "token.allow",
        "token.create",
        "token.revoke",
        "person.close",
        "person.confirm_email",
        "person.erase",
        "person.freeze",
        "person.reopen",
        "person.reset_factors",
        "person.thaw",
        "file.purge",
        # what signs other people in
        "identity_provider.change",
        "identity_provider.turn_on",
        "email_domain.add",
        "email_domain.enforce",
    }
)

# What each scope of a token opens. Nothing opens tokens themselves, people, signatures of pledges and accessions.
SCOPES: dict[TokenScope, frozenset[str]] = {
    TokenScope.READ: frozenset(),
    TokenScope.REPORTS_WRITE: frozenset(
        {"report.edit", "report.confirm", "report.disclose", "question.answer"}
    ),
    TokenScope.REPORTS_SUBMIT: frozenset(
        {"report.ask_for_sign_off", "report.send_back", "report.submit", "report.recall"}
    ),
}


def register_rules() -> None:
    """Hand the rules and scopes to the kernel; called once, when the app is ready."""
    for name, rule in RULES.items():
        allow(name, rule)
    require_step_up(*STEP_UP_RULES)
    for scope, rules in SCOPES.items():
        register_scopes(Scope(scope.value, scope.label, rules, for_host=scope == TokenScope.READ))
