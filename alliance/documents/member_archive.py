"""Everything about a member as one file, for the secretariat: a zip of JSON files and of publications."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from alliance.documents.report.export import ReportExport, filed_export
from alliance.documents.report.json_export import report_json
from alliance.queries.journal import JournalFilter
from alliance.queries.journal_export import JournalExportRow, export_batches
from alliance.queries.member_archives import (
    archive_facts,
    archived_publications,
    filed_reports,
    member_to_archive,
)
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, Progress
from portal.kernel.errors import DomainError

_ZIP_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the same facts give the same bytes
_PACKING, _DONE = 40, 95


@dataclass(frozen=True, slots=True)
class MemberArchive:
    """What goes into the file: facts by the name of their file, reports by cycle, publications by number."""

    slug: str
    facts: Mapping[str, Any]
    reports: Mapping[str, ReportExport]
    publications: Mapping[int, bytes]
    entries: Sequence[JournalExportRow]


def collect(actor: Actor, document: Document) -> MemberArchive:
    """Everything about organisation `target_id` that the actor may read; refuses who may not export it."""
    organisation = member_to_archive(actor, document.target_id)
    if organisation is None:
        raise DomainError(_("Only the secretariat can create this archive."))
    language = document.language
    reports = {
        report.cycle.slug: filed_export(actor, report.pk, language)
        for report in filed_reports(actor, organisation)
    }
    portions = export_batches(actor, JournalFilter(concerned=(organisation.pk,)), language)
    return MemberArchive(
        organisation.slug,
        archive_facts(actor, organisation),
        reports,
        archived_publications(organisation),
        [row for portion in portions for row in portion],
    )


def render(data: MemberArchive, progress: Progress) -> Built:
    """Pack the files; those of one kind have a folder."""
    progress(_PACKING, _("Packing the files"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in data.facts.items():
            _write(archive, f"{name}.json", _json(rows))
        for slug, report in data.reports.items():
            _write(archive, f"reports/{slug}.json", _json(report_json(report)))
        for number, body in data.publications.items():
            _write(archive, f"publications/{number}.json", body)
        _write(archive, "journal.json", _json([row._asdict() for row in data.entries]))
        progress(_DONE, _("Packing the files"))
    return Built(buffer.getvalue(), f"{data.slug}.zip", "application/zip")


def _json(value: Any) -> bytes:
    return (json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1) + "\n").encode()


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_TIMESTAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
