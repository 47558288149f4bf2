"""What an organisation has to do with: the harms and kinds of service of what it writes, uses, asks and looks for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from portal.kernel.access import Actor, tenant_of
from practices.enums import AdoptionState, strictest
from practices.models import Adoption, Request, SavedSearch, SearchEntry
from practices.queries.service_kinds import measured_kinds, registered_services


@dataclass(frozen=True, slots=True)
class KnownPractice:
    """A practice that the organisation wrote or uses, by which it knows of a harm; `label` is for naming both."""

    title: str
    label: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Interests:
    """The harms and kinds of service that an organisation has to do with; without any, everything may serve it.

    They follow from what it does. What it looks for, and the services that it has registered, add to them and begin
    nothing: whoever saves a search wants to read more, and not less.
    """

    harms: frozenset[str]
    service_kinds: frozenset[str]
    services: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by kind, the names of its own
    known: Mapping[str, Sequence[KnownPractice]] = field(
        default_factory=dict
    )  # by harm, its own before others

    @property
    def harm_tokens(self) -> list[str]:
        return [f"harms:{key}" for key in sorted(self.harms)]

    @property
    def service_tokens(self) -> list[str]:
        return [f"service_kinds:{key}" for key in sorted(self.service_kinds)]


def interests_of(actor: Actor) -> Interests:
    """From the practices that the organisation wrote or uses, its requests and its results; added to by the rest."""
    used = _used_labels(actor)
    own = Q(practice__organisation_id=tenant_of(actor)) | Q(practice__in=list(used))
    rows = SearchEntry.objects.visible_to(actor).filter(own).order_by("-updated_at", "pk")
    entries = list(rows.only("practice_id", "label", "title", "facets", "updated_at"))
    harms = {value for entry in entries for value in values_of(entry.facets, "harms")}
    kinds = {value for entry in entries for value in values_of(entry.facets, "service_kinds")}
    kinds |= measured_kinds(actor)
    for row in Request.objects.visible_to(actor).filter(organisation_id=tenant_of(actor)):
        harms |= set(row.harms)
        kinds |= set(row.service_kinds)
    queries = list(SavedSearch.objects.visible_to(actor).values_list("query", flat=True))
    services: dict[str, list[str]] = defaultdict(list)
    for service in registered_services(actor):
        for kind in service.kinds:
            services[kind].append(service.name)
    if harms:
        harms |= {key for query in queries for key in _listed(query.get("harms"))}
    if kinds:
        kinds |= {key for query in queries for key in _listed(query.get("service_kinds"))} | set(services)
    return Interests(frozenset(harms), frozenset(kinds), services, _known(actor, entries, used))


def _used_labels(actor: Actor) -> dict[int, str]:
    """The practices of its uses, with the label under which it may be said; empty of those that it uses no more."""
    labels: dict[int, str] = {}
    rows = Adoption.objects.visible_to(actor).filter(organisation_id=tenant_of(actor)).order_by("pk")
    for row in rows:
        if row.state == AdoptionState.DISCONTINUED:
            labels.setdefault(row.practice_id, "")
        else:
            labels[row.practice_id] = row.label_beside(row.label)
    return labels


def _known(
    actor: Actor, entries: Iterable[SearchEntry], used: Mapping[int, str]
) -> dict[str, list[KnownPractice]]:
    """By harm, what it wrote, the newest first, then what it uses."""
    known: dict[str, list[KnownPractice]] = defaultdict(list)
    own_token = f"organisation:{tenant_of(actor)}"
    for entry in sorted(entries, key=lambda entry: own_token not in entry.facets):
        is_own, use_label = own_token in entry.facets, used.get(entry.practice_id, "")
        if is_own or use_label:
            label = entry.label if is_own else strictest(entry.label, use_label)
            for harm in values_of(entry.facets, "harms"):
                known[harm].append(KnownPractice(entry.title, label, is_own))
    return known


def values_of(facets: Iterable[str], key: str) -> list[str]:
    """The values of a facet among the tokens of the index; none where it is for all."""
    return [
        value
        for name, _colon, value in (token.partition(":") for token in facets)
        if name == key and value != "*"
    ]


def _listed(value: Any) -> Iterable[str]:
    values = [value] if isinstance(value, str) else value or []
    return (part for each in values for part in str(each).split(",") if part)
