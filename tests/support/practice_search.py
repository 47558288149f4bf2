"""The search of the library as its readers ask it, and uses of practices by which it narrows."""

from typing import Any

from alliance.models import Service
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AdoptionState, Label
from practices.models import Adoption, AdoptionResult, Practice
from practices.queries.search import SearchResult, find_practices, parse_search
from tests.factories.relations import ReaderRelations


def look(relations: ReaderRelations, who: str = "other", **lists: Any) -> SearchResult:
    """What somebody finds; both checks are on."""
    actor = relations.actors[who]
    with acting_as(actor):
        return find_practices(
            actor,
            parse_search({key: [value] if isinstance(value, str) else value for key, value in lists.items()}),
        )


def make_use(relations: ReaderRelations, practice: Practice, who: str = "named", **facts: Any) -> Adoption:
    """Somebody's use on a service of that sort; the community reads it unless the facts say otherwise."""
    actor = relations.actors[who]
    with acting_as(SYSTEM):
        service = Service.objects.create(slug=f"s{practice.pk}", name="S", sort=facts.pop("sort", ""))
        return Adoption.objects.create(
            practice=practice, practice_label=practice.label, organisation_id=actor.tenant_id, service=service,
            since=today(), **{"label": Label.GREEN, "state": AdoptionState.IN_USE, **facts},
        )  # fmt: skip


def measure(use: Adoption, relations: ReaderRelations, **facts: Any) -> None:
    """What was measured in this use: half of the contact."""
    with acting_as(SYSTEM):
        AdoptionResult.objects.create(
            adoption=use, what="Contact", before=4, after=2, added_by=relations.people["named"], **facts
        )
