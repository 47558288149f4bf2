"""Evidence beside an answer: files, links and adopted practices, added and taken back while the report is in work."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import Disclosure, EvidenceKind
from alliance.models import Evidence, Measure, Report
from alliance.queries.evidence_history import evidence_versions, obstacle_to_restoring
from alliance.queries.report_frame import report_frame
from alliance.services.reports import check_report_editing, lock_report_for_editing
from portal.kernel import clock, files, journal, registry
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.files import check_upload
from portal.kernel.text import clean_line

MAX_EVIDENCE = 50  # pieces of evidence for what one report asks
_FOLDER = "evidence"


def evidence_path(sha256: str) -> str:
    """The folder of a file in the storage: by its digest, so that the same file is stored once."""
    return files.stored_path(_FOLDER, sha256)


# what was submitted is evidence for ever
files.register_reference("evidence", lambda: Evidence.objects.exclude(file=""))


def add_file(
    actor: Actor, report: Report, measure: Measure, upload: UploadedFile, title: str, disclosure: str
) -> Evidence:
    """Check the file, store it privately, and put it beside the answer.

    The report is locked only when the file is checked and stored: both may take long. Raises Forbidden, WrongState,
    StorageError, or the DomainError of the file, the title, or one piece of evidence too many.
    """
    check_report_editing(actor, report)
    _refuse_too_many(report)
    checked = check_upload(upload)
    cleaned_title = clean_line(title or checked.name, field="title")
    stored = files.store(_FOLDER, checked)
    with transaction.atomic():
        path = files.pin(stored)
        lock_report_for_editing(actor, report)
        _refuse_too_many(report)
        evidence = Evidence.objects.create(
            report=report,
            organisation_id=report.organisation_id,
            measure=measure,
            kind=EvidenceKind.FILE,
            title=cleaned_title,
            file=path,
            file_name=checked.name,
            media_type=checked.media_type,
            size=checked.size,
            sha256=stored.sha256,
            disclosure=Disclosure(disclosure),
            added_by_id=actor.person_id,
            added_at=clock.now(),
        )
        journal.record(actor, "evidence.add", evidence, report=report.pk)
    return evidence


@transaction.atomic
def add_link(
    actor: Actor, report: Report, measure: Measure, url: str, title: str, disclosure: str
) -> Evidence:
    """Add a link to the evidence of a measure.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError for an address that is not of the
    web, an invalid title, or one piece of evidence too many.
    """
    lock_report_for_editing(actor, report)
    _refuse_too_many(report)
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise DomainError(_("Write a full address that begins with https://."), field="url") from error
    evidence = Evidence.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        measure=measure,
        kind=EvidenceKind.LINK,
        title=clean_line(title, field="title"),
        url=url,
        disclosure=Disclosure(disclosure),
        added_by_id=actor.person_id,
        added_at=clock.now(),
    )
    journal.record(actor, "evidence.add", evidence, report=report.pk)
    return evidence


@transaction.atomic
def add_practice(
    actor: Actor, report: Report, measure: Measure, source: str, reference: str, disclosure: str
) -> Evidence:
    """Add an adopted practice to the evidence of a measure.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError for a practice that is not used by
    the organisation or is attached already, or for one piece of evidence too many.
    """
    lock_report_for_editing(actor, report)
    _refuse_too_many(report)
    offered = {(kind, key) for kind, key, _title in registry.citable_items(actor, report.organisation_id)}
    if (source, reference) not in offered:
        raise DomainError(_("Choose a practice that your organisation uses."), field="practice")
    cited = Evidence.objects.filter(report=report, measure=measure, source=source, reference=reference)
    if cited.exists():
        raise DomainError(_("This practice is already attached to the answer."), field="practice")
    evidence = Evidence.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        measure=measure,
        kind=EvidenceKind.PRACTICE,
        source=source,
        reference=reference,
        disclosure=Disclosure(disclosure),
        added_by_id=actor.person_id,
        added_at=clock.now(),
    )
    journal.record(actor, "evidence.add", evidence, report=report.pk)
    return evidence


def _refuse_too_many(report: Report) -> None:
    """Of what is beside measures that the report asks for: the rest is neither shown nor signed."""
    asked = [required.measure.pk for required in report_frame(report).measures]
    if Evidence.objects.filter(report=report, measure__in=asked).count() >= MAX_EVIDENCE:
        raise DomainError(_("The limit of %(most)d is reached: remove one first.") % {"most": MAX_EVIDENCE})


@transaction.atomic
def remove_evidence(actor: Actor, report: Report, evidence: Evidence) -> None:
    """Remove evidence that was not submitted; does nothing when it is gone. The file is deleted a day later, by a job.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError for evidence that was submitted.
    """
    lock_report_for_editing(actor, report)
    current_row = Evidence.objects.filter(pk=evidence.pk).first()  # as it is now that the report is locked
    if current_row is None:
        return
    if current_row.submitted_at is not None:
        raise DomainError(_("This evidence was submitted and cannot be removed; you can add other evidence."))
    event = journal.record(actor, "evidence.remove", current_row, report=report.pk)
    if current_row.file:
        files.discard_later(current_row.file, key=event.pk)
    # the history names who did it
    Evidence.objects.filter(pk=current_row.pk).update(removed_by=actor.person_id)
    current_row.delete()


@transaction.atomic
def disclose_evidence(actor: Actor, report: Report, evidence: Evidence, disclosure: str) -> None:
    """Restrict evidence to the secretariat, or make it public, in the actor's name; does nothing when it is gone.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError for evidence that was submitted.
    """
    lock_report_for_editing(actor, report)
    current_row = Evidence.objects.filter(pk=evidence.pk).first()
    if current_row is None or current_row.disclosure == disclosure:
        return
    if current_row.submitted_at is not None:
        raise DomainError(
            _("This evidence was submitted: who can read it stays as it is; you can add other evidence.")
        )
    current_row.disclosure = Disclosure(disclosure)
    current_row.added_by_id, current_row.added_at = (
        actor.person_id,
        clock.now(),
    )  # so that the history names them
    current_row.save(update_fields=["disclosure", "added_by", "added_at"])
    journal.record(actor, "evidence.disclose", current_row, report=report.pk, disclosure=disclosure)


def restore_evidence_readers(actor: Actor, report: Report, measure: Measure, number: int) -> None:
    """Let the same read evidence as at an earlier version, which `number` names in the history.

    Raises as `disclose_evidence`, and DomainError for a version that is no longer kept, and where it is removed.
    """
    row = evidence_versions(report, measure).filter(pk=number).exclude(pgh_label="delete").first()
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    evidence = Evidence.objects.filter(report=report, measure=measure, pk=row.pgh_obj_id).first()
    if evidence is None:
        raise DomainError(_("This evidence is removed: add it again first."))
    disclose_evidence(actor, report, evidence, row.disclosure)


@transaction.atomic
def restore_evidence(actor: Actor, report: Report, measure: Measure, number: int) -> Evidence:
    """Add evidence again that was removed, as it was; `number` is that of its removal in the history.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError for what is no longer kept, is
    there already, or could not be added now.
    """
    row = evidence_versions(report, measure).filter(pk=number, pgh_label="delete").first()
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    # asked of the store before anything is locked
    is_stored = row.kind != EvidenceKind.FILE or files.pin_stored(row.file, row.sha256)
    lock_report_for_editing(actor, report)  # from now on a colleague cannot add it too
    current = Evidence.objects.filter(report=report, measure=measure)
    if obstacle := obstacle_to_restoring(row, list(current), is_stored=is_stored):
        raise DomainError(obstacle)
    if row.kind == EvidenceKind.LINK:
        return add_link(actor, report, measure, row.url, row.title, row.disclosure)
    if row.kind == EvidenceKind.PRACTICE:
        return add_practice(actor, report, measure, row.source, row.reference, row.disclosure)
    return _restore_file(actor, report, measure, row)


def _restore_file(actor: Actor, report: Report, measure: Measure, row: Any) -> Evidence:
    """Add the file anew, whose bytes are pinned, to the locked report."""
    _refuse_too_many(report)
    copied = ("kind", "title", "file", "file_name", "media_type", "size", "sha256", "disclosure")
    evidence = Evidence.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        measure=measure,
        added_by_id=actor.person_id,
        added_at=clock.now(),
        **{name: getattr(row, name) for name in copied},
    )
    journal.record(actor, "evidence.add", evidence, report=report.pk)
    return evidence


@transaction.atomic
def open_evidence(actor: Actor, evidence: Evidence) -> bytes:
    """The bytes of a file that the caller has found through `visible_to`; the access is journalled."""
    journal.record(actor, "evidence.open", evidence)
    return files.read(evidence.file)


@transaction.atomic
def follow_evidence(actor: Actor, evidence: Evidence) -> None:
    """Journal that the page of a link is opened, which the caller has found through `visible_to`."""
    journal.record(actor, "evidence.open", evidence)
