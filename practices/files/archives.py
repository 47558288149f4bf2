"""A zip with files of practices: unpacked in the process that inspects files from outside, within limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from unicodedata import normalize

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.errors import DomainError
from portal.kernel.files import unpack_zip
from portal.kernel.inspection import Refusal
from portal.kernel.text.strict_yaml import message_excerpt
from practices.files.licences import is_licence_name, is_notice_name

MAX_FILES = 200
MAX_UPLOAD_SIZE = (
    60 * 1024 * 1024
)  # of all that was sent, as it comes and unpacked; the proxies let so much through
MARKDOWN_EXTENSIONS = (".md", ".markdown")
PICTURE_EXTENSIONS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_ARCHIVE_ENDINGS = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst", ".jar")
# What a pack may be made of, pictures to say that they are not kept; texts without an ending are looked at as well.
PACK_EXTENSIONS = (
    *MARKDOWN_EXTENSIONS, *PICTURE_EXTENSIONS, ".csv", ".jsonl", ".ndjson", ".json", ".txt", ".pdf", ".xlsx", ".yml",
    ".yaml",
)  # fmt: skip
_MAX_NAMED = 200  # of files in a zip that are passed over
_UNREADABLE = gettext_lazy("The zip cannot be read: it is damaged, or not a zip. Pack it again.")
_SUSPICIOUS = gettext_lazy("“%(name)s” is packed in a suspicious way. Pack it again.")
_REFUSALS: Mapping[str, str | Promise] = {
    "too-many-parts": gettext_lazy("There are more than %(most)d files. Upload them in parts."),
    "unpacks-too-large": gettext_lazy("Unpacked, this is more than 60 MB. Upload it in parts."),
    "too-slow": gettext_lazy("The zip takes too long to read. Upload the files in parts."),
    "zip-path": gettext_lazy("The path “%(name)s” leads outside the zip. Nothing was imported from it."),
    "zip-name": gettext_lazy("The name “%(name)s” contains an invisible character. Rename the file."),
    "zip-encrypted": gettext_lazy("“%(name)s” is locked with a password. Pack it without one."),
    "zip-link": gettext_lazy("“%(name)s” is a link. Pack the file itself."),
    "zip-twice": gettext_lazy("“%(name)s” is in the zip twice. Keep one of the two."),
    "packed-too-tightly": _SUSPICIOUS,
    "zip-disagrees": _SUSPICIOUS,
}


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """A file with its path in what was sent; one that is passed over is named alone."""

    name: str
    raw: bytes
    is_passed_over: bool = False


@dataclass
class UnpackLimits:
    """What has been counted so far, over everything that was sent."""

    files: int = 0
    size: int = 0

    def count(self, size: int) -> None:
        """Refuses once it is too much."""
        self.size += size
        if self.size > MAX_UPLOAD_SIZE:
            raise DomainError(_("Unpacked, this is more than 60 MB. Upload it in parts."))

    def count_file(self) -> None:
        self.files += 1
        if self.files > MAX_FILES:
            raise DomainError(
                _("There are more than %(most)d files. Upload them in parts.") % {"most": MAX_FILES}
            )


def is_markdown(name: str) -> bool:
    return PurePosixPath(name.lower()).suffix in MARKDOWN_EXTENSIONS


def is_part_of_pack(name: str) -> bool:
    """Whether a file of this name is looked at: by its ending, or without one."""
    path = PurePosixPath(name.lower())
    if any(part.startswith(".") for part in path.parts):  # hidden, or in a folder that is
        return False
    return not path.suffix or path.suffix in PACK_EXTENSIONS


def is_archive(name: str) -> bool:
    """Whether a file of this name holds others; one within what was sent is not opened."""
    return name.lower().endswith(_ARCHIVE_ENDINGS)


def is_text(raw: bytes) -> bool:
    """Whether the bytes are text in UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw


def entry_of(name: str, raw: bytes) -> ImportEntry:
    """A file of such a name; passed over where it has no ending and is no text, such as a program.

    A licence is known by its words, in whatever encoding.
    """
    path = PurePosixPath(name)
    is_known = is_licence_name(path.name) or is_notice_name(path.name)
    is_passed_over = not path.suffix and not is_known and not is_text(raw)
    return ImportEntry(name, b"" if is_passed_over else raw, is_passed_over)


def unpack(content: bytes, unpacked: UnpackLimits) -> Iterator[ImportEntry]:
    """The files of the zip that can be a part of a pack, with the names of the others.

    Refuses the whole zip, as a DomainError that names the entry: paths that lead out of it, links, locked or doubled
    entries, too many of them, or a bomb. An archive inside is passed over: it is not opened.
    """
    try:
        entries = unpack_zip(
            content,
            endings=(*PACK_EXTENSIONS, ""),
            files=MAX_FILES - unpacked.files,
            unpacked=MAX_UPLOAD_SIZE - unpacked.size,
            file_size=MAX_UPLOAD_SIZE,
            names=_MAX_NAMED,
        )
    except Refusal as refusal:
        message = (
            _REFUSALS.get(refusal.code, _UNREADABLE) if refusal.place.part else _of_the_zip(refusal.code)
        )
        name = message_excerpt(refusal.place.part)
        raise DomainError(str(message) % {"name": name, "most": MAX_FILES}) from refusal
    for name, raw in entries:
        name = normalize("NFC", name)  # macOS packs names with their accents apart
        if not is_part_of_pack(name):
            yield ImportEntry(name, b"", is_passed_over=True)
            continue
        unpacked.count_file()
        unpacked.count(len(raw))
        yield entry_of(name, raw)


def _of_the_zip(code: str) -> str | Promise:
    """The sentence where no entry can be named."""
    message = _REFUSALS.get(code, _UNREADABLE)
    return _UNREADABLE if message is _SUSPICIOUS else message
