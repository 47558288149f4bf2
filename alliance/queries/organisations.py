"""Named reads on organisations: the secretariat's list, and the services of one."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from alliance.models import Membership, Organisation, Ownership
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means everything."""

    kind: str = ""
    state: str = ""
    words: str = ""


def organisation_list(actor: Actor, wanted: Wanted) -> QuerySet[Organisation]:
    """The organisations that the actor may see, by name, each with the number of its people."""
    rows = Organisation.objects.visible_to(actor)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.words:
        rows = rows.filter(pk__in=_named(wanted.words).values("pk"))
    people = Count("memberships", filter=Q(memberships__ended_at__isnull=True))
    found: QuerySet[Organisation] = rows.annotate(people=people).order_by("name", "pk")
    return found


def acting_organisations(actor: Actor) -> QuerySet[Organisation]:
    """The organisations for which somebody acts or has acted, by name."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(
        pk__in=Membership.objects.values("organisation_id")
    )
    return rows.order_by("name", "pk")


def _named(words: str) -> QuerySet[Organisation]:
    """Whose name now, earlier name or address has the words in it."""
    found = Q(slug__icontains=words)
    for field in ("name_en", "name_ru", "former_names__name_en", "former_names__name_ru"):
        found |= Q(**{f"{field}__icontains": words})
    matching: QuerySet[Organisation] = Organisation.objects.filter(found)
    return matching


def ownerships(organisation: Organisation) -> QuerySet[Ownership]:
    """The services that the organisation owns or owned, those of now first."""
    rows = Ownership.objects.filter(organisation=organisation).select_related("service")
    return rows.order_by("ends_on", "service__name", "pk")
