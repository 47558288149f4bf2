"""The practices of an organisation as a zip of Markdown files, each with its label: those that its requester sees."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, Progress
from portal.kernel.errors import DomainError
from practices.files import format_markdown
from practices.models import Practice
from practices.queries.exports import export_of, file_stem, unreadable_archive_entries
from practices.services.documents import save_archive_entries

_BEGUN, _DONE = 20, 95  # per cent
_ZIP_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the same practices give the same bytes


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One practice as a file of the archive."""

    stem: str
    text: str


def visible_archives(actor: Actor) -> Q:
    """Archives whose every practice the actor sees now, under the label that stands in its file."""
    return Q(~Exists(unreadable_archive_entries(actor).filter(document_id=OuterRef("pk"))))


def collect(actor: Actor, document: Document) -> Sequence[ArchiveFile]:
    """The files as the requester may read them; the contents are recorded, to check access at each download."""
    rows = Practice.objects.visible_to(actor).filter(organisation_id=document.target_id)
    practices = list(rows.select_related("organisation").order_by("pk"))
    if document.target_id != actor.tenant_id or not practices:
        raise DomainError(_("There is no practice of your organisation that you may read."))
    save_archive_entries(actor, document, practices)
    exports = [export_of(actor, practice) for practice in practices]
    return [
        ArchiveFile(file_stem(export), format_markdown(export.content, export.handling)) for export in exports
    ]


def render(files: Sequence[ArchiveFile], progress: Progress) -> Built:
    """Pack them; each file has a name of its own."""
    buffer, names = io.BytesIO(), set[str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, file in enumerate(files):
            if done % 20 == 0:
                progress(_BEGUN + (_DONE - _BEGUN) * done // len(files), _("Packing the files"))
            stem = file.stem
            name, number = f"{stem}.md", 1
            while name in names:
                number += 1
                name = f"{stem}-{number}.md"
            names.add(name)
            entry = zipfile.ZipInfo(name, _ZIP_TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.text)
    return Built(buffer.getvalue(), "practices.zip", "application/zip")
