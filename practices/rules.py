"""Who may do what with a practice and with what hangs on it."""

from typing import Any

from alliance.enums import Grant, OrganisationKind
from portal.kernel.access import Actor, Rule, allow
from practices.access import named
from practices.enums import NAMED_LABELS, OPEN_LABELS, Label

_WRITING_KINDS = (OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE, OrganisationKind.PARTNER)


def _of_source(*grants: Grant) -> Rule:
    """Holders of one of the grants at the source; what is RED is its authors' alone."""

    def rule(actor: Actor, practice: Any) -> bool:
        if not actor.has(*grants) or practice.organisation_id != actor.tenant_id:
            return False
        written = named(actor.person_id, actor.tenant_id) in practice.author_people
        return written or practice.label != Label.RED

    return rule


def _drafting(actor: Actor, obj: Any) -> bool:
    del obj
    return actor.has(Grant.EDITOR, Grant.SIGNATORY) and actor.tenant_kind in _WRITING_KINDS


def _moderating(actor: Actor, obj: Any) -> bool:
    del obj
    return actor.is_host and actor.has(Grant.MANAGER)


def _sharing_directly(actor: Actor, practice: Any) -> bool:
    """RED and AMBER are shared by a signatory, without moderation."""
    return practice.label in NAMED_LABELS and _of_source(Grant.SIGNATORY)(actor, practice)


def _submitting(actor: Actor, practice: Any) -> bool:
    return practice.label in OPEN_LABELS and _writing(actor, practice)


def _reading(actor: Actor, obj: Any) -> bool:
    """Whoever reads practices as a person."""
    del obj
    return actor.is_person


def _own_search(actor: Actor, saved: Any) -> bool:
    """A saved search is the person's own, as who they are now."""
    return actor.is_person and (saved.person_id, saved.organisation_id) == (actor.person_id, actor.tenant_id)


_writing = _of_source(Grant.EDITOR, Grant.SIGNATORY)

RULES: dict[str, Rule] = {
    "practice.draft": _drafting,
    "practice.edit": _writing,
    "practice.update": _writing,
    "practice.submit": _submitting,
    "practice.share": _moderating,
    "practice.share_directly": _sharing_directly,
    "practice.return": _moderating,
    "practice.narrow": _writing,
    "practice.widen": _of_source(Grant.SIGNATORY),
    "practice.retire": _writing,
    "practice.recall": _of_source(Grant.SIGNATORY),
    "search.save": _reading,
    "search.edit": _own_search,
    "search.delete": _own_search,
}


def register_rules() -> None:
    """Hand the rules to the kernel; called once, when the app is ready."""
    for name, rule in RULES.items():
        allow(name, rule)
