"""Which kinds of file are taken, and what they must begin with."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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

KINDS_BY_ENDING: Mapping[str, FileKind] = {
    ".pdf": PDF, ".xlsx": XLSX, ".csv": CSV, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG,
}  # fmt: skip


_REFUSALS: Mapping[str, str | Promise] = {
    "unreadable": _("The file cannot be read: it is damaged, or not what its name says. Save it again."),
    "too-slow": _("The file takes too long to read. Upload a simpler one."),
    "encrypted": _("The file is locked with a password. Save it without one."),
    "pdf-acts": _(
        "The PDF contains a program or starts something by itself. Print it to a new PDF and upload that."
    ),
    "pdf-embeds": _("The PDF contains other files. Upload them one by one."),
    "macros": _("The workbook contains macros. Save it as a plain XLSX workbook without them."),
    "external": _("The workbook refers to other files. Break the links and save it again."),
    "unpacks-too-large": _("The workbook is too large when unpacked (at most 100 MB). Upload a smaller one."),
    "too-many-parts": _("The workbook has too many parts (at most 1,000). Upload a simpler one."),
    "packed-too-tightly": _(
        "The workbook is packed in a suspicious way. Save it again in a spreadsheet program."
    ),
    "not-utf8": _("This is not UTF-8. Save the file in UTF-8 encoding."),
    "image-too-large": _("The picture has more than 40 million pixels. Make it smaller."),
}


def refusal_text(code: str) -> str:
    return str(_REFUSALS.get(code, _REFUSALS["unreadable"]))
