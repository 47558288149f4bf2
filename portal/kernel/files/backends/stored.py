"""What a walk through the storage finds."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One stored file: its path, how many bytes it has, when it was written."""

    path: str
    size: int
    modified_at: datetime
