"""Checks an upload: its name, size, magic, and its content in a process of its own."""

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from portal.kernel.files.uploads import virus_scan
from portal.kernel.files.uploads.inspection import inspect
from portal.kernel.files.uploads.kinds import KINDS_BY_ENDING, MAX_SIZE, PICTURES, XLSX, FileKind
from portal.kernel.files.uploads.refusals import refusal_text
from portal.kernel.inspection import Place, Refusal
from portal.kernel.text import clean_line

_OLE = b"\xd0\xcf\x11\xe0"  # workbooks with a password, and those of the old kind
_WORKBOOK_PART = b"xl/workbook.xml"  # the name of a part stands in an archive as it is


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was found good; images are re-encoded, so that `content` may differ from what was sent."""

    name: str
    media_type: str
    content: bytes
    sides: tuple[int, int] = (0, 0)  # of a picture, in pixels
    is_scanned: bool = True  # by the virus scanner, where there is one

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


UploadCheck = Callable[[str], None]
_CHECKS: list[UploadCheck] = []


def register_upload_check(check: UploadCheck) -> UploadCheck:
    """Register who else refuses a file, by its digest, with a DomainError.

    The checks themselves use no database.
    """
    _CHECKS.append(check)
    return check


def check_upload(upload: UploadedFile, *, sent_size: int | None = None) -> CheckedFile:
    """The file, if it is what its name says and nothing in it acts by itself; else a DomainError says why not.

    `sent_size`: of a text that was decoded since, how large it came.
    """
    # the last part of the path, in visible characters, at most 150 of them
    last = (upload.name or "").replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = clean_line(last, field="file")
    stem, ending = PurePosixPath(cleaned).stem, PurePosixPath(cleaned).suffix
    name = stem[: 150 - len(ending)] + ending
    kind = KINDS_BY_ENDING.get(PurePosixPath(name).suffix.lower())
    if kind is None:
        raise _refusal(_("Files of this type are not accepted. Upload PDF, XLSX, CSV, PNG or JPEG."))
    if (sent_size or upload.size or 0) > MAX_SIZE:
        raise _refusal(_("The file is larger than 25 MB. Upload a smaller one, or add a link to it."))
    content = upload.read()
    if not content:
        raise _refusal(_("The file is empty."))
    if kind is XLSX and content.startswith(_OLE):
        raise _refusal(refusal_text("old-workbook", Place()))
    if not _has_right_magic(kind, content):
        raise _refusal(_mismatch(kind, content))
    _run_checks(hashlib.sha256(content).hexdigest())
    is_scanned = virus_scan.is_scanned(content)
    checked = replace(_inspected(name, kind, content), is_scanned=is_scanned)
    _run_checks(checked.sha256)  # an image is known by what it was made into
    return checked


def is_checked_kind(name: str) -> bool:
    """Whether `check_upload` takes files with this ending."""
    return PurePosixPath(name).suffix.lower() in KINDS_BY_ENDING


def _run_checks(sha256: str) -> None:
    for refusal in _CHECKS:
        refusal(sha256)


def _refusal(message: str) -> DomainError:
    return DomainError(message, field="file")


def _mismatch(kind: FileKind, content: bytes) -> str:
    """What is wrong with the name, and with which one the file can be uploaded."""
    actual = _kind_by_content(content)
    if actual is None:
        message = _("The file’s content does not match its name. Save it again as %(kind)s.")
        return message % {"kind": kind.name.upper()}
    message = _(
        "The file’s content does not match its name: it is %(actual)s, not %(kind)s. If it is what you want to upload, "
        "let its name end in .%(ending)s."
    )
    return message % {"actual": actual.name.upper(), "kind": kind.name.upper(), "ending": actual.name}


def _kind_by_content(content: bytes) -> FileKind | None:
    """The kind that this file begins as; of the archives only a workbook."""
    if content.startswith(XLSX.magic) and _WORKBOOK_PART not in content:
        return None
    return next((kind for kind in KINDS_BY_ENDING.values() if content.startswith(kind.magic)), None)


def _has_right_magic(kind: FileKind, content: bytes) -> bool:
    if not kind.magic:
        return not _has_known_magic(content)
    return content.startswith(kind.magic)


def _has_known_magic(content: bytes) -> bool:
    """Whether a file that calls itself text is something else: markup, an archive, a program."""
    if b"\0" in content[:4096] and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if content.lstrip()[:1] == b"<" or _kind_by_content(content) is not None:
        return True
    try:
        matches = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):
        return False
    return any(match.confidence >= 0.8 for match in matches)


def _inspected(name: str, kind: FileKind, content: bytes) -> CheckedFile:
    """The file as it is stored: a picture as it was encoded anew, anything else as it was sent."""
    try:
        inspected = inspect(kind.name, content)
        if kind not in PICTURES:
            return CheckedFile(name, kind.media_type, content)
        if not inspected.files:
            raise Refusal("unreadable")
    except Refusal as refusal:
        raise _refusal(refusal_text(refusal.code, refusal.place)) from refusal
    sides = inspected.facts.get("width", 0), inspected.facts.get("height", 0)
    return CheckedFile(name, kind.media_type, inspected.files[0][1], sides)
