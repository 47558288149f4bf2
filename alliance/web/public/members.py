"""The members, and one member with its pledges, reports and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Commitment, Cycle, Organisation, PublishedPledge
from alliance.queries.public import members as reads
from alliance.queries.public.cycles import latest_cycle, published_cycles
from alliance.queries.public.obligations import PublicObligation, obligations_in, obligations_of
from alliance.queries.public.verdict_matrix import VerdictTally, commitments_of, current_verdicts
from alliance.queries.public.wording import short_cycle
from alliance.web.public.charts import member_sun
from alliance.web.public.pledges import TargetBlock, services_of, targets_of
from alliance.web.public.responses import public_page
from alliance.web.public.timelines import timeline_rows
from portal.kernel.charts import SunMark
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

MAX_TIMELINE_ENTRIES = 20
MAX_SUNS = 6  # cycles shown side by side


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A line of the list: the member, its sun and its tally in the last cycle."""

    organisation: Organisation
    sun: SunMark
    tally: VerdictTally
    obligation: PublicObligation | None  # in the last cycle


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
    silent = cycle is not None and len(verdicts) < len(ids)  # why one has no verdict
    obligations = {each.organisation.pk: each for each in obligations_in(cycle)} if cycle and silent else {}
    rows = []
    for organisation in listed:
        own_verdicts = verdicts.get((cycle.pk, organisation.pk), {}) if cycle else {}
        title = _("Verdicts of %(name)s") % {"name": organisation.name}
        sun = member_sun(f"sun-{organisation.slug}", title, own_verdicts, commitments)
        tally = VerdictTally.of(own_verdicts.values())
        rows.append(MemberRow(organisation, sun, tally, obligations.get(organisation.pk)))
    context = {"page": listed, "rows": rows, "cycle": cycle, "former": former}
    return public_page(request, "member_list", context)


@require_safe
def member(request: HttpRequest, slug: str) -> HttpResponse:
    """One member: its services, accessions, reports and timeline; a former address redirects permanently."""
    organisation = reads.member(slug)
    if organisation is None:
        now = reads.moved_member(slug)
        if now is None:
            raise Http404
        return HttpResponsePermanentRedirect(reverse("public:member", args=[now]))
    cycles = published_cycles()
    context = {
        "organisation": organisation,
        "former_names": list(organisation.former_names.all()),
        "ownerships": reads.services_of(organisation),
        "accessions": reads.accessions_of(organisation),
        "obligations": obligations_of(organisation, cycles),
        "timeline": timeline_rows(reads.timeline(organisation, MAX_TIMELINE_ENTRIES)),
        **_member_record(organisation, cycles),
    }
    return public_page(request, "member", context)


@dataclass(frozen=True, slots=True)
class CycleSun:
    """A cycle with the member's sun, and its tally."""

    cycle: Cycle
    short: str
    sun: SunMark
    tally: VerdictTally


@dataclass(frozen=True, slots=True)
class PledgeBlock:
    """A pledge with the commitment that it is to, if it is to one."""

    pledge: PublishedPledge
    commitment: Commitment | None
    services: list[str]
    targets: list[TargetBlock]


def _member_record(organisation: Organisation, cycles: Sequence[Cycle]) -> dict[str, Any]:
    """Verdicts over the last cycles with a sun for each, and the pledges, by commitment."""
    all_verdicts = current_verdicts(organisation=organisation)
    latest_cycles = [cycle for cycle in cycles if (cycle.pk, organisation.pk) in all_verdicts][:MAX_SUNS]
    commitments = commitments_of((latest_cycles or cycles)[0].charter_id) if cycles else []
    ascending = list(reversed(latest_cycles))
    verdicts = {cycle.pk: all_verdicts[cycle.pk, organisation.pk] for cycle in ascending}
    suns = []
    for cycle in ascending:
        title = f"{_('Verdicts of %(name)s') % {'name': organisation.name}}, {cycle.title}"
        sun = member_sun(f"sun-{cycle.slug}", title, verdicts[cycle.pk], commitments)
        suns.append(CycleSun(cycle, short_cycle(cycle), sun, VerdictTally.of(verdicts[cycle.pk].values())))
    by_key = {commitment.key: commitment for commitment in commitments}
    return {
        "commitments": commitments,
        "suns": suns,
        "sun": replace(suns[-1].sun, name="sun-member") if suns else None,
        "verdict_rows": [
            (each, [verdicts[cycle.pk].get(each.key) for cycle in ascending]) for each in commitments
        ],
        "pledges": [
            PledgeBlock(each, by_key.get(each.commitment_key), services_of(each), targets_of(each))
            for each in reads.pledges_of(organisation)
        ],
    }
