"""The members, and one member with its pledges, reports and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import OrganisationState, TargetState
from alliance.models import Commitment, Cycle, Organisation, PublishedPledge
from alliance.queries.public import members as reads
from alliance.queries.public.charter_signatures import standings_on_earlier
from alliance.queries.public.cycles import latest_cycle, published_cycles
from alliance.queries.public.obligations import PublicObligation, obligations_in, obligations_of
from alliance.queries.public.pledge_versions import earlier_versions
from alliance.queries.public.promises import (
    PromiseCounts,
    PromiseFilter,
    promised_commitments,
    promised_targets,
    promises_of,
)
from alliance.queries.public.verdict_matrix import (
    JudgedReport,
    VerdictCorrection,
    VerdictTally,
    commitments_of,
    current_verdicts,
    judged_reports,
)
from alliance.queries.public.wording import short_cycle
from alliance.web.public.as_it_stood import AS_OF, as_it_stood, shown_day
from alliance.web.public.charts import member_sun
from alliance.web.public.linked_data import of_member
from alliance.web.public.moved_members import redirect_moved_member
from alliance.web.public.pledges import TargetBlock, services_of, targets_of
from alliance.web.public.promise_rows import promise_groups
from alliance.web.public.responses import public_page
from alliance.web.public.timelines import timeline_rows
from portal.kernel.charts import SunMark
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

MAX_TIMELINE_ENTRIES = 20
MAX_PROMISES = 20  # with their drawings, the worst first; the ledger has all of them on pages
MAX_PLEDGES = 25  # in full: the others are lines that lead to their publications
MAX_SUNS = 6  # cycles shown side by side


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A line of the list: the member, its sun and its tally in the last cycle."""

    organisation: Organisation
    sun: SunMark
    tally: VerdictTally
    obligation: PublicObligation | None  # in the last cycle
    ended_on: date | None  # the day on which its membership ended, where it has


@require_safe
@parameters(Parameter("former", is_flag=True), PAGE)
def member_list(request: HttpRequest) -> HttpResponse:
    """List of members by name; with `?former`, of those that left."""
    former = "former" in request.GET
    listed = paginate_or_404(reads.member_list(former=former), request)
    cycle = latest_cycle()
    commitments = commitments_of(cycle.charter_id) if cycle else []
    ids = [organisation.pk for organisation in listed]
    verdicts = current_verdicts(cycle=cycle, organisation_id__in=ids) if cycle else {}
    silent = [pk for pk in ids if cycle and (cycle.pk, pk) not in verdicts]
    # why one has no verdict
    reasons = obligations_in(cycle, silent) if cycle and silent else []
    obligations = {each.organisation.pk: each for each in reasons}
    ends = reads.ends_of_membership(listed)
    rows = []
    for organisation in listed:
        own_verdicts = verdicts.get((cycle.pk, organisation.pk), {}) if cycle else {}
        title = _("Verdicts of %(name)s") % {"name": organisation.name}
        sun = member_sun(f"sun-{organisation.slug}", title, own_verdicts, commitments)
        tally = VerdictTally.of(own_verdicts.values())
        ended_on = ends.get(organisation.pk)
        rows.append(MemberRow(organisation, sun, tally, obligations.get(organisation.pk), ended_on))
    context = {"page": listed, "rows": rows, "cycle": cycle, "former": former}
    return public_page(request, "member_list", context)


@require_safe
@parameters(AS_OF)
@redirect_moved_member
@as_it_stood
def member(request: HttpRequest, slug: str) -> HttpResponse:
    """One member: its services, accessions, reports and timeline; a former address redirects permanently."""
    organisation = reads.member(slug)
    if organisation is None:
        raise Http404
    cycles = published_cycles()
    obligations = obligations_of(organisation, cycles)
    accessions = reads.accessions_of(organisation)
    day = shown_day(request)
    ended_on = reads.ends_of_membership([organisation]).get(organisation.pk)
    # it reports no more; on an earlier day it did
    is_former = organisation.state == OrganisationState.FORMER and (ended_on is None or ended_on <= day)
    entries = reads.timeline(organisation, MAX_TIMELINE_ENTRIES + 1)
    context = {
        "organisation": organisation,
        "card": settings.ORIGIN + reverse("public:member-card", args=[slug]),
        "is_former": is_former,
        "ended_on": ended_on,
        "merged": reads.merged_into(organisation, day),
        "linked_data": of_member(organisation),
        "former_names": list(organisation.former_names.all()),
        "ownerships": reads.services_of(organisation),
        "accessions": accessions,
        "has_certificate": bool(accessions) and organisation.state not in reads.STATES_WITHOUT_CERTIFICATE,
        "standing_on_earlier": {} if is_former else standings_on_earlier(accessions),
        "obligations": obligations,
        "timeline": timeline_rows(entries[:MAX_TIMELINE_ENTRIES]),
        "has_earlier_entries": len(entries) > MAX_TIMELINE_ENTRIES,
        **_member_record(organisation, cycles, obligations, day),
    }
    return public_page(request, "member", context)


