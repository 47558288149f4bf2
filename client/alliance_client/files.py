"""Files that are there whole or not at all."""

import atexit
import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from alliance_client.errors import DamagedDownload, FileExists, NotSaved
from alliance_client.words import say

_FORBIDDEN = frozenset('/\\:*?"<>|')
_unfinished: set[Path] = set()


def plain_name(name: str, otherwise: str) -> str:
    """The last part of a name, with nothing in it that leads out of a folder or hides the file."""
    last = name.replace("\\", "/").rpartition("/")[2]
    cleaned = (
        "".join(sign for sign in last if sign.isprintable() and sign not in _FORBIDDEN).strip().lstrip(".")
    )
    return cleaned[:150] or otherwise


def write_whole(
    path: Path,
    parts: Iterable[bytes],
    *,
    sha256: str = "",
    overwrite: bool = False,
    progress: Callable[[int], None] = lambda size: None,
    mode: int = 0o644,
) -> Path:
    """Write beside, compare with the digest, then rename. Whatever goes wrong, no half file is left.

    Raises DamagedDownload when the digest is another one, FileExists unless `overwrite`, NotSaved where the disk
    refuses.
    """
    make_place(path, overwrite=overwrite)
    with _refusals_of_disk(path):
        digest, size = hashlib.sha256(), 0
        beside = path.parent / f".{secrets.token_hex(8)}.part"
        # noted before it is there: whoever is stopped while it is made, or while it is removed, removes it at the end
        _unfinished.add(beside)
        try:
            with open(beside, "xb", opener=_open_own) as file:
                for part in parts:
                    file.write(part)
                    digest.update(part)
                    size += len(part)
                    progress(size)
                file.flush()
                os.fsync(file.fileno())
            if sha256 and digest.hexdigest() != sha256:
                raise DamagedDownload(
                    say(
                        "{name} arrived damaged: its digest is not the one that the portal names. Nothing was saved.",
                        name=path.name,
                    )
                )
            beside.chmod(mode)
            _refuse_existing(path, overwrite=overwrite)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
            _unfinished.discard(beside)
        _sync(path.parent)
        return path


@contextlib.contextmanager
def _refusals_of_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except ConnectionError:  # of what is read, or of whoever follows the progress
        raise
    except OSError as error:
        message = say(
            "{path} was not saved: {reason}. Make room, or choose another place; then run the same command again.",
            path=path,
            reason=error.strerror or error,
        )
        raise NotSaved(message) from error


@atexit.register
def remove_unfinished() -> None:
    """Remove what was begun and neither named nor removed, as the process was told to end in that very moment."""
    while _unfinished:
        with contextlib.suppress(OSError):
            _unfinished.pop().unlink(missing_ok=True)


def _open_own(path: str, flags: int) -> int:
    """Until it is whole, its owner alone reads it."""
    return os.open(path, flags, 0o600)


def make_place(path: Path, *, overwrite: bool) -> None:
    """Make the folder of a file that is written later, so that what is refused is refused before anything is asked.

    Raises FileExists unless `overwrite`, NotSaved where the disk refuses.
    """
    with _refusals_of_disk(path):
        _refuse_existing(path, overwrite=overwrite)
        path.parent.mkdir(parents=True, exist_ok=True)


def _refuse_existing(path: Path, *, overwrite: bool) -> None:
    if not overwrite and path.exists():
        raise FileExists(say("{path} is there already. Add --force to write over it.", path=path))


def _sync(folder: Path) -> None:
    """Make the name itself durable, where the system knows that of folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
