"""The digests of files that everybody can take: noted when a file is made, and never forgotten."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from alliance.models import PublicFile
from alliance.queries.public.cycle_editions import edition_on
from alliance.queries.public.public_files import (
    ATTACHMENT,
    OPEN_DATA,
    cycle_documents,
    quoting_documents,
    report_documents,
)
from alliance.queries.public.record import latest_revision
from alliance.queries.public.withdrawn_records import WithdrawnRecords
from portal.kernel.documents import Document, DocumentState, withhold_document
from portal.kernel.files import StoredBytes
from portal.kernel.publishing import Publication, touch_public_revision


def end_public_document(document: Document) -> None:
    """Note the digest of a document that was made for everybody, and have public pages name it.

    Pages are made anew once all files of that publication are made, or have failed. One that contains what was
    withdrawn meanwhile is withheld.
    """
    if not document.is_for_everybody or document.as_of is None:
        return
    if document.state == DocumentState.READY:
        file = _file_of(document, document.as_of)
        publication = Publication.objects.filter(number=file.number).only("type", "record").first()
        if WithdrawnRecords().in_file(file, publication):
            _withhold(document)
        else:
            PublicFile.objects.bulk_create([file], ignore_conflicts=True)
    others = Document.objects.filter(
        target_id=document.target_id,
        as_of=document.as_of,
        kind__startswith=document.kind.partition(".")[0],
        state__in=(DocumentState.QUEUED, DocumentState.BUILDING),
    )
    if not others.exists():
        touch_public_revision()


def _file_of(document: Document, as_of: int) -> PublicFile:
    return PublicFile(
        sha256=document.sha256,
        kind=document.kind,
        number=_number_of(document, as_of),
        as_of=as_of,
        language=document.language,
        name=document.file_name,
        size=document.size,
    )


def _number_of(document: Document, as_of: int) -> int:
    """The publication that a document is made of."""
    if document.kind.startswith("charter."):  # the one that changed the difference last
        return as_of
    if not document.kind.startswith("cycle."):
        return document.target_id
    edition = edition_on(as_of)
    publication = latest_revision("cycle", edition.cycle.slug) if edition else None
    return publication.number if publication else as_of


def withhold_report_files(record: str, *, since: int = 0) -> None:
    """Take the files of a withdrawn report from everybody: of all its revisions, with publications from `since` on."""
    for document in report_documents(record):
        if (document.as_of or 0) >= since:
            _withhold(document)


def withhold_quoting_files(slug: str) -> None:
    """Take the files of a member's reports from everybody that quote a pledge which is withdrawn now."""
    withdrawn = WithdrawnRecords()
    for record, document in quoting_documents(slug):
        if withdrawn.in_report(record, document.as_of or 0, document.kind):
            _withhold(document)


def withhold_cycle_files(slug: str) -> None:
    """Take the files of those editions of a cycle from everybody that contain what is withdrawn now."""
    withdrawn = WithdrawnRecords()
    for document in cycle_documents(slug):
        if withdrawn.in_cycle(slug, document.as_of or 0):
            _withhold(document)


def _withhold(document: Document) -> None:
    with translation.override(document.language):
        withhold_document(document, _("What it was made of is withdrawn."))


def record_attachments(publication: Publication) -> None:
    """Note the digests of what is attached to a publication."""
    rows = [
        PublicFile(
            sha256=file["sha256"],
            kind=ATTACHMENT,
            number=publication.number,
            as_of=publication.number,
            name=file["name"][:255],
            size=file["bytes"],
        )
        for file in publication.attachments
    ]
    PublicFile.objects.bulk_create(rows, ignore_conflicts=True)


def record_data_files(as_of: int, files: Iterable[tuple[str, StoredBytes]]) -> None:
    """Note the digests of a release of the open data; those of files that did not change are known already."""
    rows = [
        PublicFile(
            sha256=facts.sha256, kind=OPEN_DATA, number=0, as_of=as_of, name=name, size=facts.size or 0
        )
        for name, facts in files
    ]
    PublicFile.objects.bulk_create(rows, ignore_conflicts=True)
