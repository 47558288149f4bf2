"""Files that wait to be read or taken over, as usages of stored files: those with answers, and those of supporters.

Each lies below a folder of its own, so that a purge has to be told where.
"""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.enums import UploadState
from alliance.models import ReportUpload, SupporterImport
from alliance.services.report_uploads import end_purged_uploads
from alliance.services.supporter_imports import end_purged_imports
from portal.kernel.access import Actor
from portal.kernel.files import FileHolder, FileUsage


def _uploads(sha256: str) -> Q:
    """Those whose file is there, or could not be taken: after a purge their pages say so."""
    return Q(sha256=sha256) & (Q(file__gt="") | Q(state=UploadState.FAILED))


def _upload_usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    return [
        FileUsage(_("a file with answers"), row.name, reverse("workspace:report-upload", args=[row.pk]))
        for row in ReportUpload.objects.visible_to(actor).filter(_uploads(sha256))
    ]


def _import_usages(actor: Actor, sha256: str) -> Sequence[FileUsage]:
    rows = SupporterImport.objects.visible_to(actor).filter(sha256=sha256).exclude(file="")
    return [
        FileUsage(_("a file of an import"), row.name, reverse("secretariat:supporter-import", args=[row.pk]))
        for row in rows
    ]


REPORT_UPLOAD_USAGES = FileHolder(
    "report-uploads",
    _upload_usages,
    paths=lambda sha256: list(ReportUpload.objects.filter(sha256=sha256).values_list("file", flat=True)),
    owners=lambda sha256: list(
        ReportUpload.objects.filter(_uploads(sha256)).values_list("organisation_id", flat=True)
    ),
    on_purge=end_purged_uploads,
)
SUPPORTER_IMPORT_USAGES = FileHolder(
    "supporter-imports",
    _import_usages,
    paths=lambda sha256: list(SupporterImport.objects.filter(sha256=sha256).values_list("file", flat=True)),
    on_purge=end_purged_imports,
)
