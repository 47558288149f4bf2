"""Attachments of practices, and those of imports, as usages of stored files."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.kernel.access import Actor
from portal.kernel.files import FileHolder, FileUsage
from practices.models import Attachment, ImportedFile
from practices.queries.openings import waiting_openings


def _attachment_usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    rows = Attachment.objects.visible_to(actor).filter(sha256=sha256).select_related("practice")
    area = "secretariat" if actor.is_host else "workspace"
    return [
        FileUsage(_("File of a practice"), row.title, reverse(f"{area}:practice", args=[row.practice.key]))
        for row in rows
    ]


def _digest(actor: Actor, url_kwargs: Mapping[str, Any]) -> str:
    rows = Attachment.objects.visible_to(actor).filter(
        practice__key=url_kwargs["key"], key=url_kwargs["file"]
    )
    return rows.values_list("sha256", flat=True).first() or ""


def _opening_digest(actor: Actor, url_kwargs: Mapping[str, Any]) -> str:
    row = waiting_openings(actor).filter(key=url_kwargs["key"]).first()
    listed = row.proposed["files"] if row is not None else []
    return next((file["sha256"] for file in listed if file["key"] == str(url_kwargs["file"])), "")


def _import_usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    rows = ImportedFile.objects.visible_to(actor).filter(sha256=sha256).exclude(file="")
    return [FileUsage(_("a file of an import"), row.name) for row in rows]


ATTACHMENT_USAGES = FileHolder(
    "attachments",
    _attachment_usages,
    owners=lambda sha256: list(
        Attachment.objects.filter(sha256=sha256).values_list("practice__organisation_id", flat=True)
    ),
    digest_finders={
        **{f"{area}:practice-file": _digest for area in ("workspace", "secretariat", "api")},
        "secretariat:opening-file": _opening_digest,
    },
)
IMPORT_USAGES = FileHolder(
    "imports",
    _import_usages,
    paths=lambda sha256: list(
        ImportedFile.objects.filter(sha256=sha256).exclude(file="").values_list("file", flat=True)
    ),
    on_purge=lambda sha256: ImportedFile.objects.filter(sha256=sha256).update(file=""),
)
