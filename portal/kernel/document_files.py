"""Documents as places where a withheld file may stand: as their own bytes, or in what was built of it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import stored_files
from portal.kernel.access import Actor
from portal.kernel.documents import still_seen
from portal.kernel.file_places import Holder, Place
from portal.kernel.models import Document, DocumentState


def _carrying(sha256: str) -> QuerySet[Document]:
    return Document.objects.filter(Q(sha256=sha256) | Q(carried__contains=[sha256]))


def _seen(actor: Actor) -> Q:
    own = Q(requested_by_id=actor.person_id or 0, tenant_id=actor.tenant_id)
    return Q() if actor.is_system else (own | Q(requested_by=None, tenant_id=None)) & still_seen(actor)


def _places(actor: Actor, sha256: str) -> Sequence[Place]:
    return [
        Place(gettext_lazy("a generated document"), found.title, reverse("document", args=[found.key]))
        for found in _carrying(sha256).filter(_seen(actor))
    ]


def _paths(sha256: str) -> Sequence[str]:
    return list(_carrying(sha256).exclude(file="").values_list("file", flat=True))


def _purged(sha256: str) -> None:
    words = _("It contained a file that was purged. Request it again.")
    _carrying(sha256).update(state=DocumentState.FAILED, error=words, file="")


def _digest(actor: Actor, place: Any) -> str:
    rows = Document.objects.filter(_seen(actor), key=place["key"])
    return rows.values_list("sha256", flat=True).first() or ""


HOLDER = Holder(
    "documents", _places, _paths, purged=_purged, finds={"document": _digest, "document-file": _digest}
)


@stored_files.refers
def _is_document(path: str) -> bool:
    """What was built is kept as long as its row."""
    return Document.objects.filter(file=path).exists()
