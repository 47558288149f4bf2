"""What a restore must do again, so that nothing comes back that was purged or erased.

The lists lie beside the files, outside of the database: a backup that is older than an act knows nothing of it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from portal.kernel.files.backends.folder import sync_folder

RestoreAction = Callable[[], int]
_RESTORE_ACTIONS: dict[str, RestoreAction] = {}


def after_restore(name: str) -> Callable[[RestoreAction], RestoreAction]:
    """Register what is done again after a restore; it returns how many entries it has gone through."""

    def register(act: RestoreAction) -> RestoreAction:
        _RESTORE_ACTIONS[name] = act
        return act

    return register


def run_after_restore() -> dict[str, int]:
    """Do all of it; a restore calls this before the portal opens. Repeatable."""
    return {name: act() for name, act in _RESTORE_ACTIONS.items()}


class Ledger:
    """A plain list in the data folder, one entry a line, that is only ever added to."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def path(self) -> Path:
        return Path(settings.DATA_DIR, "ledgers", self.name)

    def add(self, entry: str) -> None:
        """Append the entry unless it is there already; on the disk when this returns."""
        if entry in self.entries():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="ascii") as ledger:
            ledger.write(entry + "\n")
            ledger.flush()
            os.fsync(ledger.fileno())
        sync_folder(self.path.parent)

    def entries(self) -> Iterator[str]:
        """Every entry, oldest first."""
        if self.path.exists():
            yield from self.path.read_text(encoding="ascii").splitlines()
