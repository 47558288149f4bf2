"""Bytes from outside: checked, stored once, withheld everywhere or purged for good.

Where a file is shown, and who may fetch it, is the apps'; they register their usages and references.
"""

from portal.kernel.files.ledger import Ledger, after_restore, run_after_restore
from portal.kernel.files.models import CaseNote, Concern, FileCase, FileState
from portal.kernel.files.quarantine.cases import (
    PURGED_FILES,
    dismiss_flag,
    flag_file,
    purge_file,
    quarantine_file,
    release_file,
)
from portal.kernel.files.quarantine.gate import (
    Withheld,
    check_gate,
    find_digest,
    refuse_upload,
    withheld_files,
)
from portal.kernel.files.quarantine.states import FILE_WORKFLOW
from portal.kernel.files.quarantine.usages import (
    FileHolder,
    FileUsage,
    count_usages,
    digest_named_in,
    owners_of,
    register_holder,
    usages_of,
)
from portal.kernel.files.scratch import Spool, scratch_folder
from portal.kernel.files.storage import (
    discard,
    discard_later,
    exists,
    open_file,
    read,
    register_reference,
    remove,
    storage_root,
    store,
    store_at,
    stored_path,
    track_reads,
)
from portal.kernel.files.uploads.inspection import missing_walls, unpack_zip
from portal.kernel.files.uploads.upload_check import CheckedFile, check_upload
from portal.kernel.files.uploads.virus_scan import scan_for_viruses

__all__ = [
    "FILE_WORKFLOW",
    "PURGED_FILES",
    "CaseNote",
    "CheckedFile",
    "Concern",
    "FileCase",
    "FileHolder",
    "FileState",
    "FileUsage",
    "Ledger",
    "Spool",
    "Withheld",
    "after_restore",
    "check_gate",
    "check_upload",
    "count_usages",
    "digest_named_in",
    "discard",
    "discard_later",
    "dismiss_flag",
    "exists",
    "find_digest",
    "flag_file",
    "missing_walls",
    "open_file",
    "owners_of",
    "purge_file",
    "quarantine_file",
    "read",
    "refuse_upload",
    "register_holder",
    "register_reference",
    "release_file",
    "remove",
    "run_after_restore",
    "scan_for_viruses",
    "scratch_folder",
    "storage_root",
    "store",
    "store_at",
    "stored_path",
    "track_reads",
    "unpack_zip",
    "usages_of",
    "withheld_files",
]
