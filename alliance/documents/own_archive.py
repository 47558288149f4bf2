"""Everything that a member has ever filed as one zip, for itself: data, workbooks, PDFs, evidence, receipts.

It grows with the years, so it is built in steps: file after file, one report at a time, in as many jobs as it takes.
A report is read when its turn comes; what was added to the zip before an interruption is not made again. All of it is
read with the same rights: where those of whoever asked change meanwhile, it is built anew, or refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.archives import (
    WRITTEN,
    build_archive,
    present_rights,
    reading_with,
    rights_of,
    write_facts,
    write_publications,
)
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
    extension_requests,
    filed_evidence,
    filed_submission,
    filed_submissions,
    findings_and_answers,
    organisation_to_archive,
    proposed_corrections,
    publication_numbers,
    report_to_archive,
    reports_ever_filed,
    verdicts_and_replies,
)
from alliance.queries.public.charters import reading_charters_once
from alliance.queries.public.report_editions import report_edition
from portal.kernel import files
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, EarlierParts, Paused, Progress, Reading
from portal.kernel.errors import DomainError
from portal.kernel.files import StorageError
from portal.kernel.text import format_date

_FIRST = 5  # per cent, before the first report
_FACTS = "facts"  # the part of the work before the reports


def build_step(
    reading: Reading, document: Document, earlier: EarlierParts, progress: Progress
) -> Built | Paused:
    """Everything filed by organisation `target_id` that its requester may read; refuses who may not have it."""
    with reading() as actor:
        organisation, rights = _organisation(actor, document), rights_of([actor])
    read = reading_with(rights, reading)
    with reading_charters_once():
        return build_archive(
            lambda archive: _ArchiveWriter(archive, read, document, organisation, progress).write_files(),
            earlier,
            progress,
            rights,
            partial(present_rights, reading),
            template="alliance/documents/own_archive.html",
            context=lambda _archive: {"organisation": organisation},
            file_name=f"{organisation.slug}-filed.zip",
        )


def _organisation(actor: Actor, document: Document) -> Organisation:
    organisation = organisation_to_archive(actor, document.target_id)
    if organisation is None:
        raise DomainError(
            _("Only signatories and administrators of the organisation can create this archive.")
        )
    return organisation


@dataclass
class _ArchiveWriter:
    """Adds the files to the zip that are not in it yet; each of its generators stops after each file."""

    archive: ZipWriter
    reading: Reading
    document: Document
    organisation: Organisation
    progress: Progress
    percent: int = _FIRST
    step: str = ""
    _file_count: int = 1  # of the report that is being written

    def write_files(self) -> Iterator[None]:
        has_facts = _FACTS in self.archive.done
        if not has_facts:
            self._show(_FIRST, _("Collecting data"))
        with self.reading() as actor:
            report_ids = reports_ever_filed(actor, self.organisation)
            numbers = publication_numbers(self.organisation)
            attached = correction_files(actor, self.organisation)
            if not has_facts:
                self._write_facts(actor)
        yield
        for place, report_id in enumerate(report_ids):
            part = f"report:{report_id}"
            if part in self.archive.done:
                continue
            step = _("Report %(n)d of %(count)d") % {"n": place + 1, "count": len(report_ids)}
            self._file_count = 1
            self._show(_share(place / len(report_ids)), step)
            for number, _file in enumerate(self._write_report(report_id)):
                self._show(_share((place + min(number / self._file_count, 1)) / len(report_ids)), step)
                yield
            self.archive.done.add(part)
        self._show(WRITTEN, _("Publications and corrections"))
        for _batch in write_publications(self.archive, self.reading, numbers):
            self._go_on()
            yield
        for file in attached:
            self._write_file(f"corrections/{file.name}", _("Evidence of a correction"), file)
            yield

    def _show(self, percent: int, step: str) -> None:
        self.percent, self.step = percent, step
        self.progress(percent, step)

    def _go_on(self, _percent: int = 0, _step: str = "") -> None:
        """Keep the lease; the parts of one step do not move the bar."""
        self.progress(self.percent, self.step)

    # --- of the organisation ---

    def _write_facts(self, actor: Actor) -> None:
        facts = {
            name: [row for row in rows if row.get("state") != "draft"] if isinstance(rows, list) else rows
            for name, rows in archive_facts(actor, self.organisation).items()
        }
        write_facts(self.archive, facts)
        corrections = proposed_corrections(actor, self.organisation)
        self.archive.add_json("corrections.json", _("Its corrections, proposed by either side"), corrections)
        requests = extension_requests(actor, self.organisation)
        self.archive.add_json(
            "extension-requests.json", _("Requests for more time, with the answers"), requests
        )
        self.archive.done.add(_FACTS)

    # --- of one report ---

    def _write_report(self, report_id: int) -> Iterator[None]:
        with self.reading() as actor:
            report = report_to_archive(actor, report_id)
            submissions = filed_submissions(actor, report)
            evidence = filed_evidence(actor, report)
            self._write_report_facts(actor, report, evidence.pieces)
        self._file_count = 1 + 2 * len(submissions) + 2 + len(evidence.files)
        yield
        standing = max((each.number for each in submissions if each.recalled_at is None), default=None)
        for submission in submissions:
            yield from self._write_submission(report, submission.pk, standing)
        yield from self._write_standing(report, standing)
        for file in evidence.files:
            self._write_file(f"{_folder(report)}/evidence/{file.name}", file.title, file)
            yield

    def _write_report_facts(self, actor: Actor, report: Report, pieces: Any) -> None:
        cycle = {"cycle": report.cycle.title}
        contents: dict[str, tuple[str, Callable[[], Any]]] = {
            "verdicts": (
                _("%(cycle)s: verdicts and replies") % cycle,
                partial(verdicts_and_replies, actor, report),
            ),
            "findings": (
                _("%(cycle)s: findings and what was answered") % cycle,
                partial(findings_and_answers, actor, report),
            ),
            "evidence": (
                _("%(cycle)s: the evidence, with the submissions in which each piece was") % cycle,
                lambda: pieces,
            ),
        }
        for name, (title, read) in contents.items():
            path = f"{_folder(report)}/{name}.json"
            if not self.archive.names(path):
                self.archive.add_json(path, title, read())

    def _write_submission(self, report: Report, pk: int, standing: int | None) -> Iterator[None]:
        """The exact bytes and the receipt; of one that was recalled or replaced a workbook and a PDF, too."""
        language = self.document.language
        with self.reading() as actor:
            submission = filed_submission(actor, pk)
            name = f"{_folder(report)}/submission-{submission.number}"
            self._write_signed(report, submission, name)
            has_ended = submission.number != standing
            has_workbook, has_pdf = (self.archive.names(f"{name}.{end}") for end in ("xlsx", "pdf"))
            facts = {"cycle": report.cycle.title, "number": submission.number}
            title = (
                _("%(cycle)s, submission %(number)s to be read: recalled, or replaced by a later one") % facts
            )
            export = layout = None
            if has_ended and not has_workbook:
                export = submission_export(actor, report, submission, language)
            if has_ended and not has_pdf:
                layout = self._ended_pdf(report, submission, standing, f"{name}.pdf")
        if export is not None:
            self._write_workbook(f"{name}.xlsx", title, export)
        yield
        if layout is not None:
            self._write_pdf(f"{name}.pdf", title, layout)
        yield

    def _write_signed(self, report: Report, submission: Any, name: str) -> None:
        facts = {"number": submission.number, "cycle": report.cycle.title}
        receipt = f"{_folder(report)}/receipt-{submission.number}.json"
        if self.archive.names(receipt):
            return
        title = _("%(cycle)s, submission %(number)s: the exact bytes that were signed") % facts
        self.archive.add(f"{name}.json", title, bytes(submission.body))
        self.archive.add_json(
            receipt,
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

    def _ended_pdf(
        self, report: Report, submission: Any, standing: int | None, name: str
    ) -> pdf_model.PdfReport | None:
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
        with self._naming_what_is_missing(name, ended % facts):
            return pdf_content.ended_submission_pdf(report, submission, ended % facts, self.document.language)
        return None

    def _write_standing(self, report: Report, standing: int | None) -> Iterator[None]:
        """The last submission that stands, as data, as a workbook and as a PDF."""
        names = {end: f"{_folder(report)}/report.{end}" for end in ("json", "xlsx", "pdf")}
        if self.archive.names(names["pdf"]):
            return
        if standing is None:
            reason = _(
                "The submission was recalled; its bytes, its receipt, a workbook and a PDF of it are here."
            )
            self.archive.miss(names["pdf"], report.cycle.title, reason)
            return
        export = layout = None
        with self.reading() as actor:
            if not self.archive.names(names["json"]) or not self.archive.names(names["xlsx"]):
                export = filed_export(actor, report.pk, self.document.language)
            with self._naming_what_is_missing(names["pdf"], report.cycle.title):
                layout = _standing_pdf(actor, report, self.document.language)
        if export is not None:
            facts = {"cycle": export.cycle.title, "origin": export.origin.label}
            title = _("%(cycle)s: the report as submitted (%(origin)s)") % facts
            if not self.archive.names(names["json"]):
                self.archive.add_json(names["json"], title, report_json(export))
            if not self.archive.names(names["xlsx"]):
                self._write_workbook(names["xlsx"], title, export)
                yield
        if layout is not None:
            self._write_pdf(names["pdf"], layout.title, layout)
            yield

    # --- one file ---

    def _write_workbook(self, name: str, title: str, export: ReportExport) -> None:
        self._go_on()
        self.archive.add(name, title, workbook.render(export, self._go_on).content)

    def _write_pdf(self, name: str, title: str, layout: pdf_model.PdfReport) -> None:
        self._go_on()
        with self._naming_what_is_missing(name, title):
            self.archive.add(name, title, pdf.render(layout, self._go_on).content)

    def _write_file(self, name: str, title: str, file: FiledFile) -> None:
        """Add a stored file; one that is withheld, purged or damaged is named with the reason.

        It is compared with its digest before it is written: what is damaged does not look whole.
        """
        if self.archive.names(name):
            return
        self._go_on()
        with self._naming_what_is_missing(name, title):
            with files.open_file(file.path, file.sha256) as stored:
                for _piece in stored:
                    pass
            with files.open_file(file.path, file.sha256) as stored:
                self.archive.add_pieces(name, title, stored)

    @contextmanager
    def _naming_what_is_missing(self, name: str, title: str) -> Iterator[None]:
        """Name a file with the reason why it may not be read, or cannot be made.

        Raises StorageError: what is away is not missing, and the step is tried again.
        """
        try:
            yield
        except StorageError:
            raise
        except DomainError as refusal:
            self.archive.miss(name, title, str(refusal))


def _share(share: float) -> int:
    """Per cent, once this share of the reports is written."""
    return _FIRST + int((WRITTEN - _FIRST) * share)


def _folder(report: Report) -> str:
    return f"reports/{report.cycle.slug}"


def _standing_pdf(actor: Actor, report: Report, language: str) -> pdf_model.PdfReport:
    """As everybody has it once it is published, else as it would be."""
    edition = report_edition(report.organisation.slug, report.cycle.slug)
    if report.state == ReportState.PUBLISHED and edition is not None:
        return pdf_content.public_pdf(edition.report.number, language)
    return pdf_content.preview_pdf(actor, report.pk, language)
