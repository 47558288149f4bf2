"""Evidence as a usage of stored files: visible to people who may see it, found by the address of a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.models import Correction, Evidence
from portal.kernel.access import Actor
from portal.kernel.files import FileHolder, FileUsage


def _usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    rows = Evidence.objects.visible_to(actor).filter(sha256=sha256).select_related("measure")
    route = "secretariat:review-measure" if actor.is_host else "workspace:report-measure"
    return [
        FileUsage(
            _("evidence attached to a report"),
            row.title,
            reverse(route, args=[row.report_id, row.measure.key]),
        )
        for row in rows
    ]


def _digest(actor: Actor, url_kwargs: Mapping[str, Any]) -> str:
    rows = Evidence.objects.visible_to(actor).filter(pk=url_kwargs["pk"])
    return rows.values_list("sha256", flat=True).first() or ""


EVIDENCE_USAGES = FileHolder(
    "evidence",
    _usages,
    owners=lambda sha256: list(
        Evidence.objects.filter(sha256=sha256).values_list("organisation_id", flat=True)
    ),
    digest_finders={"workspace:evidence": _digest, "secretariat:evidence": _digest},
)


def _correction_usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    rows = Correction.objects.visible_to(actor).filter(sha256=sha256)
    route = "secretariat:correction" if actor.is_host else "workspace:correction"
    return [
        FileUsage(_("evidence of a correction"), row.file_name, reverse(route, args=[row.pk])) for row in rows
    ]


def _correction_digest(actor: Actor, url_kwargs: Mapping[str, Any]) -> str:
    rows = Correction.objects.visible_to(actor).filter(pk=url_kwargs["pk"])
    return rows.values_list("sha256", flat=True).first() or ""


CORRECTION_USAGES = FileHolder(
    "correction",
    _correction_usages,
    owners=lambda sha256: list(
        Correction.objects.filter(sha256=sha256).values_list("organisation_id", flat=True)
    ),
    digest_finders={
        "workspace:correction-file": _correction_digest,
        "secretariat:correction-file": _correction_digest,
    },
)
