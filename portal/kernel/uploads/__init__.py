"""Files from outside: an allow-list by name, magic and parse; whatever is doubtful is refused in words."""

from portal.kernel.uploads.checking import CheckedFile, check_upload, refuses
from portal.kernel.uploads.kinds import ACCEPTED, LARGEST

__all__ = ["ACCEPTED", "LARGEST", "CheckedFile", "check_upload", "refuses"]
