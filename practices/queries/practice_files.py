"""Files beside practices, and those of imports, as places where stored files stand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.kernel.access import Actor
from portal.kernel.file_places import Holder, Place
from practices.models import Attachment, ImportedFile


def _places(actor: Actor, sha256: str) -> Sequence[Place]:
    rows = Attachment.objects.visible_to(actor).filter(sha256=sha256).select_related("practice")
    face = "secretariat" if actor.is_host else "workspace"
    return [
        Place(_("File of a practice"), row.title, reverse(f"{face}:practice", args=[row.practice.key]))
        for row in rows
    ]


def _digest(actor: Actor, place: Mapping[str, Any]) -> str:
    rows = Attachment.objects.visible_to(actor).filter(practice__key=place["key"], key=place["file"])
    return rows.values_list("sha256", flat=True).first() or ""


def _imports(actor: Actor, sha256: str) -> Sequence[Place]:
    rows = ImportedFile.objects.visible_to(actor).filter(sha256=sha256).exclude(file="")
    return [Place(_("a file of an import"), row.name) for row in rows]


def _import_paths(sha256: str) -> Sequence[str]:
    return list(ImportedFile.objects.filter(sha256=sha256).exclude(file="").values_list("file", flat=True))


def _import_purged(sha256: str) -> None:
    ImportedFile.objects.filter(sha256=sha256).update(file="")


def _owners(sha256: str) -> Sequence[int]:
    return list(Attachment.objects.filter(sha256=sha256).values_list("practice__organisation_id", flat=True))


ATTACHMENTS = Holder(
    "attachments",
    _places,
    owners=_owners,
    finds={f"{face}:practice-file": _digest for face in ("workspace", "secretariat", "api")},
)
IMPORTS = Holder("imports", _imports, _import_paths, purged=_import_purged)
