"""Asking for the brief of a practice, and for an archive of all that one's organisation has."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.kernel.access import Actor, person_of, require, tenant_of
from portal.kernel.documents import Document, DocumentState, request_document, retry_document
from practices.enums import OPEN_LABELS, Label
from practices.models import ArchiveEntry, Practice
from practices.queries.exports import Export

BRIEF_KIND = "practice.brief"
ARCHIVE_KIND = "practice.archive"
LABEL_IN_KEY = 2  # the place of the label in the key of a document, counted from 1


@transaction.atomic
def request_brief(actor: Actor, export: Export, language: str) -> Document:
    """Request a document about a record read through `visible_to`; returns the row to watch.

    The same reader gets the same document again while version and label are the same; one that failed is tried
    again. Raises Forbidden for those who are not people.
    """
    practice = export.practice
    require(actor, "document.request", practice)
    key = ":".join(
        str(part)
        for part in (
            BRIEF_KIND, practice.label, practice.pk, export.content_digest, language, person_of(actor), tenant_of(actor)
        )
    )  # fmt: skip
    with translation.override(language):
        # it is shown in lists and in the inbox, so for practices with named readers it is the label alone
        if practice.label in OPEN_LABELS:
            title = f"{export.content.get('title', '')}: {_('Practice brief')}"[:300]
        else:
            title = f"{_('Practice brief')}, {Label(practice.label).label}"
    document = request_document(actor, BRIEF_KIND, practice.pk, title=title, language=language, cache_key=key)
    return retry_document(actor, document) if document.state == DocumentState.FAILED else document


@transaction.atomic
def save_archive_entries(actor: Actor, document: Document, practices: Iterable[Practice]) -> None:
    """Note what is in an archive and under which label, in the place of what was noted at an earlier attempt."""
    ArchiveEntry.objects.filter(document=document).delete()
    ArchiveEntry.objects.bulk_create(
        ArchiveEntry(
            document=document,
            practice=practice,
            label=practice.label,
            person_id=person_of(actor),
            organisation_id=tenant_of(actor),
        )
        for practice in practices
    )


@transaction.atomic
def request_archive(actor: Actor, language: str) -> Document:
    """Ask for the practices of one's organisation that one sees, as a zip of Markdown files.

    Raises Forbidden for those who are not people.
    """
    require(actor, "document.request")
    with translation.override(language):
        title = _("Practices of your organisation (Markdown)")
    return request_document(actor, ARCHIVE_KIND, tenant_of(actor), title=title, language=language)
