"""A zip with files of practices: every entry looked at before anything is unpacked, and counted while it streams."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from portal.kernel.text.strict_yaml import message_excerpt
from practices.files.source import MAX_FILE_SIZE

MAX_FILES = 200
MAX_UPLOAD_SIZE = 20 * 1024 * 1024
MARKDOWN_EXTENSIONS = (".md", ".markdown")
_ARCHIVE_EXTENSIONS = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst", ".jar")
_IGNORED_FOLDERS = ("__MACOSX/",)
_RATIO, _CHUNK = 100, 64 * 1024
_MAX_DIRECTORY_SIZE = 1024 * 1024  # the largest table of contents that is read at all
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
# what the library raises over a file that is not as it should be
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, struct.error,
)  # fmt: skip
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """A file with its path in what was sent."""

    name: str
    raw: bytes


@dataclass
class UnpackLimits:
    """What has been counted so far, over everything that was sent."""

    files: int = 0
    size: int = 0

    def count(self, size: int) -> None:
        """Refuses once it is too much."""
        self.size += size
        if self.size > MAX_UPLOAD_SIZE:
            raise DomainError(_("Unpacked, this is more than 20 MB. Upload it in parts."))

    def count_file(self) -> None:
        self.files += 1
        if self.files > MAX_FILES:
            raise DomainError(
                _("There are more than %(most)d files. Upload them in parts.") % {"most": MAX_FILES}
            )


def is_markdown(name: str) -> bool:
    return PurePosixPath(name.lower()).suffix in MARKDOWN_EXTENSIONS


def unpack(archive: IO[bytes], unpacked: UnpackLimits) -> Iterator[ImportEntry]:
    """The Markdown files of the zip; what else is in it is left where it is.

    Refuses the whole zip, as a DomainError that names the entry: paths that lead out of it, links, locked or packed
    archives inside, an entry that stands in it twice, too many of them, or a bomb.
    """
    _refuse_long_table(archive)
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            _refuse_unsafe(opened.infolist())
            for entry in entries:
                if is_markdown(entry.filename) and not entry.filename.startswith(_IGNORED_FOLDERS):
                    unpacked.count_file()
                    yield ImportEntry(entry.filename, _read_entry(opened, entry, unpacked))
    except _UNREADABLE as error:
        raise DomainError(_("The zip cannot be read: it is damaged, or not a zip. Pack it again.")) from error


def _refuse_long_table(archive: IO[bytes]) -> None:
    """The table of contents is read into memory at once, so that its size is looked at first."""
    archive.seek(0, 2)
    size = archive.tell()
    archive.seek(max(0, size - 66_000))
    tail = archive.read()
    archive.seek(0)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise DomainError(_("The zip cannot be read: it is damaged, or not a zip. Pack it again."))
    table = struct.unpack("<L", tail[place + 12 : place + 16])[0]
    if _END_64 in tail or table > _MAX_DIRECTORY_SIZE:
        raise DomainError(
            _("There are more than %(most)d files. Upload them in parts.") % {"most": MAX_FILES}
        )


def _refuse_unsafe(entries: list[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    for entry in entries:
        reason = _entry_fault(entry, names)
        if reason:
            raise DomainError(reason % {"name": message_excerpt(entry.orig_filename)})
        names.add(entry.filename)


def _entry_fault(entry: zipfile.ZipInfo, names: set[str]) -> str:
    """A sentence with a place for the name, or nothing."""
    name = entry.orig_filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/") or not name.isprintable():
        return _("The path “%(name)s” leads outside the zip. Nothing was imported from it.")
    if entry.flag_bits & 0x1:
        return _("“%(name)s” is locked with a password. Pack it without one.")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return _("“%(name)s” is a link. Pack the file itself.")
    if name.lower().endswith(_ARCHIVE_EXTENSIONS):
        return _("“%(name)s” is an archive inside the zip. Unpack it first.")
    if entry.filename in names:
        return _("“%(name)s” is in the zip twice. Keep one of the two.")
    return ""


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, unpacked: UnpackLimits) -> bytes:
    """The bytes, no more of a file than one byte beyond what a practice may have."""
    parts: list[bytes] = []
    size = 0
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            unpacked.count(len(chunk))
            if size > _CHUNK and size > entry.compress_size * _RATIO:
                message = _("“%(name)s” is packed in a suspicious way. Pack it again.")
                raise DomainError(message % {"name": message_excerpt(entry.filename)})
            if size <= MAX_FILE_SIZE + _CHUNK:
                parts.append(chunk)
    return b"".join(parts)[: MAX_FILE_SIZE + 1]
