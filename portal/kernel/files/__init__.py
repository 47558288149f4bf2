"""Bytes from outside: checked, stored once and whole, compared when read, withheld everywhere or purged for good.

Where a file is shown, and who may fetch it, is the apps'; they register their usages and references.
"""

from portal.kernel.files import bulk
from portal.kernel.files.digested_uploads import MAX_DIGESTED, DigestedFile, digests_uploads
from portal.kernel.files.errors import DamagedFile, ReadRefused, StorageError, StorageFull, WriteRefused
from portal.kernel.files.integrity import (
    SCRUB_EVERY,
    StoredBytes,
    VerifiedFile,
    damaged_files,
    end_damage,
    measure,
    note_damage,
    on_damage,
    open_damages,
    scrub_now,
)
from portal.kernel.files.ledger import Ledger, after_restore, copy_ledgers, run_after_restore
from portal.kernel.files.models import (
    CaseNote,
    Concern,
    DamageEnding,
    Detection,
    FileCase,
    FileDamage,
    FileState,
    Scrub,
)
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
from portal.kernel.files.references import register_reference
from portal.kernel.files.repair import recheck_file, repair_file, repair_from
from portal.kernel.files.scratch import Spool, scratch_file, scratch_folder
from portal.kernel.files.storage import (
    StoredFile,
    discard,
    discard_later,
    discard_soon,
    exists,
    facts_of,
    open_file,
    pin,
    pin_stored,
    probe_storage,
    read,
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
    "MAX_DIGESTED",
    "PURGED_FILES",
    "SCRUB_EVERY",
    "CaseNote",
    "CheckedFile",
    "Concern",
    "DamageEnding",
    "DamagedFile",
    "Detection",
    "DigestedFile",
    "FileCase",
    "FileDamage",
    "FileHolder",
    "FileState",
    "FileUsage",
    "Ledger",
    "ReadRefused",
    "Scrub",
    "Spool",
    "StorageError",
    "StorageFull",
    "StoredBytes",
    "StoredFile",
    "VerifiedFile",
    "Withheld",
    "WriteRefused",
    "after_restore",
    "bulk",
    "check_gate",
    "check_upload",
    "copy_ledgers",
    "count_usages",
    "damaged_files",
    "digest_named_in",
    "digests_uploads",
    "discard",
    "discard_later",
    "discard_soon",
    "dismiss_flag",
    "end_damage",
    "exists",
    "facts_of",
    "find_digest",
    "flag_file",
    "measure",
    "missing_walls",
    "note_damage",
    "on_damage",
    "open_damages",
    "open_file",
    "owners_of",
    "pin",
    "pin_stored",
    "probe_storage",
    "purge_file",
    "quarantine_file",
    "read",
    "recheck_file",
    "refuse_upload",
    "register_holder",
    "register_reference",
    "release_file",
    "repair_file",
    "repair_from",
    "run_after_restore",
    "scan_for_viruses",
    "scratch_file",
    "scratch_folder",
    "scrub_now",
    "store",
    "store_at",
    "stored_path",
    "track_reads",
    "unpack_zip",
    "usages_of",
    "withheld_files",
]
