"""Who may do what with a practice and with what belongs to it."""

from typing import Any

from alliance.enums import Role
from portal.kernel.access import Actor, Rule, allow, require_step_up
from practices.access import COMMUNITY_KINDS, owns
from practices.enums import NAMED_LABELS, OPEN_LABELS, OPENABLE_LABELS


def _source_with_role(*roles: Role) -> Rule:
    """Holders of one of the roles at the source, of whom the label makes owners."""

    def rule(actor: Actor, practice: Any) -> bool:
        return actor.has(*roles) and practice.organisation_id == actor.tenant_id and owns(actor, practice)

    return rule


def _may_draft(actor: Actor, obj: Any) -> bool:
    del obj
    return actor.has(Role.EDITOR, Role.SIGNATORY) and actor.tenant_kind in COMMUNITY_KINDS


def _may_moderate(actor: Actor, obj: Any) -> bool:
    del obj
    return actor.is_host and actor.has(Role.MANAGER)


def _may_share_directly(actor: Actor, practice: Any) -> bool:
    """RED and AMBER are shared by a signatory, without moderation."""
    return practice.label in NAMED_LABELS and _source_with_role(Role.SIGNATORY)(actor, practice)


def _may_propose_opening(actor: Actor, practice: Any) -> bool:
    """A signatory of the source, of what colleagues read too; TLP:RED is widened to one of these first."""
    return practice.label in OPENABLE_LABELS and _source_with_role(Role.SIGNATORY)(actor, practice)


def _may_take_back_opening(actor: Actor, opening: Any) -> bool:
    """The writers of its source; the secretariat, which does not see the practice, is no such one."""
    return opening.organisation_id == actor.tenant_id and _may_write(actor, opening.practice)


def _may_submit(actor: Actor, practice: Any) -> bool:
    return practice.label in OPEN_LABELS and _may_write(actor, practice)


def _may_remove_run(actor: Actor, run: Any) -> bool:
    """Whoever added it, and the writers of the source."""
    own = (run.person_id, run.organisation_id) == (actor.person_id, actor.tenant_id)
    return (own and _may_draft(actor, run)) or _may_write(actor, run.practice)


def _may_read(actor: Actor, practice: Any) -> bool:
    """Any reader who is a person; the caller has read it through `visible_to`."""
    del practice
    return actor.is_person


def _may_administer(actor: Actor, obj: Any) -> bool:
    """What an organisation decides for its staff."""
    del obj
    return actor.has(Role.ADMINISTRATOR) and actor.tenant_kind in COMMUNITY_KINDS


def _may_propose_affiliation(actor: Actor, affiliation: Any) -> bool:
    """An administrator, for the organisation that shares what it reads; the affiliation is None before there is one."""
    own = affiliation is None or affiliation.organisation_id == actor.tenant_id
    return own and _may_administer(actor, affiliation)


def _may_confirm_affiliation(actor: Actor, affiliation: Any) -> bool:
    """An administrator of the affiliate."""
    return affiliation.affiliate_id == actor.tenant_id and _may_administer(actor, affiliation)


def _may_decline_affiliation(actor: Actor, affiliation: Any) -> bool:
    return _may_confirm_affiliation(actor, affiliation) or _may_moderate(actor, affiliation)


def _may_end_affiliation(actor: Actor, affiliation: Any) -> bool:
    """Any of the three."""
    return _may_propose_affiliation(actor, affiliation) or _may_decline_affiliation(actor, affiliation)


def _may_make_group(actor: Actor, obj: Any) -> bool:
    return _may_draft(actor, obj) or _may_moderate(actor, obj)


def _may_lead(actor: Actor, group: Any) -> bool:
    """Those who lead it, and managers of the secretariat; nobody, once it is closed."""
    if group.closed_at is not None:
        return False
    return _may_moderate(actor, group) or _memberships(actor, group).filter(leads=True).exists()


def _is_group_member(actor: Actor, group: Any) -> bool:
    return bool(_memberships(actor, group).exists())


def _memberships(actor: Actor, group: Any) -> Any:
    return group.memberships.filter(
        person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True
    )


