"""What a restore must do again, so that nothing comes back that was purged or erased.

The lists lie beside the files, outside of the database: a backup that is older than an act knows nothing of it. Where
the files lie in a bucket, the lists do too, an object for each entry: any number of machines add to them, and none of
them has to last.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile

from portal.kernel.files.backends.folder import sync_folder
from portal.kernel.files.integrity.measure import file_storage

RestoreAction = Callable[[], int]
_RESTORE_ACTIONS: dict[str, RestoreAction] = {}
_LEDGERS: list["Ledger"] = []
# begins with a dot, as all names that are no stored file's: no walk finds it, no backup takes it along
_SHARED_FOLDER = ".ledgers"


def after_restore(name: str) -> Callable[[RestoreAction], RestoreAction]:
    """Register what is done again after a restore; it returns how many entries it has gone through."""

    def register(act: RestoreAction) -> RestoreAction:
        _RESTORE_ACTIONS[name] = act
        return act

    return register


def run_after_restore() -> dict[str, int]:
    """Do all of it; a restore calls this before the portal opens. Repeatable."""
    for ledger in _LEDGERS:
        ledger.share()
    return {name: act() for name, act in _RESTORE_ACTIONS.items()}


def copy_ledgers(folder: Path) -> dict[str, int]:
    """Write each ledger into the folder, as a data folder has it; returns how many entries each has.

    What the folder has and the portal has not stays there. Raises OSError or StorageError.
    """
    return {ledger.name: ledger.copy_to(folder) for ledger in _LEDGERS}


class Ledger:
    """A plain list, one entry a line, that is only ever added to: in the data folder, or in the bucket of the files."""

    def __init__(self, name: str) -> None:
        self.name = name
        _LEDGERS.append(self)

    @property
    def path(self) -> Path:
        """Where it lies in the data folder."""
        return Path(settings.DATA_DIR, "ledgers", self.name)

    def add(self, entry: str) -> None:
        """Add the entry unless it is there already; it lasts when this returns. Raises OSError or StorageError."""
        if is_storage_shared():
            self._add_shared(entry)
        elif entry not in self.entries():
            _append(self.path, [entry])

    def entries(self) -> Iterator[str]:
        """Every entry, in the order of the data folder's; those of a bucket follow. Raises OSError or StorageError."""
        local = _lines(self.path)
        yield from local
        if is_storage_shared():
            yield from sorted(self._shared_entries() - set(local))

    def share(self) -> None:
        """Add to the bucket what only the data folder knows: it was brought along, or is from before the bucket."""
        if is_storage_shared():
            for entry in _lines(self.path):
                self._add_shared(entry)

    def copy_to(self, folder: Path) -> int:
        """Add to the list in the folder what it lacks; returns how many entries it has then."""
        target = folder / self.name
        known = _lines(target)
        new = [entry for entry in self.entries() if entry not in set(known)]
        _append(target, new)
        return len(known) + len(new)

    def _add_shared(self, entry: str) -> None:
        name = urlsafe_b64encode(entry.encode("ascii")).decode("ascii").rstrip("=")
        path = f"{_SHARED_FOLDER}/{self.name}/{name}"
        if not file_storage().exists(path):
            file_storage().save(path, ContentFile(f"{entry}\n".encode("ascii")))

    def _shared_entries(self) -> set[str]:
        """Their names say what they are: none has to be opened."""
        _folders, names = file_storage().listdir(f"{_SHARED_FOLDER}/{self.name}")
        return {urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode("ascii") for name in names}


def is_storage_shared() -> bool:
    """Whether files lie in a bucket, and not in a folder of a machine."""
    return bool(file_storage().is_shared)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines() if path.exists() else []


def _append(path: Path, entries: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as ledger:
        ledger.writelines(f"{entry}\n" for entry in entries)
        ledger.flush()
        os.fsync(ledger.fileno())
    sync_folder(path.parent)
