"""The verdicts on a member's measures, cycle by cycle: a page and a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.enums import VerdictValue
from alliance.queries.member_verdicts import judged_cycles, measure_table
from alliance.web.organisation.people import organisation_of
from alliance.web.public.responses import csv_response
from portal.kernel.web import ActorRequest, paginate

_CYCLES_SIDE_BY_SIDE = 8


@require_safe
def member_verdicts(request: ActorRequest, pk: int) -> HttpResponse:
    """The published verdicts on a member's measures, a column for each cycle; the latest of them first."""
    organisation = organisation_of(request, pk)
    page = paginate(judged_cycles(request.actor, organisation), request, _CYCLES_SIDE_BY_SIDE)
    context = {
        "organisation": organisation,
        "page": page,
        "table": measure_table(request.actor, organisation, page.object_list),
        "nav": "secretariat:member-list",
    }
    return render(request, "alliance/secretariat/member_verdicts.html", context)


@require_safe
def member_verdict_table(request: ActorRequest, pk: int) -> HttpResponse:
    """CSV of all published verdicts on a member's measures; columns are called as the cycles' addresses are.

    After them, of each cycle in which a verdict was corrected, what it was and the number of the publication.
    """
    organisation = organisation_of(request, pk)
    table = measure_table(request.actor, organisation, judged_cycles(request.actor, organisation))
    corrected = table.corrected_cycles
    header = ["measure", "title", *(cycle.slug for cycle in table.cycles)]
    header += [f"{cycle.slug}_{part}" for cycle in corrected for part in ("before", "corrected_in")]
    rows = [
        [
            row.measure.code,
            row.measure.title,
            *(VerdictValue(each.value).value if each.value else "" for each in row.verdicts),
            *(
                cell
                for each in row.verdicts
                if each.cycle in corrected
                for cell in (
                    (each.correction.before, each.correction.number) if each.correction else ("", "")
                )
            ),
        ]
        for row in table.rows
    ]
    return csv_response(f"verdicts-{organisation.slug}", header, rows)
