"""Who may see a practice (one Q for each label: TLP lives here) and who may do what with one."""

from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q

from alliance.enums import Grant, OrganisationKind
from portal.kernel.access import EVERYTHING, NOTHING, Actor, Rule, allow
from practices.enums import NAMED_LABELS, OPEN_LABELS, Label, PracticeState

# --- Seeing ----------------------------------------------------------------------------------

_RELEASED = (PracticeState.SHARED, PracticeState.RETIRED)


def named(person_id: int | None, organisation_id: int | None) -> str:
    """A person as who they are in one organisation: whoever changes the company is not named any more."""
    return f"{person_id}.{organisation_id}"


def practices(actor: Actor) -> Q:
    """What is one's own, what is released to one, and for the secretariat what waits for moderation."""
    released = Q(state__in=_RELEASED) & _released_to(actor)
    moderation = Q(state=PracticeState.IN_MODERATION) if actor.is_host else NOTHING
    return _own(actor) | released | moderation


def _released_to(actor: Actor) -> Q:
    """Each label is its own set of readers; none contains another."""
    return clear(actor) | green(actor) | amber(actor) | amber_strict(actor) | red(actor)


def clear(actor: Actor) -> Q:
    """The world."""
    del actor
    return Q(label=Label.CLEAR)


def green(actor: Actor) -> Q:
    """The community: all active members, associates, partners and the secretariat; nobody else acts as a person."""
    return Q(label=Label.GREEN) if actor.is_person else NOTHING


def amber(actor: Actor) -> Q:
    """Staff of the named organisations, and of the affiliates that a named one has registered itself."""
    if not actor.is_person:
        return NOTHING
    registered = _model("Affiliation").objects.filter(affiliate_id=actor.tenant_id)
    of_a_client = Q(reader_organisations__overlap=ArraySubquery(registered.values("organisation_id")))
    return Q(label=Label.AMBER) & (_staff(actor) | _by_name(actor) | of_a_client)


def amber_strict(actor: Actor) -> Q:
    """Staff of the named organisations."""
    if not actor.is_person:
        return NOTHING
    return Q(label=Label.AMBER_STRICT) & (_staff(actor) | _by_name(actor))


def red(actor: Actor) -> Q:
    """Named people."""
    return Q(label=Label.RED) & _by_name(actor) if actor.is_person else NOTHING


def _staff(actor: Actor) -> Q:
    return Q(reader_organisations__contains=[actor.tenant_id])


def _by_name(actor: Actor) -> Q:
    """Named oneself, or by a working group that one is in as who one is now."""
    groups = _model("GroupMembership").objects.filter(
        person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True
    )
    return Q(reader_people__contains=[named(actor.person_id, actor.tenant_id)]) | Q(
        reader_groups__overlap=ArraySubquery(groups.values("group_id"))
    )


def _own(actor: Actor) -> Q:
    """The source organisation's; what is RED is its authors' alone."""
    if not actor.is_person:
        return NOTHING
    written = Q(author_people__contains=[named(actor.person_id, actor.tenant_id)])
    return written | (Q(organisation_id=actor.tenant_id) & ~Q(label=Label.RED))


def parts(actor: Actor) -> Q:
    """Versions, openings and whatever else hangs on a practice, seen with it."""
    return Q(practice__in=_model("Practice").objects.filter(practices(actor)))


def drafts(actor: Actor) -> Q:
    """A working copy: its own organisation's, and in moderation the secretariat's."""
    waiting = Q(state=PracticeState.IN_MODERATION) if actor.is_host else NOTHING
    return Q(practice__in=_model("Practice").objects.filter(_own(actor) | waiting))


def openings(actor: Actor) -> Q:
    """Who has opened a practice is for its source to know."""
    return Q(practice__in=_model("Practice").objects.filter(_own(actor)))


def groups(actor: Actor) -> Q:
    """Their members', and the secretariat's."""
    if actor.is_host:
        return EVERYTHING
    mine = _model("GroupMembership").objects.filter(
        person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True
    )
    return Q(pk__in=mine.values("group_id")) if actor.is_person else NOTHING


def group_parts(actor: Actor) -> Q:
    return Q(group__in=_model("WorkingGroup").objects.filter(groups(actor)))


def of_organisation(actor: Actor) -> Q:
    """An organisation's own affairs, and the secretariat's."""
    if actor.is_host:
        return EVERYTHING
    return Q(organisation_id=actor.tenant_id) if actor.is_person else NOTHING


def _model(name: str) -> Any:
    """Sights stand below the models whose rows they compare."""
    return apps.get_model("practices", name)


# --- Doing -----------------------------------------------------------------------------------

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
}


def register_rules() -> None:
    """Hand the rules to the kernel; called once, when the app is ready."""
    for name, rule in RULES.items():
        allow(name, rule)
