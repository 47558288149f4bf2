"""Who somebody is to an object: the conditions of which the rules are made."""

from typing import Any

from alliance.enums import CONCLUDED_REPORT_STATES, MEMBER_ROLES, WITHDRAWN_FINDING_STATES, Role, Side
from portal.kernel.access import Actor, Rule


def for_own_objects(*roles: Role) -> Rule:
    """Holders of one of the roles, for what belongs to the organisation that they act for."""

    def rule(actor: Actor, obj: Any) -> bool:
        return actor.has(*roles) and getattr(obj, "organisation_id", None) == actor.tenant_id

    return rule


def as_secretariat(*roles: Role) -> Rule:
    def rule(actor: Actor, obj: Any) -> bool:
        del obj
        return actor.is_host and actor.has(*roles)

    return rule


def no_person(actor: Actor, obj: Any) -> bool:
    """For steps that SYSTEM takes, or whoever has the link in a letter: no right leads to them."""
    del actor, obj
    return False


def any_of(*rules: Rule) -> Rule:
    return lambda actor, obj: any(rule(actor, obj) for rule in rules)


def without_conflict(*roles: Role) -> Rule:
    """Who belongs, or in the last two years belonged, to an organisation has no part in reviewing it."""
    return lambda actor, obj: (
        as_secretariat(*roles)(actor, obj) and obj.organisation_id not in actor.conflicts
    )


def is_reviewer_of(actor: Actor, obj: Any) -> bool:
    """Whether the report, or that of a question or reading about it, is assigned to the actor."""
    report = getattr(obj, "report", obj)
    return actor.is_person and report.reviewer_id == actor.person_id


def as_reviewer_of_report(actor: Actor, obj: Any) -> bool:
    """Only the reviewer to whom a report is assigned judges it; others who review read it, or take it over."""
    return independent_reviewer(actor, obj) and is_reviewer_of(actor, obj)


def may_start_review(actor: Actor, obj: Any) -> bool:
    """The reviewer of the report; where it is assigned to nobody, whoever reviews, and it becomes theirs."""
    return independent_reviewer(actor, obj) and (obj.reviewer_id is None or is_reviewer_of(actor, obj))


def as_second_reader(actor: Actor, obj: Any) -> bool:
    return independent_reviewer(actor, obj) and obj.reader_id == actor.person_id


def as_asker_of_reading(actor: Actor, obj: Any) -> bool:
    """Who asked for a second reading, whether or not the report is theirs now: it may be of the reviewer's own work."""
    return independent_reviewer(actor, obj) and obj.asked_by_id == actor.person_id


def is_manager_or_self(actor: Actor, obj: Any) -> bool:
    """What concerns one person of the secretariat: the managers, and that person."""
    return manager(actor, obj) or (actor.is_host and actor.is_person and obj.pk == actor.person_id)


def for_own_organisation(*roles: Role) -> Rule:
    """Holders of one of the roles, for the organisation itself."""
    return lambda actor, obj: actor.has(*roles) and obj is not None and obj.pk == actor.tenant_id


def is_joining(actor: Actor, obj: Any) -> bool:
    """Who joins the organisation holds no role in it yet; the service has seen the token, which only they have."""
    return actor.is_person and not actor.roles and actor.tenant_id == obj.organisation_id


def is_member_of(actor: Actor, obj: Any) -> bool:
    """Everybody with a role in the organisation."""
    return actor.is_person and bool(actor.roles) and obj is not None and obj.pk == actor.tenant_id


def is_owner(actor: Actor, obj: Any) -> bool:
    """The owner, in the organisation in which they made it."""
    is_own = actor.is_person and getattr(obj, "person_id", None) == actor.person_id
    return is_own and obj.organisation_id == actor.tenant_id


def is_writer_among_colleagues(actor: Actor, obj: Any) -> bool:
    """Who wrote it, as long as they have a role in the organisation that reads it."""
    is_own = getattr(obj, "written_by_id", None) == actor.person_id
    return actor.is_person and is_own and for_own_objects(*MEMBER_ROLES)(actor, obj)


def is_own_membership(actor: Actor, obj: Any) -> bool:
    """The person whose membership it is, as who they act now."""
    is_own = obj.person_id == actor.person_id and obj.organisation_id == actor.tenant_id
    return actor.is_person and is_own


def is_manager_of_others(actor: Actor, obj: Any) -> bool:
    """Nobody decides about their own account."""
    return as_secretariat(Role.MANAGER)(actor, obj) and obj.pk != actor.person_id


def by_proposing_side(*, member: Rule, secretariat: Rule) -> Rule:
    """One rule for what the member proposes to correct, another for what the secretariat proposes."""
    return lambda actor, obj: (secretariat if obj.side == Side.SECRETARIAT else member)(actor, obj)


manager = as_secretariat(Role.MANAGER)
independent_reviewer = without_conflict(Role.REVIEWER)
independent_manager = without_conflict(Role.MANAGER)
independent_second_person = without_conflict(Role.MANAGER, Role.AUDITOR)
reviewer_or_manager = any_of(as_reviewer_of_report, independent_manager)
asker_or_manager = any_of(as_asker_of_reading, independent_manager)
editor = for_own_objects(Role.EDITOR, Role.SIGNATORY)
signatory = for_own_objects(Role.SIGNATORY)


def withdraws_finding(actor: Actor, obj: Any) -> bool:
    """While its review goes on the reviewer of the report; once the member reads it, a manager."""
    is_concluded = obj.report.state in CONCLUDED_REPORT_STATES
    return (independent_manager if is_concluded else as_reviewer_of_report)(actor, obj)


def reopens_finding(actor: Actor, obj: Any) -> bool:
    """A reviewer; of one that was withdrawn also whoever may withdraw it."""
    is_withdrawn = getattr(obj, "state", "") in WITHDRAWN_FINDING_STATES
    return independent_reviewer(actor, obj) or (is_withdrawn and withdraws_finding(actor, obj))


def is_assignee(actor: Actor, obj: Any) -> bool:
    """Who has a section of the report to write, as long as they may write it."""
    return editor(actor, obj) and getattr(obj, "assignee_id", None) == actor.person_id


independent_desk = without_conflict(Role.REVIEWER, Role.MANAGER)
desk = as_secretariat(Role.REVIEWER, Role.MANAGER)


def for_partner(*roles: Role) -> Rule:
    """Holders of one of the roles in the partner that is invited; partners have no signatories of reports."""
    return lambda actor, obj: actor.has(*roles) and obj.partner_id == actor.tenant_id


def answers_public_question(actor: Actor, obj: Any) -> bool:
    """The member to whom it is forwarded; else the secretariat."""
    return desk(actor, obj) if obj.forwarded_at is None else editor(actor, obj)


def runs_programs(actor: Actor, obj: Any) -> bool:
    """Who decides which programs their organisation notifies, and of what."""
    del obj
    return actor.has(Role.MANAGER) if actor.is_host else actor.has(Role.ADMINISTRATOR)


def runs_own_webhook(actor: Actor, obj: Any) -> bool:
    """The same, for a webhook of their organisation."""
    return runs_programs(actor, obj) and getattr(obj, "tenant_id", None) == actor.tenant_id
