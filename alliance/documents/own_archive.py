"""Everything that a member has ever filed as one zip, for itself: data, workbooks, PDFs, evidence, receipts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.documents.report import pdf, pdf_content, pdf_model, workbook
from alliance.documents.report.export import ReportExport, filed_export, submission_export
from alliance.documents.report.json_export import report_json
from alliance.documents.zip_writer import ZipWriter
from alliance.enums import ReportState
from alliance.models import Organisation, Report
from alliance.queries.member_archives import archive_facts
from alliance.queries.own_archives import (
    FiledFile,
    correction_files,
    filed_evidence,
    filed_submissions,
    organisation_to_archive,
    proposed_corrections,
    publication_bodies,
    reports_ever_filed,
    verdicts_and_replies,
)
from alliance.queries.public.report_editions import report_edition
from alliance.queries.site import load_site
from portal.kernel import clock, files
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, Progress
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date, format_moment

_FIRST, _DONE = 10, 95  # per cent


@dataclass(frozen=True, slots=True)
class EndedSubmission:
    """A submission that was recalled or replaced: its workbook and its PDF are still to be written."""

    number: int
    export: ReportExport
    layout: pdf_model.PdfReport | None


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What is still to be written of one report: its workbooks, its PDFs, its evidence."""

    folder: str
    ended: Sequence[EndedSubmission]
    export: ReportExport | None
    layout: pdf_model.PdfReport | None
    evidence: Sequence[FiledFile]


@dataclass(frozen=True, slots=True)
class OwnArchive:
    """The zip with what the database holds, and what is to be made or read for it."""

    organisation: Organisation
    archive: ZipWriter
    reports: Sequence[ReportFiles]
    correction_files: Sequence[FiledFile]
    made_at: str


def collect(actor: Actor, document: Document) -> OwnArchive:
    """Everything filed by organisation `target_id` that the actor may read; refuses who may not have its archive."""
    organisation = organisation_to_archive(actor, document.target_id)
    if organisation is None:
        raise DomainError(
            _("Only signatories and administrators of the organisation can create this archive.")
        )
    archive = ZipWriter()
    with archive.closed_on_failure():
        return _collect_into(archive, actor, organisation, document.language)


def _collect_into(archive: ZipWriter, actor: Actor, organisation: Organisation, language: str) -> OwnArchive:
    titles = {
        "organisation": _("The organisation, its names and services"),
        "people": _("Its people, with their rights"),
        "accessions": _("Its accessions"),
        "pledges": _("Its pledges"),
    }
    for name, rows in archive_facts(actor, organisation).items():
        filed = [row for row in rows if row.get("state") != "draft"] if isinstance(rows, list) else rows
        archive.add_json(f"{name}.json", titles[name], filed)
    corrections = proposed_corrections(actor, organisation)
    archive.add_json("corrections.json", _("Its corrections, proposed by either side"), corrections)
    reports = [
        _collect_report(actor, archive, report, language)
        for report in reports_ever_filed(actor, organisation)
    ]
    for number, body in publication_bodies(organisation):
        title = _("Publication No. %(number)s: the exact bytes") % {"number": number}
        archive.add(f"publications/{number}.json", title, body)
    return OwnArchive(
        organisation, archive, reports, correction_files(actor, organisation), format_moment(clock.now())
    )


def _collect_report(actor: Actor, archive: ZipWriter, report: Report, language: str) -> ReportFiles:
    folder = f"reports/{report.cycle.slug}"
    submissions = filed_submissions(actor, report)
    standing = max((each.number for each in submissions if each.recalled_at is None), default=None)
    ended = []
    for submission in submissions:
        facts = {"number": submission.number, "cycle": report.cycle.title}
        if submission.number != standing:
            ended.append(_collect_ended(actor, archive, report, submission, standing, language))
        archive.add(
            f"{folder}/submission-{submission.number}.json",
            _("%(cycle)s, submission %(number)s: the exact bytes that were signed") % facts,
            bytes(submission.body),
        )
        archive.add_json(
            f"{folder}/receipt-{submission.number}.json",
            _("%(cycle)s, receipt of submission %(number)s") % facts,
            {
                "organisation": report.organisation_id,
                "cycle": report.cycle.slug,
                "submission": submission.number,
                "submitted_at": submission.submitted_at,
                "signatory": submission.signatory_name,
                "office": submission.signatory_office,
                "statement": submission.statement,
                "sha256": submission.sha256,
                "recalled_at": submission.recalled_at,
            },
        )
    title = _("%(cycle)s: verdicts and replies") % {"cycle": report.cycle.title}
    archive.add_json(f"{folder}/verdicts.json", title, verdicts_and_replies(actor, report))
    evidence = filed_evidence(actor, report)
    if standing is None:
        reason = _(
            "The submission was recalled; its bytes, its receipt, a workbook and a PDF of it are here."
        )
        archive.miss(f"{folder}/report.pdf", report.cycle.title, reason)
        return ReportFiles(folder, ended, None, None, evidence)
    layout = None
    try:
        layout = _standing_pdf(actor, report, language)
    except DomainError as refusal:
        archive.miss(f"{folder}/report.pdf", report.cycle.title, str(refusal))
    return ReportFiles(folder, ended, filed_export(actor, report.pk, language), layout, evidence)


