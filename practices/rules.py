"""Who may do what with a practice and with what hangs on it."""

from typing import Any

from alliance.enums import Grant, OrganisationKind
from portal.kernel.access import Actor, Rule, allow
from practices.access import named
from practices.enums import NAMED_LABELS, OPEN_LABELS, Label

# who has staff here that reads; supporters have none
_COMMUNITY = (OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE, OrganisationKind.PARTNER)


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
    return actor.has(Grant.EDITOR, Grant.SIGNATORY) and actor.tenant_kind in _COMMUNITY


def _moderating(actor: Actor, obj: Any) -> bool:
    del obj
    return actor.is_host and actor.has(Grant.MANAGER)


def _sharing_directly(actor: Actor, practice: Any) -> bool:
    """RED and AMBER are shared by a signatory, without moderation."""
    return practice.label in NAMED_LABELS and _of_source(Grant.SIGNATORY)(actor, practice)


def _submitting(actor: Actor, practice: Any) -> bool:
    return practice.label in OPEN_LABELS and _writing(actor, practice)


def _reading(actor: Actor, practice: Any) -> bool:
    """Whoever reads it as a person; the caller has found it through the actor's sight."""
    del practice
    return actor.is_person


def _administering(actor: Actor, obj: Any) -> bool:
    """What an organisation decides for its staff."""
    del obj
    return actor.has(Grant.ADMINISTRATOR) and actor.tenant_kind in _COMMUNITY


def _making_group(actor: Actor, obj: Any) -> bool:
    return _drafting(actor, obj) or _moderating(actor, obj)


def _leading(actor: Actor, group: Any) -> bool:
    """Those who lead it, and managers of the secretariat; nobody, once it is closed."""
    if group.closed_at is not None:
        return False
    return _moderating(actor, group) or _memberships(actor, group).filter(leads=True).exists()


def _belonging(actor: Actor, group: Any) -> bool:
    return bool(_memberships(actor, group).exists())


def _memberships(actor: Actor, group: Any) -> Any:
    return group.memberships.filter(
        person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True
    )


def _own_search(actor: Actor, saved: Any) -> bool:
    """A saved search is the person's own, as who they are now."""
    return actor.is_person and (saved.person_id, saved.organisation_id) == (actor.person_id, actor.tenant_id)


_writing = _of_source(Grant.EDITOR, Grant.SIGNATORY)


def _speaking(actor: Actor, obj: Any) -> bool:
    """Who may see the thing has been asked before: readers read, all others may speak."""
    return _drafting(actor, obj) or (actor.is_host and actor.has(Grant.MANAGER, Grant.REVIEWER))


def _own_word(actor: Actor, said: Any) -> bool:
    return (said.person_id, said.organisation_id) == (actor.person_id, actor.tenant_id)


def _mending(actor: Actor, said: Any) -> bool:
    return _own_word(actor, said) and _speaking(actor, said)


def _removing(actor: Actor, post: Any) -> bool:
    """The source of what it stands beneath, or a moderator; one's own is taken back."""
    of_source = _of_place(actor, post.thing) or _moderating(actor, post)
    return of_source and not _own_word(actor, post)


def _accepting(actor: Actor, answer: Any) -> bool:
    """Whoever asked, or the source."""
    if answer.parent is None:
        return False
    return _mending(actor, answer.parent) or _of_place(actor, answer.thing)


def _of_place(actor: Actor, thing: Any) -> bool:
    """The writers of a practice or a request; of a working group those who write at the organisation that made it."""
    if hasattr(thing, "label"):
        return _writing(actor, thing)
    return actor.has(Grant.EDITOR, Grant.SIGNATORY) and thing.organisation_id == actor.tenant_id


def _offering(actor: Actor, request: Any) -> bool:
    return _speaking(actor, request) and request.organisation_id != actor.tenant_id


RULES: dict[str, Rule] = {
    "practice.draft": _drafting,
    "practice.edit": _writing,
    "practice.update": _sharing_directly,
    "practice.propose_update": _submitting,
    "practice.share_update": _moderating,
    "practice.return_update": _moderating,
    "practice.take_back_update": _submitting,
    "practice.submit": _submitting,
    "practice.take_back": _submitting,
    "practice.share": _moderating,
    "practice.share_directly": _sharing_directly,
    "practice.return": _moderating,
    "practice.narrow": _writing,
    "practice.widen": _of_source(Grant.SIGNATORY),
    "practice.retire": _writing,
    "practice.recall": _of_source(Grant.SIGNATORY),
    "practice.relate": _writing,
    "practice.react": _reading,
    "adoption.record": _drafting,
    "adoption.change": _writing,
    "adoption.result": _writing,
    "adoption.readers": _writing,
    "group.make": _making_group,
    "group.change": _leading,
    "group.bring_in": _leading,
    "group.take_out": _leading,
    "group.leave": _belonging,
    "group.close": _leading,
    "labels.choose": _administering,
    "affiliate.register": _administering,
    "affiliate.strike_off": _administering,
    "post.write": _speaking,
    "post.edit": _mending,
    "post.take_back": _own_word,
    "post.remove": _removing,
    "post.accept": _accepting,
    "post.unaccept": _accepting,
    "request.ask": _drafting,
    "request.edit": _writing,
    "request.answer": _writing,
    "request.close": _writing,
    "request.reopen": _writing,
    "offer.make": _offering,
    "offer.withdraw": _own_word,
    "search.save": _reading,
    "search.edit": _own_search,
    "search.delete": _own_search,
}


def register_rules() -> None:
    """Hand the rules to the kernel; called once, when the app is ready."""
    for name, rule in RULES.items():
        allow(name, rule)
