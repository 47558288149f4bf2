"""Files that may not stay: the gate before every fetch, the case of a file, and where the file is used.

The apps register where that is; `files.storage` removes bytes.
"""

from portal.kernel.files.quarantine.cases import (
    PURGED_FILES,
    dismiss_flag,
    erase_file,
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
from portal.kernel.files.quarantine.scans import scan_file_job
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

__all__ = [
    "FILE_WORKFLOW",
    "PURGED_FILES",
    "FileHolder",
    "FileUsage",
    "Withheld",
    "check_gate",
    "count_usages",
    "digest_named_in",
    "dismiss_flag",
    "erase_file",
    "find_digest",
    "flag_file",
    "owners_of",
    "purge_file",
    "quarantine_file",
    "refuse_upload",
    "register_holder",
    "release_file",
    "scan_file_job",
    "usages_of",
    "withheld_files",
]