def _standing_pdf(actor: Actor, report: Report, language: str) -> pdf_model.PdfReport:
    """As everybody has it once it is published, else as it would be."""
    edition = report_edition(report.organisation.slug, report.cycle.slug)
    if report.state == ReportState.PUBLISHED and edition is not None:
        return pdf_content.public_pdf(edition.report.number, language)
    return pdf_content.preview_pdf(actor, report.pk, language)


def _collect_ended(
    actor: Actor, archive: ZipWriter, report: Report, submission: Any, standing: int | None, language: str
) -> EndedSubmission:
    facts = {
        "number": submission.number,
        "day": format_date(submission.recalled_at or submission.submitted_at),
        "later": standing,
    }
    ended = (
        _("Submission %(number)s was recalled on %(day)s")
        if submission.recalled_at
        else _("Submission %(number)s of %(day)s was replaced by submission %(later)s")
    )
    layout = None
    try:
        layout = pdf_content.ended_submission_pdf(report, submission, ended % facts, language)
    except DomainError as refusal:
        name = f"reports/{report.cycle.slug}/submission-{submission.number}.pdf"
        archive.miss(name, ended % facts, str(refusal))
    return EndedSubmission(submission.number, submission_export(actor, report, submission, language), layout)


_Writer = Callable[[ZipWriter, ReportFiles, Progress], None]


def render(data: OwnArchive, progress: Progress) -> Built:
    """Make workbooks and PDFs, read the evidence piece by piece, and write the index. A file that fails is named."""
    with data.archive.closed_on_failure():
        zipped = _write_all(data, progress)
    return Built(b"", f"{data.organisation.slug}-filed.zip", "application/zip", data.made_at, zipped)


def _write_all(data: OwnArchive, progress: Progress) -> IO[bytes]:
    archive = data.archive
    parts, done = sum(len(report.ended) + 1 for report in data.reports), 0
    for place, report in enumerate(data.reports, 1):
        step = _("Report %(n)d of %(count)d") % {"n": place, "count": len(data.reports)}
        writers: list[_Writer] = [*(partial(_write_ended, each=each) for each in report.ended), _write_report]
        for write in writers:
            percent = _FIRST + (_DONE - _FIRST) * done // parts
            progress(percent, step)
            write(archive, report, _still(progress, percent, step))
            done += 1
    for file in data.correction_files:
        _write_file(archive, f"corrections/{file.name}", _("Evidence of a correction"), file)
    progress(_DONE, _("Packing the files"))
    return archive.finish(
        "alliance/documents/own_archive.html",
        organisation=data.organisation,
        site=load_site().name,
        made_at=data.made_at,
        language=get_language(),
    )


def _still(progress: Progress, percent: int, step: str) -> Progress:
    """For the parts of one step: they keep the lease and do not move the bar."""
    return lambda _percent, _step: progress(percent, step)


def _write_ended(
    archive: ZipWriter, report: ReportFiles, progress: Progress, *, each: EndedSubmission
) -> None:
    facts = {"cycle": each.export.cycle.title, "number": each.number}
    title = _("%(cycle)s, submission %(number)s to be read: recalled, or replaced by a later one") % facts
    name = f"{report.folder}/submission-{each.number}"
    archive.add(f"{name}.xlsx", title, workbook.render(each.export, progress).content)
    if each.layout is not None:
        _write_pdf(archive, f"{name}.pdf", title, each.layout, progress)


def _write_pdf(
    archive: ZipWriter, name: str, title: str, layout: pdf_model.PdfReport, progress: Progress
) -> None:
    try:
        built = pdf.render(layout, progress)
    except DomainError as refusal:
        archive.miss(name, title, str(refusal))
    else:
        archive.add(name, title, built.content)


def _write_report(archive: ZipWriter, report: ReportFiles, progress: Progress) -> None:
    export, layout = report.export, report.layout
    if export is not None:
        facts = {"cycle": export.cycle.title, "origin": export.origin.label}
        title = _("%(cycle)s: the report as submitted (%(origin)s)") % facts
        archive.add_json(f"{report.folder}/report.json", title, report_json(export))
        archive.add(f"{report.folder}/report.xlsx", title, workbook.render(export, progress).content)
    if layout is not None:
        _write_pdf(archive, f"{report.folder}/report.pdf", layout.title, layout, progress)
    for file in report.evidence:
        _write_file(archive, f"{report.folder}/evidence/{file.name}", file.title, file)


def _write_file(archive: ZipWriter, name: str, title: str, file: FiledFile) -> None:
    """Add a stored file; one that is withheld, purged, damaged or away is named with the reason.

    It is compared with its digest before it is written: what is damaged does not look whole.
    """
    try:
        with files.open_file(file.path, file.sha256) as stored:
            for _piece in stored:
                pass
        with files.open_file(file.path, file.sha256) as stored:
            archive.add_pieces(name, title, stored)
    except DomainError as refusal:
        archive.miss(name, title, str(refusal))
