"""Whether stored bytes are what they were: compared with their digest by every reader, and by a scheduled scrub.

What people may see and do about it is the apps'.
"""

from portal.kernel.files.integrity.damage import (
    damaged_files,
    end_damage,
    on_damage,
    open_damages,
)
from portal.kernel.files.integrity.measure import StoredBytes, measure
from portal.kernel.files.integrity.observations import (
    flush_observations,
    forget_observations,
    note_damage,
    note_whole,
)
from portal.kernel.files.integrity.reading import VerifiedFile, open_verified
from portal.kernel.files.integrity.scrub import SCRUB_EVERY, enqueue_scrub, scrub_now

__all__ = [
    "SCRUB_EVERY",
    "StoredBytes",
    "VerifiedFile",
    "damaged_files",
    "end_damage",
    "enqueue_scrub",
    "flush_observations",
    "forget_observations",
    "measure",
    "note_damage",
    "note_whole",
    "on_damage",
    "open_damages",
    "open_verified",
    "scrub_now",
]
