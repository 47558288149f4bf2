"""Files from outside: an allow-list by name, magic and parse; whatever is doubtful is refused in words.

It stores nothing: that is `files.storage`.
"""

from portal.kernel.files.uploads.inspection import missing_walls, unpack_zip
from portal.kernel.files.uploads.kinds import MAX_SIZE
from portal.kernel.files.uploads.upload_check import CheckedFile, check_upload, register_upload_check
from portal.kernel.files.uploads.virus_scan import scan_for_viruses
from portal.kernel.files.uploads.workbook_reading import WorkbookCell, WorkbookSheet, read_workbook

__all__ = [
    "MAX_SIZE",
    "CheckedFile",
    "WorkbookCell",
    "WorkbookSheet",
    "check_upload",
    "missing_walls",
    "read_workbook",
    "register_upload_check",
    "scan_for_viruses",
    "unpack_zip",
]
