"""Documents that contain a withheld file: as their own bytes, or built from it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import files
from portal.kernel.access import Actor
from portal.kernel.documents.kinds import still_visible_to
from portal.kernel.documents.models import MEDIA_TYPE_OF_PARTS, Document, DocumentState
from portal.kernel.files import FileHolder, FileUsage


def _documents_with(sha256: str) -> QuerySet[Document]:
    return Document.objects.filter(Q(sha256=sha256) | Q(source_digests__contains=[sha256]))


def _visible(actor: Actor) -> Q:
    own = Q(requested_by_id=actor.person_id or 0, tenant_id=actor.tenant_id)
    return Q() if actor.is_system else (own | Q(requested_by=None, tenant_id=None)) & still_visible_to(actor)


def _usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    return [
        FileUsage(
            gettext_lazy("a generated document"), document.title, reverse("document", args=[document.key])
        )
        for document in _documents_with(sha256).filter(_visible(actor))
    ]


def _paths(sha256: str) -> Sequence[str]:
    """Their bytes, and whatever lies in the folder of each: its parts, and what it replaced."""
    documents = _documents_with(sha256)
    return [
        path
        for row in documents
        for path in (row.file, *files.paths_below(f"documents/{row.key}", ever=True))
        if path
    ]


def _digest(actor: Actor, route: Any) -> str:
    rows = Document.objects.filter(_visible(actor), key=route["key"])
    return rows.values_list("sha256", flat=True).first() or ""


DOCUMENT_HOLDER = FileHolder(
    "documents",
    _usages,
    paths=_paths,
    on_purge=lambda sha256: _documents_with(sha256).update(
        state=DocumentState.FAILED, error=_("It contained a file that was purged. Request it again."), file=""
    ),
    digest_finders={"document": _digest, "document-file": _digest},
)


# built files are kept as long as their rows; nobody counts on the parts of one under way, and a backup may lack them
files.register_reference(
    "documents", lambda: Document.objects.exclude(file="").exclude(media_type=MEDIA_TYPE_OF_PARTS)
)
