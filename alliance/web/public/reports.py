"""The published reports: the list with its filters, one report with every figure, its data as files."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import PublishedReport
from alliance.queries.public import reports as reads
from alliance.queries.public.charters import commitments_in_force
from alliance.queries.public.cycles import cycles
from alliance.queries.public.members import members, moved_member
from alliance.queries.public.record import citation_of, revisions
from alliance.queries.public.standing import Tally, standings
from alliance.web.public.answers import json_document, page, table
from alliance.web.public.drawings import member_sun
from alliance.web.public.report_files import figures_table, report_json
from alliance.web.public.report_sections import ReportPage
from portal.kernel.web import page_of


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of the list: the report or notice, and how its verdicts came out."""

    report: PublishedReport
    tally: Tally


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """All published reports and notices; `?cycle=`, `?member=` and `?commitment=` narrow them."""
    chosen = reads.ReportFilter(*(request.GET.get(name, "") for name in ("cycle", "member", "commitment")))
    listed = page_of(reads.report_list(chosen), request)
    found = standings(
        cycle_id__in={report.cycle_id for report in listed},
        organisation_id__in={report.organisation_id for report in listed},
    )
    rows = [
        ReportRow(report, Tally.of(found.get((report.cycle_id, report.organisation_id), {}).values()))
        for report in listed
    ]
    context = {
        "page": listed,
        "rows": rows,
        "chosen": chosen,
        "narrowed": any((chosen.cycle, chosen.member, chosen.commitment)),
        "cycles": cycles(),
        "members": members().values_list("slug", "name"),
        "commitments": commitments_in_force(),
    }
    return page(request, "report_list", context)


@require_safe
def report(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """One report, commitment by commitment; for a notice, what it says."""
    found = reads.published_report(slug, cycle)
    if found is None:
        return _moved(slug, cycle)
    record = reads.report_record(found)
    if record is None:
        return _notice(request, found)
    shown = ReportPage(record)
    name = f"{found.organisation.slug}/{found.cycle.slug}"
    title = f"{_('Verdicts of %(name)s') % {'name': found.organisation.name}}, {found.cycle.title}"
    context = {
        "report": found,
        "organisation": found.organisation,
        "cycle": found.cycle,
        "earlier": record.earlier_cycle if record.earlier_document else None,
        "document": record.document,
        "publication": record.publication,
        "revisions": revisions("report", name),
        "shown": shown,
        "sun": member_sun("sun-report", title, shown.verdict_values, shown.commitments, spoken=True),
        "document_url": reverse("public:report-document", args=[slug, cycle]),
    }
    return page(request, "report", context)


@require_safe
def report_data(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """The published document with its number and digest."""
    del request
    return json_document(report_json(_record(slug, cycle)))


@require_safe
def report_figures(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """Every figure and total of the report as a file."""
    del request
    return table(f"{slug}-{cycle}", *figures_table(ReportPage(_record(slug, cycle))))


def _record(slug: str, cycle: str) -> reads.ReportRecord:
    found = reads.published_report(slug, cycle)
    record = reads.report_record(found) if found else None
    if record is None:
        raise Http404
    return record


def _notice(request: HttpRequest, found: PublishedReport) -> HttpResponse:
    name = f"{found.organisation.slug}/{found.cycle.slug}"
    context = {
        "report": found,
        "organisation": found.organisation,
        "cycle": found.cycle,
        "publication": citation_of("report_notice", name),
    }
    return page(request, "report_notice", context)


def _moved(slug: str, cycle: str) -> HttpResponse:
    """A member's earlier address leads to the report at its present one."""
    now = moved_member(slug)
    if now is None or reads.published_report(now, cycle) is None:
        raise Http404
    return HttpResponsePermanentRedirect(reverse("public:report", args=[now, cycle]))
