"""What this process runs on: versions, and the disk of its data folder."""

import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass

import django
from django.conf import settings

from portal import __version__
from portal.kernel import files


def versions() -> Mapping[str, str]:
    """Of the portal, and of what is beneath it in this process."""
    return {"Portal": __version__, "Python": platform.python_version(), "Django": django.get_version()}


@dataclass(frozen=True, slots=True)
class Disk:
    """How full a disk is, in bytes; what is set apart for root counts as used."""

    used: int
    total: int

    @property
    def free(self) -> int:
        return self.total - self.used

    @property
    def share(self) -> float:
        return self.used / self.total if self.total else 0

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def data_disk() -> Disk | None:
    """The disk of the data folder; None where files lie in a bucket, or the disk is away."""
    if files.is_storage_shared():
        return None
    try:
        usage = shutil.disk_usage(settings.DATA_DIR)
    except OSError:
        return None
    return Disk(usage.total - usage.free, usage.total)
