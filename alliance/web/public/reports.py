"""The published reports: the list with its filters, one report with every figure, its data as files."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import PublishedReport
from alliance.queries.public import reports as reads
from alliance.queries.public.charters import commitment_row, commitments_in_force
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.cycles import cycle as find_cycle
from alliance.queries.public.cycles import cycles
from alliance.queries.public.members import MembersToChoose, member_now_at
from alliance.queries.public.obligations import obligation
from alliance.queries.public.record import ended_withdrawal, latest_revision, revisions
from alliance.queries.public.verdict_matrix import VerdictTally, tally_of
from alliance.web.public.charts import member_sun
from alliance.web.public.linked_data import of_report
from alliance.web.public.made_files import files_to_take, made_file_rows
from alliance.web.public.moved_members import redirect_moved_member
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.publication_files import gone_when_withdrawn
from alliance.web.public.report_corrections import correction_blocks
from alliance.web.public.report_files import figures_table, report_json
from alliance.web.public.report_sections import ReportPage
from alliance.web.public.report_standing import StandingReport, standing_report
from alliance.web.public.responses import address_without, csv_response, json_response, public_page
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import reader_language
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters

_STANDING = Parameter("on", r"\d{4}-\d{2}-\d{2}"), Parameter("revision", r"[1-9]\d{0,3}")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of the list: the report or notice, and its verdicts."""

    report: PublishedReport
    tally: VerdictTally


@require_safe
@parameters(
    Parameter("cycle"), Parameter("member"), Parameter("commitment"), Parameter("choose", is_flag=True), PAGE
)
def report_list(request: HttpRequest) -> HttpResponse:
    """List of published reports and notices; `?cycle=`, `?member=` and `?commitment=` filter it."""
    slug = request.GET.get("member", "")
    organisation = member_now_at(slug) if slug else None
    if slug and organisation is None:
        raise Http404
    report_filter = reads.ReportFilter(
        request.GET.get("cycle", ""),
        organisation.slug if organisation else "",
        request.GET.get("commitment", ""),
    )
    listed = paginate_or_404(reads.ReportList(report_filter), request)
    if not listed.object_list and not _exists(report_filter):
        raise Http404
    rows = [ReportRow(report, tally_of(report)) for report in listed]
    context = {
        "page": listed,
        "rows": rows,
        "chosen": report_filter,
        "is_filtered": any((report_filter.cycle, report_filter.member, report_filter.commitment)),
        "cycles": cycles(),
        "offered": MembersToChoose(report_filter.member, every="choose" in request.GET),
        "commitments": commitments_in_force(),
    }
    return public_page(request, "report_list", context, canonical=address_without(request, "choose"))


def _exists(chosen: reads.ReportFilter) -> bool:
    """Whether there are the cycle and the commitment that an empty list was narrowed to."""
    return (not chosen.cycle or cycles().filter(slug=chosen.cycle).exists()) and (
        not chosen.commitment or commitment_row(chosen.commitment) is not None
    )


