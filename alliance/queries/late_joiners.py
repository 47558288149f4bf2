"""Members that joined while a cycle was open: they stand outside its count until somebody decides about them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from alliance.enums import REPORTING_KINDS, AccessionState, CycleState, OrganisationState
from alliance.models import Accession, Cycle, Organisation, Report
from alliance.queries.charter_signatures import signed_versions
from alliance.queries.local_dates import day_of
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class LateJoiner:
    """A member without a report in the cycle, and the day on which it signed the charter."""

    organisation: Organisation
    joined_on: date


def with_possible_joiners(actor: Actor, cycles: QuerySet[Any]) -> QuerySet[Any]:
    """The cycles with `may_have_joiners`: whether a member has signed the charter and has no report in the cycle.

    For pages that ask `late_joiners` of several cycles: it says who of these stands by the charter still.
    """
    required = Report.objects.visible_to(actor).filter(
        cycle=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation")
    )
    waiting = _accessions(actor).filter(~Exists(required), charter__key=OuterRef("charter__key"))
    return cycles.annotate(may_have_joiners=Exists(waiting))


def late_joiners(actor: Actor, cycle: Cycle) -> list[LateJoiner]:
    """Active members that acceded to the charter after the cycle was opened, not decided about yet. Two queries."""
    if cycle.state != CycleState.OPEN:
        return []
    accessions = _accessions(actor).filter(
        organisation__in=signed_versions(cycle.charter),
        charter__key=cycle.charter.key,
        charter__version__lte=cycle.charter.version,
    )
    required = Report.objects.visible_to(actor).filter(cycle=cycle, organisation=OuterRef("organisation"))
    rows = accessions.filter(~Exists(required)).select_related("organisation").order_by("signed_at", "pk")
    joined: dict[int, LateJoiner] = {}
    for row in rows:  # whoever has signed several versions joined with the first
        joined.setdefault(row.organisation_id, LateJoiner(row.organisation, day_of(row.signed_at)))
    return list(joined.values())


def _accessions(actor: Actor) -> QuerySet[Any]:
    """Those of active members that report, signed and public."""
    rows: QuerySet[Any] = Accession.objects.visible_to(actor).filter(
        state=AccessionState.PUBLISHED,
        signed_at__isnull=False,
        organisation__state=OrganisationState.ACTIVE,
        organisation__kind__in=REPORTING_KINDS,
    )
    return rows
