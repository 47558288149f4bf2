"""Evidence beside an answer: files, links and adopted practices, added and taken back while the report is in work."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.enums import Disclosure, EvidenceKind
from alliance.models import Evidence, Measure, Report
from alliance.services.reports import lock_for_editing
from portal.kernel import clock, journal, registry
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.names import clean_name
from portal.kernel.outbox import enqueue
from portal.kernel.uploads import check_upload

MOST = 50  # pieces of evidence for one report
# how long the bytes outlive their row: a backup copies the files after the database, and must find them
_KEPT = timedelta(days=1)


def evidence_path(sha256: str) -> str:
    """Where the storage keeps a file: by its digest, so that the same file is kept once."""
    return f"evidence/{sha256[:2]}/{sha256}"


@transaction.atomic
def add_file(
    actor: Actor, report: Report, measure: Measure, upload: UploadedFile, title: str, disclosure: str
) -> Evidence:
    """Check the file, keep it privately, and put it beside the answer."""
    lock_for_editing(actor, report)
    _not_too_many(report)
    checked = check_upload(upload)
    path = evidence_path(checked.sha256)
    _hold(path)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(checked.content))
    evidence = Evidence.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        measure=measure,
        kind=EvidenceKind.FILE,
        title=clean_name(title or checked.name, field="title"),
        file=path,
        file_name=checked.name,
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
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
    """Put a link beside the answer; only to the web."""
    lock_for_editing(actor, report)
    _not_too_many(report)
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise DomainError(_("Write a full address that begins with https://."), field="url") from error
    evidence = Evidence.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        measure=measure,
        kind=EvidenceKind.LINK,
        title=clean_name(title, field="title"),
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
    """Cite an adopted practice beside the answer; only one that the actor can see and the organisation uses."""
    lock_for_editing(actor, report)
    _not_too_many(report)
    offered = {(kind, key) for kind, key, _title in registry.offered(actor, report.organisation_id)}
    if (source, reference) not in offered:
        raise DomainError(_("Choose a practice that your organisation uses."), field="practice")
    cited = Evidence.objects.filter(report=report, measure=measure, source=source, reference=reference)
    if cited.exists():
        raise DomainError(_("This practice stands beside the answer already."), field="practice")
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


def _not_too_many(report: Report) -> None:
    if Evidence.objects.filter(report=report).count() >= MOST:
        raise DomainError(
            _("There are %(most)d pieces of evidence already; take one back first.") % {"most": MOST}
        )


@transaction.atomic
def remove_evidence(actor: Actor, report: Report, evidence: Evidence) -> None:
    """Take evidence back. What an earlier submission names stays readable with that submission.

    The bytes go a day later, by a job: whatever crashes in between, no row refers to a file that is gone.
    """
    lock_for_editing(actor, report)
    found = Evidence.objects.filter(pk=evidence.pk).first()  # as it is now that the report is locked
    if found is None:
        return
    if found.submitted_at is not None:
        raise DomainError(_("This was submitted and stays with the record; add a better one beside it."))
    event = journal.record(actor, "evidence.remove", found, report=report.pk)
    if found.file:
        due = timezone.now() + _KEPT
        enqueue("discard_file", key=f"discard_file:{event.pk}", payload={"path": found.file}, at=due)
    found.delete()


def discard_file(path: str) -> None:
    """Remove the bytes that no evidence refers to any more; what was submitted is evidence for ever.

    Acts as SYSTEM: another organisation may have put the same file beside an answer of its own.
    """
    _hold(path)
    if not Evidence.objects.filter(file=path).exists():
        default_storage.delete(path)


def _hold(path: str) -> None:
    """Until the end of the transaction nobody else adds this file or discards it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [path])


@transaction.atomic
def open_evidence(actor: Actor, evidence: Evidence) -> bytes:
    """The bytes of a file that the caller has found through `visible_to`; the opening is journalled."""
    journal.record(actor, "evidence.open", evidence)
    with default_storage.open(evidence.file) as stored:
        content: bytes = stored.read()
    return content