def _owns_search(actor: Actor, saved: Any) -> bool:
    """A saved search is the person's own, as who they are now."""
    return actor.is_person and (saved.person_id, saved.organisation_id) == (actor.person_id, actor.tenant_id)


def _may_accept_translation(actor: Actor, translation: Any) -> bool:
    """The writers of what is translated, if the secretariat is to read it next."""
    return _may_submit(actor, translation.practice)


def _may_share_translation(actor: Actor, translation: Any) -> bool:
    """Who may share what is translated: a signatory with named readers, the secretariat what the source accepted."""
    if translation.practice.label in OPEN_LABELS:
        return translation.accepted_at is not None and _may_moderate(actor, translation)
    return _may_share_directly(actor, translation.practice)


def _may_remove_translation(actor: Actor, translation: Any) -> bool:
    """The writers of the working copy that it translates."""
    return _may_write(actor, translation.practice)


def _may_decline_translation(actor: Actor, translation: Any) -> bool:
    return _may_write(actor, translation.practice) or _may_share_translation(actor, translation)


_may_write = _source_with_role(Role.EDITOR, Role.SIGNATORY)


def _may_post(actor: Actor, obj: Any) -> bool:
    """Visibility has been checked before: with the reader's role alone one may not post."""
    return _may_draft(actor, obj) or (actor.is_host and actor.has(Role.MANAGER, Role.REVIEWER))


def _owns_post(actor: Actor, post: Any) -> bool:
    return (post.person_id, post.organisation_id) == (actor.person_id, actor.tenant_id)


def _may_edit_post(actor: Actor, post: Any) -> bool:
    return _owns_post(actor, post) and _may_post(actor, post)


def _may_remove_post(actor: Actor, post: Any) -> bool:
    """The source of its subject, or a moderator; for one's own there is withdrawal."""
    of_source = _may_edit_subject(actor, post.subject) or _may_moderate(actor, post)
    return of_source and not _owns_post(actor, post)


def _may_accept_answer(actor: Actor, answer: Any) -> bool:
    """The person who asked, or the source."""
    if answer.parent is None:
        return False
    return _may_edit_post(actor, answer.parent) or _may_edit_subject(actor, answer.subject)


def _may_thank_for_answer(actor: Actor, answer: Any) -> bool:
    """Any reader who is a person, except who wrote it."""
    return actor.is_person and answer.parent is not None and answer.person_id != actor.person_id


def _may_thank_for_use(actor: Actor, adoption: Any) -> bool:
    """Any reader who is a person, of another organisation."""
    return actor.is_person and adoption.organisation_id != actor.tenant_id


def _may_edit_subject(actor: Actor, subject: Any) -> bool:
    """The writers of a practice or a request; of a working group those who write at the organisation that made it."""
    if hasattr(subject, "label"):
        return _may_write(actor, subject)
    return actor.has(Role.EDITOR, Role.SIGNATORY) and subject.organisation_id == actor.tenant_id


def _may_offer(actor: Actor, request: Any) -> bool:
    return _may_post(actor, request) and request.organisation_id != actor.tenant_id


