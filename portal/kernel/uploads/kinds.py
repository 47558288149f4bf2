"""Which kinds of file are taken, and what they must begin with."""

from collections.abc import Mapping
from dataclasses import dataclass

LARGEST = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: `magic` are the beginnings that it may have; text has none."""

    name: str
    media_type: str
    magic: tuple[bytes, ...] = ()


PDF = Kind("pdf", "application/pdf", (b"%PDF-",))
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",))
CSV = Kind("csv", "text/csv")
PNG = Kind("png", "image/png", (b"\x89PNG\r\n\x1a\n",))
JPEG = Kind("jpeg", "image/jpeg", (b"\xff\xd8\xff",))

BY_ENDING: Mapping[str, Kind] = {
    ".pdf": PDF, ".xlsx": XLSX, ".csv": CSV, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG,
}  # fmt: skip
ACCEPTED = tuple(BY_ENDING)