@require_safe
@parameters(*_STANDING, PAGE)
@redirect_moved_member
def report(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """One report, commitment by commitment; for a notice, its text; for a withdrawn one, that first of all.

    With many figures it has several pages. `?on=` is a day, `?revision=` a number: the report as it stood then.
    """
    standing = standing_report(request, slug, cycle)
    published_report = standing.report
    if published_report is None:
        return _unpublished(request, slug, cycle)
    record = reads.report_record(published_report)
    if record is None:
        return _notice(request, published_report, standing)
    address, files = reverse("public:report", args=[slug, cycle]), made_file_rows(record.publication.number)
    name = f"{published_report.organisation.slug}/{published_report.cycle.slug}"
    shown = shown_record(request, record)
    all_revisions = revisions("report", name)
    words = CorrectionWords(record.charter, record.document)
    corrections = correction_blocks(words, record.document, all_revisions)
    revision = record.publication.revision
    last = next((each for each in corrections if revision in (each.revision, each.upheld_in)), None)
    published_again_after = ended_withdrawal(record.publication) if last is None and revision > 1 else None
    if published_again_after is not None:  # what was corrected before it was withdrawn still is
        last = next((each for each in corrections if each.revision < revision), None)
    corrected_in = next((each for each in all_revisions if last and each.revision == last.revision), None)
    replacing = corrected_in or record.publication
    own_files = files_to_take(files, reader_language())
    stored_json = next((row.url for row in own_files if row.file.format == "JSON"), "")
    context = {
        **standing.context,
        "published_again_after": published_again_after,
        **shown,
        "corrections": corrections,
        "correction": last,
        "corrected_in": replacing,
        "before_revision": next(
            (each for each in all_revisions if each.number == replacing.previous_id), None
        ),
        "corrected_commitments": frozenset().union(*(each.commitments for each in corrections)),
        "revisions": all_revisions,
        "files": files,
        "own_files": own_files,
        "stored_json": stored_json,
        "json_url": stored_json or reverse("public:report-data", args=[slug, cycle]),
        "document_url": "" if standing.is_past else reverse("public:report-document", args=[slug, cycle]),
        "card": settings.ORIGIN + reverse("public:report-card", args=[slug, cycle]),
        "linked_data": of_report(published_report, record.publication, address)
        if standing.is_current
        else None,
    }
    canonical = address + (f"?page={shown['page'].number}" if shown["page"].number > 1 else "")
    return public_page(request, "report", context, canonical=canonical)


def shown_record(request: HttpRequest, record: reads.ReportRecord) -> dict[str, Any]:
    """What the page shows of a record, whether it is published or not; breakdowns are pages of their own.

    Raises Http404 for a part that there is not.
    """
    report_page = ReportPage(record, is_brief=True)
    page = paginate_or_404(report_page.parts, request, 1)
    heading = _("Verdicts of %(name)s") % {"name": record.report.organisation.name}
    title = f"{heading}, {record.report.cycle.title}"
    return {
        "report": record.report,
        "organisation": record.report.organisation,
        "cycle": record.report.cycle,
        "earlier": record.earlier_cycle if record.earlier_document else None,
        "document": record.document,
        "publication": record.publication,
        "report_page": report_page,
        "partial_services": reads.services_for_a_part(record),
        "page": page,
        "sections": [report_page.section(commitment) for part in page for commitment in part],
        "index": [
            (commitment, report_page.verdict_values.get(commitment.key, ""), number)
            for number, part in enumerate(report_page.parts, 1)
            for commitment in part
        ],
        "sun": member_sun(
            "sun-report",
            title,
            report_page.verdict_values,
            report_page.commitments,
            has_text_alternative=True,
        ),
    }


@require_safe
@parameters(*_STANDING)
@redirect_moved_member
def report_indicator(request: HttpRequest, slug: str, cycle: str, indicator: str) -> HttpResponse:
    """The figures of one indicator in a report by their parts, each with its source: months, kinds, countries."""
    standing = standing_report(request, slug, cycle)
    record = reads.report_record(standing.report) if standing.report else None
    if record is None:
        raise Http404
    address = reverse("public:report", args=[slug, cycle])
    address += f"?revision={record.publication.revision}" if standing.is_replaced else ""
    context = {**standing.context, **shown_indicator(record, indicator, address), "nav": "public:report-list"}
    return public_page(request, "report_indicator", context)


def shown_indicator(record: reads.ReportRecord, indicator: str, report_url: str) -> dict[str, Any]:
    """What the page of an indicator shows of a record, whether it is published or not.

    Raises Http404 where the report has no figure of it.
    """
    figures = ReportPage(record).figures_of(indicator)
    if figures is None:
        raise Http404
    where, block, table = figures
    return {
        "report": record.report,
        "organisation": record.report.organisation,
        "cycle": record.report.cycle,
        "publication": record.publication,
        "section": {"commitment": where},
        "measure_block": block,  # Django has a `block` of its own
        "table": table,
        "indicator": table.rows[0].indicator,
        "report_url": report_url,
        "correction_url": f"{report_url}#correction-title",
    }


@open_to_other_sites
@redirect_moved_member
@gone_when_withdrawn
def report_data(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """JSON of a published report, with its publication number and digest."""
    del request
    return json_response(report_json(_record(slug, cycle)))


@open_to_other_sites
@redirect_moved_member
@gone_when_withdrawn
def report_figures(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """CSV of every figure and total of a published report."""
    del request
    return csv_response(f"{slug}-{cycle}", *figures_table(ReportPage(_record(slug, cycle))))


def _record(slug: str, cycle: str) -> reads.ReportRecord:
    published_report = reads.published_report(slug, cycle)
    record = reads.report_record(published_report) if published_report else None
    if record is None:
        raise Http404
    return record


def _unpublished(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """In place of a report that a published cycle still waits for: what is so. Raises Http404 where nothing was due."""
    public_cycle = find_cycle(cycle)
    pending = obligation(slug, public_cycle) if public_cycle else None
    if pending is None:
        raise Http404
    context = {"obligation": pending, "organisation": pending.organisation, "cycle": pending.cycle}
    return public_page(request, "report_notice", context)


def _notice(request: HttpRequest, report: PublishedReport, standing: StandingReport) -> HttpResponse:
    name = f"{report.organisation.slug}/{report.cycle.slug}"
    publication = latest_revision("report_notice", name)
    context = {
        "report": report,
        "withdrawal": standing.withdrawal,
        "correct_url": standing.correct_url,
        **_correction_of_notice(report, publication),
        "obligation": obligation(report.organisation.slug, report.cycle),
        "organisation": report.organisation,
        "cycle": report.cycle,
        "publication": publication,
    }
    return public_page(request, "report_notice", context)


def _correction_of_notice(report: PublishedReport, publication: Publication | None) -> dict[str, Any]:
    """The last correction of a notice, with the revision that it replaced; nothing where it was not corrected."""
    if publication is None or report.was is None:
        return {}
    words = CorrectionWords(report.cycle.charter, read_publication(publication))
    all_revisions = revisions("report_notice", publication.record)
    before = next((each for each in all_revisions if each.number == publication.previous_id), None)
    blocks = correction_blocks(words, words.document, all_revisions)
    return {"correction": blocks[0], "before_revision": before}
