"""Evidence beside an answer: files, links and adopted practices, added and taken back while the report is in work.

A piece that was submitted is not removed but excluded from the next submission; the earlier ones keep it, as it was.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.enums import Disclosure, EvidenceKind
from alliance.models import Evidence, Measure, Report
from alliance.queries.evidence_history import evidence_versions, obstacle_to_restoring, removals
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
    cited = _in_working_copy(report, measure=measure).filter(source=source, reference=reference)
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


def _in_working_copy(report: Report, **place: Any) -> QuerySet[Evidence]:
    """What the next submission would have."""
    return Evidence.objects.filter(report=report, excluded_at=None, **place)


def _current(rows: QuerySet[Evidence], number: int) -> Evidence:
    """The piece as it is now that the report is locked; raises DomainError where a colleague removed it meanwhile."""
    row = rows.filter(pk=number).first()
    if row is None:
        raise DomainError(_("This evidence is not in the report any more."))
    return row


def _refuse_too_many(report: Report) -> None:
    """Of what is beside measures that the report asks for: the rest is neither shown nor signed."""
    asked = [required.measure.pk for required in report_frame(report).measures]
    if _in_working_copy(report, measure__in=asked).count() >= MAX_EVIDENCE:
        raise DomainError(_("The limit of %(most)d is reached: remove one first.") % {"most": MAX_EVIDENCE})


@transaction.atomic
def remove_evidence(actor: Actor, report: Report, evidence: Evidence) -> None:
    """Remove evidence that was not submitted; does nothing when it is gone. The file is deleted a day later, by a job.

    What was submitted is excluded from the next submission, and stays in the earlier ones. Raises Forbidden, or
    WrongState when the report cannot be edited.
    """
    lock_report_for_editing(actor, report)
    current_row = Evidence.objects.filter(pk=evidence.pk).first()  # as it is now that the report is locked
    if current_row is None:
        return
    if current_row.submitted_at is not None:
        exclude_evidence(actor, report, current_row)
        return
    event = journal.record(actor, "evidence.remove", current_row, report=report.pk)
    if current_row.file:
        files.discard_later(current_row.file, key=event.pk)
    # the history names who did it
    Evidence.objects.filter(pk=current_row.pk).update(removed_by=actor.person_id)
    current_row.delete()


@transaction.atomic
def exclude_evidence(actor: Actor, report: Report, evidence: Evidence) -> None:
    """Leave evidence that was submitted out of the next submission; does nothing when it is left out already.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError for what was never submitted, or
    is gone.
    """
    lock_report_for_editing(actor, report)
    current_row = _current(Evidence.objects.all(), evidence.pk)
    if current_row.submitted_at is None:
        raise DomainError(_("This evidence was not submitted yet: remove it."))
    if current_row.excluded_at is not None:
        return
    journal.record(actor, "evidence.exclude", current_row, report=report.pk)
    rows = Evidence.objects.filter(pk=current_row.pk)
    rows.update(excluded_at=clock.now(), removed_by=actor.person_id)


@transaction.atomic
def include_evidence(actor: Actor, report: Report, evidence: Evidence) -> None:
    """Take evidence that was excluded into the next submission again; does nothing when it is in it.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError where it is gone, where the same
    was added meanwhile, or for one piece of evidence too many.
    """
    lock_report_for_editing(actor, report)
    current_row = _current(Evidence.objects.all(), evidence.pk)
    if current_row.excluded_at is None:
        return
    others = list(_in_working_copy(report, measure=current_row.measure_id))
    if obstacle := obstacle_to_restoring(current_row, others, is_stored=True):
        raise DomainError(obstacle)
    _refuse_too_many(report)
    journal.record(actor, "evidence.include", current_row, report=report.pk)
    Evidence.objects.filter(pk=current_row.pk).update(
        excluded_at=None, removed_by=None, changed_by=actor.person_id, changed_at=clock.now()
    )


@transaction.atomic
def disclose_evidence(actor: Actor, report: Report, evidence: Evidence, disclosure: str) -> None:
    """Set who may read a piece of evidence from the next submission on; what was submitted or published stays so.

    Does nothing where it is so already. Raises Forbidden or WrongState when the report cannot be edited, and
    DomainError for evidence that is gone or excluded.
    """
    lock_report_for_editing(actor, report)
    current_row = _current(_in_working_copy(report), evidence.pk)
    if current_row.disclosure == Disclosure(disclosure):
        return
    journal.record(actor, "evidence.disclose", current_row, report=report.pk, disclosure=disclosure)
    Evidence.objects.filter(pk=current_row.pk).update(
        disclosure=disclosure, changed_by=actor.person_id, changed_at=clock.now()
    )


def restore_evidence_readers(actor: Actor, report: Report, measure: Measure, number: int) -> None:
    """Let the same read evidence as at an earlier version, which `number` names in the history.

    Raises as `disclose_evidence`, and DomainError for a version that is no longer kept, and where it is removed.
    """
    row = evidence_versions(report, measure).filter(pk=number).exclude(pgh_label="delete").first()
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    evidence = _in_working_copy(report, measure=measure).filter(pk=row.pgh_obj_id).first()
    if evidence is None:
        raise DomainError(_("This evidence is removed: add it again first."))
    disclose_evidence(actor, report, evidence, row.disclosure)


@transaction.atomic
def change_evidence(
    actor: Actor,
    report: Report,
    evidence: Evidence,
    disclosure: str | None = None,
    excluded: bool | None = None,
) -> Evidence:
    """Change what of a piece of evidence is given, all of it or nothing; raises what the acts for each raise."""
    if excluded is False:
        include_evidence(actor, report, evidence)
    if disclosure is not None:
        disclose_evidence(actor, report, evidence, disclosure)
    if excluded:
        exclude_evidence(actor, report, evidence)
    return _current(Evidence.objects.select_related("measure"), evidence.pk)


@transaction.atomic
def restore_evidence(actor: Actor, report: Report, measure: Measure, number: int) -> Evidence:
    """Add evidence again that was removed, as it was, or include what was excluded; `number` is that of its removal.

    Raises Forbidden or WrongState when the report cannot be edited, and DomainError for what is no longer kept, is
    there already, or could not be added now.
    """
    row = removals(evidence_versions(report, measure)).filter(pk=number).first()
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    if row.excluded_at is not None:
        excluded = _current(Evidence.objects.all(), row.pgh_obj_id)
        include_evidence(actor, report, excluded)
        return excluded
    # asked of the store before anything is locked
    is_stored = row.kind != EvidenceKind.FILE or files.pin_stored(row.file, row.sha256)
    lock_report_for_editing(actor, report)  # from now on a colleague cannot add it too
    current = _in_working_copy(report, measure=measure)
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
