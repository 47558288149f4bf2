"""Who may see a practice and what hangs on it: one Q for each label. TLP lives here."""

from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from alliance.enums import OrganisationState
from portal.kernel.access import EVERYTHING, NOTHING, Actor
from practices.enums import OPEN_LABELS, Label, PracticeState

# --- Seeing ----------------------------------------------------------------------------------

_RELEASED = (PracticeState.SHARED, PracticeState.RETIRED)


def named(person_id: int | None, organisation_id: int | None) -> str:
    """A person as who they are in one organisation: whoever changes the company is not named any more."""
    return f"{person_id}.{organisation_id}"


def practices(actor: Actor) -> Q:
    """What is one's own, what is released to one, and for the secretariat what waits for moderation."""
    released = Q(state__in=_RELEASED) & released_to(actor)
    moderation = Q(state=PracticeState.IN_MODERATION) if actor.is_host else NOTHING
    return _own(actor) | released | moderation


def released_to(actor: Actor) -> Q:
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
    """Staff of the named organisations, and of the affiliates that a named one, active itself, has registered."""
    if not actor.is_person:
        return NOTHING
    registered = _model("Affiliation").objects.filter(
        affiliate_id=actor.tenant_id, organisation__state=OrganisationState.ACTIVE
    )
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
    return Q(reader_people__contains=[named(actor.person_id, actor.tenant_id)]) | Q(
        reader_groups__overlap=ArraySubquery(_own_groups(actor))
    )


def _own(actor: Actor) -> Q:
    """The source organisation's; what is RED is its authors' alone."""
    if not actor.is_person:
        return NOTHING
    written = Q(author_people__contains=[named(actor.person_id, actor.tenant_id)])
    return written | (Q(organisation_id=actor.tenant_id) & ~Q(label=Label.RED))


def parts(actor: Actor) -> Q:
    """Versions, reactions and whatever else hangs on a practice, seen with it."""
    # asked of each row, and not of all practices first: there may be very many of them
    return Q(Exists(_seen_practices(actor).filter(pk=OuterRef("practice_id"))))


def _seen_practices(actor: Actor) -> Any:
    return _model("Practice").objects.filter(practices(actor))


def relations(actor: Actor) -> Q:
    """Whoever may see both ends."""
    return parts(actor) & Q(target__in=_seen_practices(actor))


def drafts(actor: Actor) -> Q:
    """A working copy: its own organisation's, and the secretariat's while it waits for moderation."""
    mine = Q(practice__in=_model("Practice").objects.filter(_own(actor)))
    if not actor.is_host:
        return mine
    proposed = Q(proposed_at__isnull=False, practice__label__in=OPEN_LABELS)
    return mine | Q(practice__state=PracticeState.IN_MODERATION) | proposed


def attachments(actor: Actor) -> Q:
    """Files that a version lists are seen with the practice, others with the working copy."""
    working = _model("Draft").objects.filter(drafts(actor))
    return Q(practice__in=working.values("practice_id")) | (parts(actor) & Q(shared_at__isnull=False))


def openings(actor: Actor) -> Q:
    """Who has opened a practice is for its source to know."""
    return Q(practice__in=_model("Practice").objects.filter(_own(actor)))


def adoptions(actor: Actor) -> Q:
    """One's own, and those of others whose readers one is, of practices that one may see."""
    return _own(actor) | (released_to(actor) & parts(actor))


def adoption_parts(actor: Actor) -> Q:
    return Q(adoption__in=_model("Adoption").objects.filter(adoptions(actor)))


def requests(actor: Actor) -> Q:
    """One's own, and those whose readers one is."""
    return _own(actor) | released_to(actor)


def request_parts(actor: Actor) -> Q:
    """Seen with the request. A practice that an offer names is looked up by the practice's own sight."""
    return Q(request__in=_model("Request").objects.filter(requests(actor)))


def posts(actor: Actor) -> Q:
    """Seen with what they stand beneath. What a group says to itself is for its members."""
    return parts(actor) | request_parts(actor) | Q(group__in=_own_groups(actor))


def own_things(actor: Actor) -> Q:
    """A person's own, as who they are now."""
    if not actor.is_person:
        return NOTHING
    return Q(person_id=actor.person_id, organisation_id=actor.tenant_id)


def import_parts(actor: Actor) -> Q:
    """Files of an import, seen by the person who sent it."""
    return Q(upload__in=_model("PracticeImport").objects.filter(own_things(actor)))


def _own_groups(actor: Actor) -> Any:
    """The groups that the person is in, as who they are now."""
    return (
        _model("GroupMembership")
        .objects.filter(person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True)
        .values("group_id")
    )


def groups(actor: Actor) -> Q:
    """Their members', and the secretariat's."""
    if actor.is_host:
        return EVERYTHING
    return Q(pk__in=_own_groups(actor)) if actor.is_person else NOTHING


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
