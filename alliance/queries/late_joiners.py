"""Members without a report in an open cycle, new or back since: outside its count until somebody decides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import REPORTING_KINDS, AccessionState, CycleState, OrganisationState
from alliance.models import Accession, Cycle, Organisation, Report
from alliance.queries.absences import RETURNS
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
    """A member without a report in the cycle, and the day on which it signed the charter.

    Why it has none is known once `SinceOpening` has explained it.
    """

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

    They have acceded, or were reinstated or taken out of a merger, after it was opened: `explained_joiners`. Two
    queries.
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
    joined: dict[int, LateJoiner] = {}
    for row in rows:  # whoever has signed several versions joined with the first
        joined.setdefault(row.organisation_id, LateJoiner(row.organisation, day_of(row.signed_at)))
    return list(joined.values())


def explained_joiners(actor: Actor, cycle: Cycle) -> list[LateJoiner]:
    """The same, each with why it has no report. Three queries at most."""
    joiners = late_joiners(actor, cycle)
    since = since_opening(cycle, {joiner.organisation.pk: joiner.joined_on for joiner in joiners})
    return [since.explain(joiner) for joiner in joiners]


@dataclass(frozen=True, slots=True)
class SinceOpening:
    """When a cycle was opened, and which members had no access then and have it again; None where nothing says so."""

    day: date | None
    returns: Mapping[int, AccessReturn]

    def explain(self, joiner: LateJoiner) -> LateJoiner:
        """The same with why it has no report."""
        return replace(
            joiner,
            signed_later=self.day is None or joiner.joined_on >= self.day,
            returned=self.returns.get(joiner.organisation.pk),
        )


def since_opening(cycle: Cycle, signed: Mapping[int, date]) -> SinceOpening:
    """What the journal says of these members, each with the day on which it signed, since the cycle was opened.

    The last return of each, and none of those that signed later. One query; none for no members.
    """
    if not signed:
        return SinceOpening(None, {})
    opening = Q(kind=_OPENED, target_type=Cycle._meta.label_lower, target_id=cycle.pk)
    changes = Q(kind__in=RETURNS, target_type=Organisation._meta.label_lower, target_id__in=list(signed))
    events = Event.objects.filter(opening | changes).order_by("pk").values_list("kind", "target_id", "at")
    opened_at, returns = None, {}
    for kind, pk, at in events:
        if kind == _OPENED:
            opened_at = opened_at or at
        elif opened_at is not None and signed[pk] < day_of(opened_at):
            returns[pk] = AccessReturn(day_of(at), is_merger=kind == _MERGER_TAKEN_BACK)
    return SinceOpening(day_of(opened_at) if opened_at else None, returns)


def _accessions(actor: Actor) -> QuerySet[Any]:
    """Those of active members that report, signed and public."""
    rows: QuerySet[Any] = Accession.objects.visible_to(actor).filter(
        state=AccessionState.PUBLISHED,
        signed_at__isnull=False,
        organisation__state=OrganisationState.ACTIVE,
        organisation__kind__in=REPORTING_KINDS,
    )
    return rows
