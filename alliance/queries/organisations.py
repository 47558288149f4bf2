"""Named reads on organisations: the secretariat's list, and the services of one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import Membership, Organisation, Ownership
from alliance.queries.list_order import by_column, place_among
from alliance.queries.service_owners import still_running
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """What the list is narrowed to; empty means everything."""

    kind: str = ""
    state: str = ""
    text: str = ""
    sort: str = ""  # with a minus: the other way round; empty: by name


def _sort_columns() -> dict[str, Any]:
    return {
        "name": ByAlphabet("name"),
        "kind": place_among("kind", OrganisationKind),
        "state": place_among("state", OrganisationState),
        "since": F("since"),
        "people": F("people"),
    }


def organisation_list(actor: Actor, filters: OrganisationFilter) -> QuerySet[Organisation]:
    """The organisations that the actor may see, in the chosen order, each with the number of its people."""
    rows = Organisation.objects.visible_to(actor)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.text:
        rows = rows.filter(pk__in=known_by(filters.text))
    people = Count("memberships", filter=Q(memberships__ended_at__isnull=True))
    chosen = (by_column(_sort_columns(), filters.sort),) if filters.sort else ()
    organisations: QuerySet[Organisation] = rows.annotate(people=people)
    return organisations.order_by(*chosen, ByAlphabet("name"), "pk")


def addition_refusal(organisation: Organisation) -> str:
    """Why nobody is invited to it, and no service added to it, any more; empty while it has not left."""
    if organisation.state != OrganisationState.FORMER:
        return ""
    return _("This organisation has left the alliance: no people and no services are added to it any more.")


def known_by(text: str) -> QuerySet[Any, int]:
    """The numbers of those whose name now, earlier name or address has this in it: for every list that finds members.

    `organisation__in` of a list of what is theirs.
    """
    condition = Q(slug__icontains=text)
    for field in ("name_en", "name_ru", "former_names__name_en", "former_names__name_ru"):
        condition |= Q(**{f"{field}__icontains": text})
    rows: QuerySet[Any, int] = Organisation.objects.filter(condition).values_list("pk", flat=True)
    return rows.order_by()


def organisations_known_by(text: str, among: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Of these the one with this name; else those whose name or address has it in it. One query beside their own."""
    named = among.filter(Q(name_en__iexact=text) | Q(name_ru__iexact=text))
    return named if named.exists() else among.filter(pk__in=known_by(text))


def acting_organisations(actor: Actor) -> QuerySet[Organisation]:
    """The organisations for which somebody acts or has acted, by name."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(
        pk__in=Membership.objects.values("organisation_id")
    )
    return rows.order_by(ByAlphabet("name"), "pk")


def concerned_organisations(actor: Actor) -> QuerySet[Organisation]:
    """The organisations that the journal can be narrowed to, by name: all but the secretariat."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).exclude(
        kind=OrganisationKind.SECRETARIAT
    )
    return rows.order_by(ByAlphabet("name"), "pk")


def ownerships(organisation: Organisation) -> QuerySet[Any]:
    """The services that the organisation owns or owned, those of now first. Two queries.

    Each with `was_taken_over`, and with `is_over`: its last day has passed.
    """
    earlier = Ownership.objects.filter(service=OuterRef("service"), ends_on__lt=OuterRef("starts_on"))
    rows = Ownership.objects.filter(organisation=organisation).select_related("service")
    rows = rows.annotate(was_taken_over=Exists(earlier), is_over=~still_running())
    return rows.prefetch_related("service__former_names").order_by(
        "is_over", ByAlphabet("service__name"), "pk"
    )