@dataclass(frozen=True, slots=True)
class CycleSun:
    """A cycle with the member's sun, and its tally; where nothing is judged, with what became of its report."""

    cycle: Cycle
    short: str
    sun: SunMark | None
    tally: VerdictTally
    obligation: PublicObligation | None


@dataclass(frozen=True, slots=True)
class VerdictCell:
    """The verdict on a commitment in the column of a cycle, empty for none, and what was corrected of it."""

    column: CycleSun
    value: str
    correction: VerdictCorrection | None

    @classmethod
    def of(cls, report: JudgedReport, key: str, column: CycleSun) -> "VerdictCell":
        return cls(column, report.verdicts.get(key, ""), report.corrections.get(key))


@dataclass(frozen=True, slots=True)
class PledgeBlock:
    """A pledge with the commitment that it is to, if it is to one."""

    pledge: PublishedPledge
    commitment: Commitment | None
    earlier_version: int | None  # of the charter, where it is not to the one in force
    services: list[str]
    targets: list[TargetBlock]


def _member_record(
    organisation: Organisation, cycles: Sequence[Cycle], obligations: Sequence[PublicObligation], day: date
) -> dict[str, Any]:
    """Verdicts over the last cycles with a sun for each, and the pledges, by commitment.

    No cycle is left out from the first with verdicts on: where there are none, the obligation says why. The latest
    verdicts may be of an earlier cycle than those shown.
    """
    reports = judged_reports(organisation=organisation)
    judged = [place for place, cycle in enumerate(cycles) if (cycle.pk, organisation.pk) in reports]
    ascending = list(reversed(cycles[: judged[-1] + 1][:MAX_SUNS])) if judged else []
    commitments = commitments_of(cycles[judged[0] if judged else 0].charter_id) if cycles else []
    by_report = {cycle.pk: reports.get((cycle.pk, organisation.pk), JudgedReport()) for cycle in cycles}
    by_cycle = {obligation.cycle.pk: obligation for obligation in obligations}

    def cycle_sun(cycle: Cycle) -> CycleSun:
        title = f"{_('Verdicts of %(name)s') % {'name': organisation.name}}, {cycle.title}"
        own = by_report[cycle.pk].verdicts
        sun = member_sun(f"sun-{cycle.slug}", title, own, commitments) if own else None
        tally = VerdictTally.of(own.values())
        return CycleSun(cycle, short_cycle(cycle), sun, tally, by_cycle.get(cycle.pk))

    suns = [cycle_sun(cycle) for cycle in ascending]
    latest = cycle_sun(cycles[judged[0]]) if judged else None
    pledges, withdrawn = reads.pledges_of(organisation), reads.withdrawn_pledges_of(organisation)
    pledged = promised_commitments([*pledges, *(each.pledge for each in withdrawn)])
    targets: list[Any] = list(promised_targets(day, PromiseFilter(member=organisation.slug)))
    promises, counts = promises_of(targets[:MAX_PROMISES], day, pledges), PromiseCounts.of(targets)
    states = {(row.record, row.number): TargetState(row.state) if row.state else None for row in targets}
    versions = earlier_versions(pledges)
    return {
        "promise_groups": promise_groups(promises, counts, day, versions),
        "promise_counts": counts,
        "more_promises": len(targets) - len(promises),
        "commitments": commitments,
        "suns": suns,
        "has_earlier_suns": bool(judged) and judged[-1] >= MAX_SUNS,
        "latest": latest,
        "sun": _head_sun(organisation, latest),
        "verdict_rows": [
            (each, [VerdictCell.of(by_report[column.cycle.pk], each.key, column) for column in suns])
            for each in commitments
        ],
        "pledges": [
            PledgeBlock(
                each,
                pledged.get((each.charter_id, each.commitment_key)),
                versions.get(each.record),
                services_of(each),
                targets_of(each, states),
            )
            for each in pledges[:MAX_PLEDGES]
        ],
        "more_pledges": [
            (each, pledged.get((each.charter_id, each.commitment_key))) for each in pledges[MAX_PLEDGES:]
        ],
        "withdrawn_pledges": [
            (each, pledged.get((each.pledge.charter_id, each.pledge.commitment_key))) for each in withdrawn
        ],
    }


def _head_sun(organisation: Organisation, latest: CycleSun | None) -> SunMark | None:
    """The latest sun beside the name; it has a title of its own, for it stands among the others too."""
    if latest is None or latest.sun is None:
        return None
    facts = {"name": organisation.name, "cycle": latest.cycle.title}
    title = _("%(name)s: the latest verdicts, %(cycle)s") % facts
    return replace(latest.sun, name="sun-member", title=title)
