"""Named writes on files with answers: upload, decide, save, throw away, take back."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import OPEN_UPLOAD_STATES, UploadKind, UploadState
from alliance.models import Report, ReportUpload
from alliance.queries.local_dates import day_of, end_of_day, end_of_term
from alliance.queries.upload_differences import Choice, Decision, UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.services.next_tables import leave_next_tables, offer_tables_again, tables_of_plan
from alliance.services.reports import check_report_editing, lock_report_for_editing
from alliance.services.upload_changes import restore_answers, taking_back_obstacle, write_answers
from alliance.validators.foreign_tables import decode_text
from alliance.workflows import REPORT_UPLOAD
from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.files import check_upload
from portal.kernel.files.uploads import MAX_SIZE
from portal.kernel.jobs import enqueue
from portal.kernel.text import format_moment, is_storable, to_stored

WAITS = timedelta(days=7)  # a file that was read, for somebody to decide
KINDS: Mapping[str, UploadKind] = {".xlsx": UploadKind.FORM, ".csv": UploadKind.FIGURES}

files.register_reference("report-uploads", lambda: ReportUpload.objects.exclude(file=""))


class UploadOutdated(DomainError):
    """The report, or what is read from the file, was changed after the page of differences was shown."""

    status = 409


def upload_file(
    actor: Actor,
    report: Report,
    upload: UploadedFile,
    kind: UploadKind | None = None,
    table: Mapping[str, object] | None = None,
) -> tuple[ReportUpload, bool]:
    """Store the file and queue its reading; nothing of the report is changed. Returns it, and whether it is new.

    What it is follows from its name, unless `kind` says that it is a table of one's own; `table` says how it was
    decoded. Figures as text are stored in UTF-8, whatever a spreadsheet wrote them in. A file that waits already is
    given back as it is. Raises Forbidden, WrongState when the report cannot be edited, and DomainError for a file that
    is not accepted.
    """
    check_report_editing(actor, report)
    name = str(upload.name).lower()
    expected = next((KINDS[ending] for ending in KINDS if name.endswith(ending)), None)
    if expected is None:
        message = _(
            "Send an XLSX or CSV file. Save another workbook (XLS, XLSM, ODS, Numbers) as XLSX, without macros, and "
            "unpack a ZIP first. A PDF has no answers that can be read: add it to a measure as evidence."
        )
        raise DomainError(message, field="file")
    sent_size = upload.size
    if kind is None and expected == UploadKind.FIGURES:
        upload, table = _in_utf8(upload)
    checked = check_upload(upload, sent_size=sent_size)
    # Before the report is locked: the storage may be slow. In a folder for each: what is thrown away may be on its way
    # out while the same file comes again. Bytes to which no row refers in the end are removed by the scrub.
    path = files.store_at(f"report-uploads/{report.pk}/{uuid4().hex}", checked.content)
    with transaction.atomic():
        locked = lock_report_for_editing(actor, report)
        waiting = locked.uploads.filter(
            sha256=checked.sha256, kind=kind or expected, state__in=OPEN_UPLOAD_STATES
        ).first()
        if waiting is not None:
            files.discard_soon(path, key=f"report-upload-again:{path}")
            return waiting, False
        due = end_of_term(WAITS.days)
        sent: ReportUpload = ReportUpload.objects.create(
            report=locked,
            organisation_id=locked.organisation_id,
            person_id=person_of(actor),
            kind=kind or expected,
            name=checked.name,
            file=path,
            sha256=checked.sha256,
            size=checked.size,
            table=dict(table or {}),
            expires_at=due,
        )
        journal.record(actor, "report_upload.send", sent)
        payload = {"upload": sent.pk}
        enqueue("read_report_upload", key=f"read-upload:{sent.pk}", payload=payload)
        enqueue("expire_report_upload", key=f"expire-upload:{sent.pk}", payload=payload, at=due)
    return sent, True


def _in_utf8(upload: UploadedFile) -> tuple[UploadedFile, Mapping[str, object]]:
    """The text in UTF-8, with the encoding from which it was decoded; as it came where it is in UTF-8, or no text."""
    if (upload.size or 0) > MAX_SIZE:
        return upload, {}
    text, encoding = decode_text(upload.read())
    upload.seek(0)
    if encoding == "utf-8" or not is_storable(text):
        return upload, {}
    plain = SimpleUploadedFile(str(upload.name), text.encode(), content_type="text/csv")
    return plain, {"decoded_from": encoding}


@transaction.atomic
def choose(actor: Actor, upload: ReportUpload, decided: Mapping[int, Decision], digest: str) -> ReportUpload:
    """Store what was decided about answers of the file, by number, on a page with this digest.

    Raises UploadOutdated when other answers are read from the file by now, Forbidden, or WrongState unless it waits for
    a decision.
    """
    require(actor, "report_upload.choose", upload)
    locked = ReportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.state != UploadState.READY:
        raise WrongState(_why_not_now(actor, locked))
    if decided and digest.partition("-")[0] != locked.proposals_digest:
        raise UploadOutdated(
            _(
                "A colleague has changed how this file is read. Your decisions were about other answers: "
                "look at the page again."
            )
        )
    choices = _with_decisions(locked, decided)
    if choices != locked.choices:
        locked.choices = choices
        locked.save(update_fields=["choices"])
    return locked


def _why_not_now(actor: Actor, upload: ReportUpload) -> str:
    if upload.state == UploadState.SAVED and upload.saved_at is not None:
        message = _("The answers of this file are in the report already: they were saved on %(moment)s.")
        return message % {"moment": format_moment(upload.saved_at)}
    return REPORT_UPLOAD.refusal(actor, upload, "save")


def _with_decisions(upload: ReportUpload, decided: Mapping[int, Decision]) -> dict[str, list[str | int]]:
    """What is decided about the file, with these decisions over it."""
    choices = {
        str(number): list(decision)
        for number, decision in decided.items()
        if decision.choice in tuple(Choice)
    }
    return {**upload.choices, **choices}


def refuse_outdated(differences: UploadDifferences, digest: str, decided: Collection[int] = ()) -> None:
    """Raise UploadOutdated unless this is the digest of the differences beside those that come with their decision."""
    if differences.digest_beside(decided) != digest:
        message = _(
            "The report, this file or a decision about it on another page was changed after you opened this one. "
            "Nothing was saved: look at the page again."
        )
        raise UploadOutdated(message)


@transaction.atomic
def save_upload(
    actor: Actor, upload: ReportUpload, digest: str, decided: Mapping[int, Decision] | None = None
) -> ReportUpload:
    """Save the answers that were taken, all or none of them. Other tables of the file wait for their turn then.

    `decided` is what the actor's page says of its answers, by number; `digest` that of everything beside them, as the
    page has shown it. Raises UploadOutdated when the report was changed since, the file read another way, or something
    else decided on another page; DomainError when nothing is taken, Forbidden, and WrongState when the file does not
    wait for a decision or the report cannot be edited.
    """
    decisions = dict(decided or {})
    report = lock_report_for_editing(actor, upload.report)
    locked = ReportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.state != UploadState.READY:
        raise WrongState(_why_not_now(actor, locked))
    locked.choices = _with_decisions(locked, decisions)
    differences = UploadDifferences(locked, working_copy(report))
    refuse_outdated(differences, digest, decisions)
    if not differences.taken:
        raise DomainError(_("Nothing is chosen to be saved."))
    answers = write_answers(actor, differences)
    refused = [replace(row.proposal, refusals=row.refusals) for row in differences.rows if row.refusals]
    tables, rest = tables_of_plan(locked), leave_next_tables(actor, locked, end_of_term(WAITS.days))
    changes = {
        "written": answers,
        "saved_count": len(differences.taken),
        "saved_at": clock.now(),
        **_without_file(locked, is_passed_on=rest is not None),
        "table": {"read": {locked.reading_digest: tables}} if tables else {},
        "proposals": [proposal.to_json() for proposal in refused],
    }
    return REPORT_UPLOAD.apply(
        actor, locked, "save", changes=changes, data={"answers": len(differences.taken)}
    )


@transaction.atomic
def take_upload_back(actor: Actor, upload: ReportUpload) -> ReportUpload:
    """Put every answer back that the file has changed, all or none; what waits of it offers their table again.

    Raises DomainError when one was edited since or it is too late, Forbidden, and WrongState when nothing was saved or
    the report cannot be edited.
    """
    report = lock_report_for_editing(actor, upload.report)
    locked = ReportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if obstacle := taking_back_refusal(locked):
        raise DomainError(obstacle)
    if locked.state == UploadState.SAVED:
        restore_answers(actor, report, locked.written)
        if locked.table.get("read"):
            offer_tables_again(locked)
    changes = {"ended_at": clock.now(), "table": {}, "written": [], "proposals": []}
    return REPORT_UPLOAD.apply(
        actor, locked, "take_back", changes=changes, data={"answers": locked.saved_count}
    )


def cancel_upload(actor: Actor, upload: ReportUpload) -> ReportUpload:
    """Throw the file away, while it is read or before it is saved. Raises Forbidden, or WrongState."""
    return _end(actor, upload, "cancel")


def expire_upload(upload_id: int) -> None:
    """End a file that nobody has decided about. Acts as SYSTEM."""
    upload = ReportUpload.objects.filter(pk=upload_id, state__in=OPEN_UPLOAD_STATES).first()
    if upload is not None:
        _end(SYSTEM, upload, "expire")


def fail_upload(upload_id: int, reason: str | Promise) -> None:
    """End a file that cannot be taken, with the reason. Acts as SYSTEM; one that was thrown away stays so."""
    upload = ReportUpload.objects.filter(pk=upload_id, state=UploadState.READING).first()
    if upload is not None:
        _end(SYSTEM, upload, "fail", refusal=to_stored(reason))


def give_up_reading(upload_id: int) -> None:
    """End a file whose reading has failed for good, or whose job a person has cancelled. Acts as SYSTEM."""
    message = gettext_lazy(
        "The portal could not finish reading it. Upload it again later; if that does not help, ask the secretariat."
    )
    fail_upload(upload_id, message)


@transaction.atomic
def end_purged_uploads(sha256: str) -> None:
    """End the uploads whose file was purged: nothing that was read from it can be saved any more. Acts as SYSTEM."""
    rows = ReportUpload.objects.filter(sha256=sha256, state__in=OPEN_UPLOAD_STATES).exclude(file="")
    for upload in rows.select_for_update(of=("self",)):
        _end(SYSTEM, upload, "fail", refusal=to_stored(gettext_lazy("This file was purged")))


def last_day_to_take_back(saved_at: datetime) -> datetime:
    """Until when saved answers can be taken back: the end of the next day."""
    return end_of_day(day_of(saved_at) + timedelta(days=1))


def taking_back_refusal(upload: ReportUpload) -> str:
    """Why its answers cannot be taken back now; empty when they can. At most two queries."""
    if upload.state != UploadState.SAVED or upload.saved_at is None:
        return ""
    if clock.now() >= last_day_to_take_back(upload.saved_at):
        return _("It is too late to take these answers back.")
    return taking_back_obstacle(upload.report, upload.written)


@transaction.atomic
def _end(actor: Actor, upload: ReportUpload, action: str, **changes: object) -> ReportUpload:
    changes |= {"ended_at": clock.now(), **_without_file(upload)}
    return REPORT_UPLOAD.apply(actor, upload, action, changes=changes)


def _without_file(upload: ReportUpload, *, is_passed_on: bool = False) -> dict[str, object]:
    """The columns of a file that has ended; its bytes are removed after this transaction, unless another row has it."""
    if upload.file and not is_passed_on:
        files.discard_soon(upload.file, key=f"report-upload:{upload.pk}")
    return {"file": "", "table": {}, "proposals": [], "choices": {}}
