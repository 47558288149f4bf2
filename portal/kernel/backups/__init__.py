"""An archive of tables and files at one moment, the restore from it, and the messages that are on hold afterwards.

Where archives are stored, and when they are made, is the operator's.
"""

from portal.kernel.backups.archive import Archive
from portal.kernel.backups.backup import take_backup
from portal.kernel.backups.hold import (
    cancel_all,
    hold_messages,
    jobs_on_hold,
    open_restoration,
    release_all,
    release_job,
)
from portal.kernel.backups.interruption import ending_in_order
from portal.kernel.backups.manifest import BackupError, Manifest
from portal.kernel.backups.restore import count_unreadable_secrets, describe_archive, restore_backup

__all__ = [
    "Archive",
    "BackupError",
    "Manifest",
    "cancel_all",
    "count_unreadable_secrets",
    "describe_archive",
    "ending_in_order",
    "hold_messages",
    "jobs_on_hold",
    "open_restoration",
    "release_all",
    "release_job",
    "restore_backup",
    "take_backup",
]
