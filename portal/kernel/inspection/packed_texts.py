"""A zip of texts: those with the wanted endings, read within limits; others and hidden ones are named at most."""

import re
import stat
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.refusal import Place, Refusal
from portal.kernel.inspection.zip_entries import Entry, Limits, ZipEntries

_MAX_ENTRIES = 5000  # of all kinds: a folder that somebody packs holds pictures too
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst", ".jar")
_IGNORED = ("__MACOSX/",)  # what macOS adds to every zip
_DRIVE = re.compile(r"[A-Za-z]:")


def inspect(
    content: bytes, *, endings: Sequence[str], files: int, unpacked: int, file_size: int, names: int = 0
) -> Answer:
    """The files with their paths, in the order of the zip; of one that is too large, one byte beyond `file_size`.

    So many `names` of other files follow, without their bytes; archives inside, which are not opened, before others.
    """
    archive = ZipEntries(content, Limits(_MAX_ENTRIES, unpacked, free=64 * 1024))
    _refuse_unsafe(archive)
    listed = [
        entry for entry in archive if not entry.name.endswith("/") and not entry.name.startswith(_IGNORED)
    ]
    wanted = [
        entry
        for entry in listed
        if PurePosixPath(entry.name.lower()).suffix in endings
        and not entry.name.lower().endswith(_ARCHIVES)
        and not _is_hidden(entry.name)
    ]
    others = [entry for entry in listed if entry not in wanted]
    others.sort(key=lambda entry: not entry.name.lower().endswith(_ARCHIVES))
    if len(wanted) > files:
        raise Refusal("too-many-parts")
    archive.measure(wanted)
    read = [(entry.name, archive.read(entry)[: file_size + 1]) for entry in wanted]
    return Answer([*read, *((entry.name, b"") for entry in others[:names])])


def _is_hidden(name: str) -> bool:
    """Whether it is a hidden file, or stands in a hidden folder."""
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


def _refuse_unsafe(entries: Iterable[Entry]) -> None:
    names = set[str]()
    for entry in entries:
        name = entry.name.replace("\\", "/")
        where = Place(part=entry.name)
        if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            raise Refusal("zip-path", where)
        if not name.isprintable():
            raise Refusal("zip-name", where)
        if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refusal("zip-link", where)
        if name in names:
            raise Refusal("zip-twice", where)
        names.add(name)
