"""Who uses a practice, as far as the actor may see it; and who would read about one's own use."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, Value, When

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Membership, Organisation, Service
from alliance.queries.local_dates import today
from portal.kernel.access import ANYONE, Actor, can, tenant_of
from portal.kernel.alphabet import ByAlphabet
from practices.access import person_token
from practices.audiences import Audience, audience
from practices.enums import OPEN_LABELS, AdoptionState, Label, PracticeState
from practices.models import Adoption, AdoptionResult, AdoptionStep, Practice
from practices.queries.sharing_policy import allowed_labels_of

# the order in which uses are read: what is tried out says more than what is thought of
STATE_ORDER = (
    AdoptionState.IN_USE,
    AdoptionState.TRIAL,
    AdoptionState.CONSIDERING,
    AdoptionState.DISCONTINUED,
)
_NO_ORGANISATION = 0  # no person has this number


def adoption_rows(actor: Actor) -> Any:
    """Adoptions that the actor may see, each with its history and results. As many queries for two as for fifty.

    Without the practice: one's own use stays visible after it is hidden, and a join would drop the row. For the same
    reason the public reads them without the people, whom it does not see.
    """
    steps, results = AdoptionStep.objects.all(), AdoptionResult.objects.select_related("replaced_by")
    if actor != ANYONE:
        steps, results = (
            steps.select_related("recorded_by"),
            results.select_related("added_by", "withdrawn_by"),
        )
    return (
        Adoption.objects.visible_to(actor)
        .select_related("organisation", "service")
        .prefetch_related(Prefetch("steps", steps), Prefetch("results", results))
    )


def uses_of(actor: Actor, practice: Practice) -> Any:
    """Who uses the practice, those who rely on it first."""
    rank = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)),
        output_field=IntegerField(),
    )
    return adoption_rows(actor).filter(practice=practice).order_by(rank, "since", "pk")


def may_record(actor: Actor, practice: Practice) -> bool:
    """Whether the actor may say that their organisation uses it."""
    return practice.state == PracticeState.SHARED and can(actor, "adoption.record", practice)


def own_uses_of(actor: Actor, practice: Practice) -> Any:
    """What the actor's own organisation does with the practice now, without the history."""
    rows = Adoption.objects.visible_to(actor).filter(practice=practice, organisation_id=actor.tenant_id)
    return rows.select_related("organisation", "service")


def own_adoptions(actor: Actor) -> Any:
    """All uses of the actor's own organisation, the latest change first."""
    return adoption_rows(actor).filter(organisation_id=actor.tenant_id).order_by("-updated_at", "-pk")


def own_services(actor: Actor) -> Any:
    """The services that the actor's organisation owns today."""
    day = today()
    return Service.objects.visible_to(actor).owned_by(actor.tenant_id, day, day)


def colleagues_may_read(actor: Actor, practice_id: int) -> bool:
    """Whether a colleague whom nobody names may read the practice, so that they may learn of its use."""
    anybody = replace(actor, person_id=_NO_ORGANISATION)
    return bool(Practice.objects.visible_to(anybody).filter(pk=practice_id).exists())


def proposed_readers(actor: Actor, practice: Practice) -> Audience:
    """The default readers of a new use.

    Of an open practice the community; of one that the actor's colleagues may not read, its authors; else its source.
    """
    if practice.label in OPEN_LABELS:
        return audience(Label.GREEN)
    if not colleagues_may_read(actor, practice.pk):
        return audience(Label.RED, people=authors_and_oneself(actor, practice))
    return audience(Label.AMBER_STRICT, organisations=[practice.organisation_id])


def use_audience(actor: Actor, practice: Practice, label: str, organisations: Collection[int]) -> Audience:
    """The readers of a use by its label: what the label makes no use of is left out."""
    if label == Label.RED:
        return audience(label, people=authors_and_oneself(actor, practice))
    if label in (Label.AMBER, Label.AMBER_STRICT):
        return audience(label, organisations=organisations)
    return audience(label)


def authors_and_oneself(actor: Actor, practice: Practice) -> list[str]:
    """The authors who are still in the organisation where they wrote it, and the actor."""
    memberships = Membership.objects.current().filter(
        organisation_id=practice.organisation_id, person__is_active=True
    )
    current = {
        person_token(person, practice.organisation_id)
        for person in memberships.values_list("person_id", flat=True)
    }
    source_id = str(practice.organisation_id)
    others = {
        author_person
        for author_person in practice.author_people
        if author_person in current or author_person.partition(".")[2] != source_id
    }
    return sorted(others | {person_token(actor.person_id, actor.tenant_id)})


def allowed_labels(actor: Actor, practice: Practice) -> list[str]:
    """The labels that an adoption of this practice may bear: what the organisation uses, and what keeps it in."""
    used = allowed_labels_of(tenant_of(actor))
    if not colleagues_may_read(actor, practice.pk):
        return [label for label in used if label == Label.RED]
    return [label for label in used if label != Label.CLEAR or practice.label == Label.CLEAR]


def possible_reader_organisations(actor: Actor) -> Any:
    """Organisations that have people here who could read; one's own reads anyway."""
    rows = Organisation.objects.visible_to(actor).filter(state=OrganisationState.ACTIVE)
    return (
        rows.exclude(kind=OrganisationKind.SUPPORTER).exclude(pk=actor.tenant_id).order_by(ByAlphabet("name"))
    )
