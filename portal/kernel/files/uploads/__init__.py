"""Files from outside: an allow-list by name, magic and parse; whatever is doubtful is refused in words.

It stores nothing: that is `files.storage`.
"""

from portal.kernel.files.uploads.inspection import missing_walls, unpack_zip
from portal.kernel.files.uploads.upload_check import CheckedFile, check_upload, register_upload_check
from portal.kernel.files.uploads.virus_scan import scan_for_viruses

__all__ = [
    "CheckedFile",
    "check_upload",
    "missing_walls",
    "register_upload_check",
    "scan_for_viruses",
    "unpack_zip",
]
