"""Everything about a member as one zip, for the secretariat: facts, reports, publications and journal as JSON.

It grows with the years, so it is built in steps: file after file, each read when its turn comes, all with the same
rights: where those of whoever asked change meanwhile, it is built anew, or refused.
"""

import json
from collections.abc import Iterator
from functools import partial

from django.core.serializers.json import DjangoJSONEncoder
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
from alliance.documents.report.export import filed_export
from alliance.documents.report.json_export import report_json
from alliance.documents.zip_writer import ZipWriter
from alliance.models import Organisation
from alliance.queries.journal import JournalFilter
from alliance.queries.journal_export import export_batches
from alliance.queries.member_archives import archive_facts, filed_reports, member_to_archive
from alliance.queries.own_archives import publication_numbers
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, EarlierParts, Paused, Progress, Reading
from portal.kernel.errors import DomainError

_FIRST, _REPORTED = 5, 80  # per cent: before the first report, and after the last one
_JOURNAL = "journal.json"


def build_step(
    reading: Reading, document: Document, earlier: EarlierParts, progress: Progress
) -> Built | Paused:
    """Everything about organisation `target_id` that its requester may read; refuses who may not export it."""
    with reading() as actor:
        organisation, rights = member_to_archive(actor, document.target_id), rights_of([actor])
    if organisation is None:
        raise DomainError(_("Only the secretariat can create this archive."))
    return build_archive(
        partial(_write_files, reading_with(rights, reading), document, organisation, progress),
        earlier,
        progress,
        rights,
        partial(present_rights, reading),
        template="alliance/documents/member_archive.html",
        context=lambda _archive: {"organisation": organisation},
        file_name=f"{organisation.slug}.zip",
    )


def _write_files(
    reading: Reading, document: Document, organisation: Organisation, progress: Progress, archive: ZipWriter
) -> Iterator[None]:
    has_facts = archive.names("organisation.json")
    if not has_facts:
        progress(_FIRST, _("Collecting data"))
    with reading() as actor:
        reports = filed_reports(actor, organisation)
        numbers = publication_numbers(organisation)
        if not has_facts:
            write_facts(archive, archive_facts(actor, organisation))
    yield
    for place, report in enumerate(reports):
        name = f"reports/{report.cycle.slug}.json"
        if archive.names(name):
            continue
        step = _("Report %(n)d of %(count)d") % {"n": place + 1, "count": len(reports)}
        progress(_FIRST + (_REPORTED - _FIRST) * place // len(reports), step)
        with reading() as actor:
            export = filed_export(actor, report.pk, document.language)
        facts = {"cycle": export.cycle.title, "origin": export.origin.label}
        title = _("%(cycle)s: the report as submitted (%(origin)s)") % facts
        archive.add_json(name, title, report_json(export))
        yield
    for _batch in write_publications(archive, reading, numbers):
        progress(_REPORTED, _("Publications and corrections"))
        yield
    if not archive.names(_JOURNAL):
        progress(WRITTEN, _("Journal"))
        archive.add_pieces(_JOURNAL, _("Journal"), _journal(actor, organisation, document.language))
        yield


def _journal(actor: Actor, organisation: Organisation, language: str) -> Iterator[bytes]:
    """The journal as a JSON array, an entry to a line, so that a long one costs no memory."""
    before = "[\n"
    for portion in export_batches(actor, JournalFilter(concerned=(organisation.pk,)), language):
        for entry in portion:
            yield f"{before}{json.dumps(entry._asdict(), cls=DjangoJSONEncoder, ensure_ascii=False)}".encode()
            before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"
