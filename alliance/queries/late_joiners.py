"""Members without a report in an open cycle, new or back since: outside its count until somebody decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import REPORTING_KINDS, AccessionState, CycleState, OrganisationState
from alliance.models import Accession, Cycle, Organisation, Report
from alliance.queries.absences import RETURNS, access_changes
from alliance.queries.charter_signatures import signed_versions
from alliance.queries.local_dates import day_of
from alliance.workflows import CYCLE, ORGANISATION
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.text import format_date

# The entries of the journal that say why a member has no report.
_OPENED, _MERGER_TAKEN_BACK = CYCLE.rule("open"), ORGANISATION.rule("take_back_merger")


@dataclass(frozen=True, slots=True)
class AccessReturn:
    """That the people of a member have had access again since a cycle was opened, as the journal has it."""

    day: date
    is_merger: bool  # that was taken back; else a suspension that has ended

    def __str__(self) -> str:
        text = _("merger taken back on %(day)s") if self.is_merger else _("reinstated on %(day)s")
        return text % {"day": format_date(self.day)}


@dataclass(frozen=True, slots=True)
class LateJoiner:
    """A member without a report in the cycle: the day on which it signed the charter, and what else is the cause."""

    organisation: Organisation
    joined_on: date
    signed_later: bool = True  # after the cycle was opened
    returned: AccessReturn | None = None

    @property
    def public_reason(self) -> str:
        """Why it is left out, as proposed to whoever decides; empty where the cause is not known."""
        if self.returned is not None and self.returned.is_merger:
            text = _("Merger taken back on %(day)s, after the cycle had been opened.")
        elif self.returned is not None:
            text = _("Reinstated on %(day)s, after the cycle had been opened.")
        elif self.signed_later:
            text = _("Signed the charter on %(day)s, after the cycle had been opened.")
        else:
            return ""
        return text % {"day": format_date(self.returned.day if self.returned else self.joined_on)}


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
    """Active members that stand by the charter and have no report in the open cycle, not decided about yet.

    They have acceded, or were reinstated or taken out of a merger, after it was opened. Two queries, two more where
    there are any.
    """
    if cycle.state != CycleState.OPEN:
        return []
    accessions = _accessions(actor).filter(
        organisation__in=signed_versions(cycle.charter),
        charter__key=cycle.charter.key,
        charter__version__lte=cycle.charter.version,
    )
    required = Report.objects.visible_to(actor).filter(cycle=cycle, organisation=OuterRef("organisation"))
    rows = accessions.filter(~Exists(required)).select_related("organisation").order_by("signed_at", "pk")
    first: dict[int, Any] = {}
    for row in rows:  # whoever has signed several versions joined with the first
        first.setdefault(row.organisation_id, row)
    if not first:
        return []
    signed = {pk: day_of(row.signed_at) for pk, row in first.items()}
    opened_at = _opening_of(cycle)
    returned = _returns_since(opened_at, signed)
    return [
        LateJoiner(
            row.organisation,
            signed[pk],
            signed_later=opened_at is None or signed[pk] >= day_of(opened_at),
            returned=returned.get(pk),
        )
        for pk, row in first.items()
    ]


def returns_since_opening(cycle: Cycle, signed: Mapping[int, date]) -> dict[int, AccessReturn]:
    """Which of these members, each with the day on which it signed, had no access when the cycle was opened.

    With the last return of each; without those that signed later. Two queries; none for no members.
    """
    return _returns_since(_opening_of(cycle), signed) if signed else {}


def _opening_of(cycle: Cycle) -> datetime | None:
    events = Event.objects.filter(kind=_OPENED, target_type=Cycle._meta.label_lower, target_id=cycle.pk)
    opened_at: datetime | None = events.order_by("pk").values_list("at", flat=True).first()
    return opened_at


def _returns_since(opened_at: datetime | None, signed: Mapping[int, date]) -> dict[int, AccessReturn]:
    if opened_at is None:
        return {}
    return {
        pk: AccessReturn(day_of(at), kind == _MERGER_TAKEN_BACK)
        for pk, kind, at in access_changes(signed)
        if kind in RETURNS and at >= opened_at and signed[pk] < day_of(opened_at)
    }


def _accessions(actor: Actor) -> QuerySet[Any]:
    """Those of active members that report, signed and public."""
    rows: QuerySet[Any] = Accession.objects.visible_to(actor).filter(
        state=AccessionState.PUBLISHED,
        signed_at__isnull=False,
        organisation__state=OrganisationState.ACTIVE,
        organisation__kind__in=REPORTING_KINDS,
    )
    return rows
