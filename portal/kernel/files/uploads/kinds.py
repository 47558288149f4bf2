"""Which kinds of file are taken, and what they must begin with."""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_SIZE = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: `magic` are the beginnings that it may have; text has none."""

    name: str
    media_type: str
    magic: tuple[bytes, ...] = ()


PDF = FileKind("pdf", "application/pdf", (b"%PDF-",))
XLSX = FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",))
CSV = FileKind("csv", "text/csv")
PNG = FileKind("png", "image/png", (b"\x89PNG\r\n\x1a\n",))
JPEG = FileKind("jpeg", "image/jpeg", (b"\xff\xd8\xff",))
PICTURES = (PNG, JPEG)

KINDS_BY_ENDING: Mapping[str, FileKind] = {
    ".pdf": PDF, ".xlsx": XLSX, ".csv": CSV, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG,
}  # fmt: skip
