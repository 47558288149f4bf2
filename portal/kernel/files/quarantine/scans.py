"""The job that shows a withheld file to the virus scanner, and releases it or leaves it withheld."""

from django.contrib.postgres.functions import TransactionNow
from django.utils.translation import gettext as _

from portal.kernel.access import SYSTEM
from portal.kernel.files import storage
from portal.kernel.files.models import CaseNote, Concern, FileCase, FileState
from portal.kernel.files.quarantine.states import FILE_WORKFLOW
from portal.kernel.files.quarantine.unscanned import enqueue_scan
from portal.kernel.files.uploads.virus_scan import ScanResult, scan
from portal.kernel.jobs import Claim, handles
from portal.kernel.publishing import touch_public_revision


@handles("scan_file")
def scan_file_job(claim: Claim) -> None:
    """The job: scan, and take the step; while the scanner does not answer, another job tries again later."""
    case = FileCase.objects.get(pk=claim.payload["case"])
    path = str(claim.payload["path"])
    is_there = case.state == FileState.UNSCANNED and storage.exists(path)
    result = scan(storage.read_withheld(path)) if is_there else ScanResult.CLEAN
    with claim.finishing():
        storage.lock_digest(case.sha256)
        case.refresh_from_db()
        if case.state != FileState.UNSCANNED:  # a person has decided meanwhile
            return
        if result is ScanResult.UNKNOWN:
            enqueue_scan(case, path, int(claim.payload["tries"]))
            return
        _take_step(case, result)


def _take_step(case: FileCase, result: ScanResult) -> None:
    changes: dict[str, object] = {"changed_at": TransactionNow()}
    if result is ScanResult.CLEAN:
        FILE_WORKFLOW.apply(SYSTEM, case, "pass_scan", changes=changes)
    else:
        changes["concern"] = Concern.HARMFUL
        FILE_WORKFLOW.apply(SYSTEM, case, "quarantine", changes=changes)
        text = _("The virus scanner rejects this file.")
        CaseNote.objects.create(case=case, action="quarantine", text=text)
    touch_public_revision()