RULES: dict[str, Rule] = {
    "practice.draft": _may_draft,
    "practice.edit": _may_write,
    "practice.update": _may_share_directly,
    "practice.propose_update": _may_submit,
    "practice.share_update": _may_moderate,
    "practice.return_update": _may_moderate,
    "practice.take_back_update": _may_submit,
    "practice.submit": _may_submit,
    "practice.take_back": _may_submit,
    "practice.share": _may_moderate,
    "practice.share_directly": _may_share_directly,
    "practice.return": _may_moderate,
    "practice.narrow": _may_write,
    "practice.widen": _source_with_role(Role.SIGNATORY),
    "practice.retire": _may_write,
    "practice.recall": _source_with_role(Role.SIGNATORY),
    "practice.relate": _may_write,
    "practice.react": _may_read,
    "practice.run": _may_draft,
    "practice.remove_run": _may_remove_run,
    "opening.propose": _may_propose_opening,
    "opening.take_back": _may_take_back_opening,
    "opening.share": _may_moderate,
    "opening.return": _may_moderate,
    "opening.end": lambda actor, obj: False,  # only SYSTEM takes this step
    "translation.offer": _may_draft,
    "translation.accept": _may_accept_translation,
    "translation.take_back": _may_accept_translation,
    "translation.withdraw": _owns_post,
    "translation.remove": _may_remove_translation,
    "translation.share": _may_share_translation,
    "translation.decline": _may_decline_translation,
    "translation.replace": lambda actor, obj: False,  # only SYSTEM takes this step
    "adoption.record": _may_draft,
    "adoption.change": _may_write,
    "adoption.result": _may_write,
    "adoption.readers": _may_write,
    "adoption.thank": _may_thank_for_use,
    "group.make": _may_make_group,
    "group.change": _may_lead,
    "group.bring_in": _may_lead,
    "group.take_out": _may_lead,
    "group.leave": _is_group_member,
    "group.close": _may_lead,
    "labels.choose": _may_administer,
    "affiliation.propose": _may_propose_affiliation,
    "affiliation.withdraw": _may_propose_affiliation,
    "affiliation.confirm": _may_confirm_affiliation,
    "affiliation.take_back": _may_confirm_affiliation,
    "affiliation.decline": _may_decline_affiliation,
    "affiliation.approve": _may_moderate,
    "affiliation.end": _may_end_affiliation,
    "affiliation.lapse": lambda actor, obj: False,  # only SYSTEM takes this step
    "post.write": _may_post,
    "post.edit": _may_edit_post,
    "post.take_back": _owns_post,
    "post.remove": _may_remove_post,
    "post.accept": _may_accept_answer,
    "post.unaccept": _may_accept_answer,
    "post.thank": _may_thank_for_answer,
    "request.ask": _may_draft,
    "request.edit": _may_write,
    "request.answer": _may_write,
    "request.close": _may_write,
    "request.reopen": _may_write,
    "offer.make": _may_offer,
    "offer.withdraw": _owns_post,
    "search.save": _may_read,
    "search.edit": _owns_search,
    "search.delete": _owns_search,
}


# Acts of weight, as `alliance.step_up_rules`: sharing, which cannot be taken back, and recalling.
STEP_UP_RULES = frozenset(
    {
        "practice.share",
        "practice.share_directly",
        "practice.share_update",
        "practice.update",
        "practice.widen",
        "practice.recall",
        "opening.propose",
        "opening.share",
        "translation.share",
        "affiliation.approve",
    }
)


# What the scopes of a token open. Recalling, widening and moderating stay with people.
WRITING_RULES = frozenset(
    {
        "practice.draft",
        "practice.edit",
        "practice.submit",
        "practice.take_back",
        "practice.propose_update",
        "practice.take_back_update",
        "practice.narrow",
        "practice.retire",
        "practice.run",
        "practice.remove_run",
        "adoption.record",
        "adoption.change",
        "adoption.result",
        "adoption.readers",
        "post.write",
        "post.edit",
        "post.take_back",
        "post.accept",
        "post.unaccept",
        "request.ask",
        "request.edit",
        "request.answer",
        "request.close",
        "request.reopen",
        "offer.make",
        "offer.withdraw",
    }
)
# apart too: by them people read what others have shared
READERS_RULES = frozenset(
    {
        "group.make",
        "group.change",
        "group.bring_in",
        "group.take_out",
        "group.leave",
        "group.close",
        "affiliation.propose",
        "affiliation.confirm",
        "affiliation.take_back",
        "affiliation.approve",
        "affiliation.decline",
        "affiliation.withdraw",
        "affiliation.end",
    }
)
# acts of weight, so apart: nobody can take back what named readers have read
SHARING_RULES = frozenset({"practice.share_directly", "practice.update"})


def register_rules() -> None:
    """Hand the rules to the kernel; called once, when the app is ready."""
    for name, rule in RULES.items():
        allow(name, rule)
    require_step_up(*STEP_UP_RULES)
