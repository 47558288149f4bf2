"""The data folder: its owner, what is running on it, and its sockets."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any

from portal.local import processes
from portal.local.environment import ROOT, LauncherError
from portal.local.identity import NOBODY, Identity, give_ownership

DEFAULT = ROOT / "var"
_MARKER_FILE = ".portal-data"
# A socket's path may have 107 bytes; "/.s.PGSQL.5432.lock" and "/valkey.sock" come after the folder.
_MAX_SOCKET_PATH = 85


class DataFolder:
    """An opened data folder; as long as this object lives no other launcher can open the same."""

    def __init__(self, path: Path) -> None:
        """Take the folder, making it if need be.

        Refuses one that holds something else, and one that another launcher is using.
        """
        self.path = path.absolute().resolve()
        _refuse_foreign(self.path)
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = _take_lock(self.path)
        recorded = [(int(pid), str(born)) for pid, born in (self.load_facts("children.json") or {}).values()]
        # a start that ends in order takes this file away
        self.was_killed = self._file("environment.json").exists()
        if not processes.end_recorded_processes(recorded, self.path):
            raise LauncherError(
                f"Processes of an earlier start on {self.path} do not end; end them and start again."
            )
        self.identity = Identity.SELF
        self._children: list[processes.Child] = []

    def close(self) -> None:
        """Let go of the folder."""
        self._file("environment.json").unlink(missing_ok=True)
        shutil.rmtree(self.sockets, ignore_errors=True)
        os.close(self._lock)

    # --- what lies in it -----------------------------------------------------------------

    @property
    def log(self) -> Path:
        return self._file("log")

    @property
    def temporary(self) -> Path:
        """Where the children put temporary files; a killed one cannot clear away its own."""
        return self._file("tmp")

    @property
    def sockets(self) -> Path:
        """The short folder of the sockets, outside the data folder, named by a hash of its path."""
        name = "portal-" + hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return _runtime_folder() / name

    def prepare(self, identity: Identity) -> None:
        """Make what the children need, belonging to those as whom they run."""
        self.identity = identity
        if (
            not self.log.exists()
        ):  # a new folder, whose storage of files is empty; one that is away is not made anew
            self._file("files").mkdir(exist_ok=True)
        self.log.mkdir(exist_ok=True)
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir()
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        status = self.sockets.lstat()
        if not stat.S_ISDIR(status.st_mode) or not _is_ours(status.st_uid):
            raise LauncherError(
                f"{self.sockets} belongs to somebody else; remove it, or set TMPDIR to another folder."
            )
        self.sockets.chmod(0o700)
        # nobody listens here any more; PostgreSQL would take any process of the number in its lock for a server
        for stale in self.sockets.iterdir():
            stale.unlink()
        give_ownership(self.sockets, self.identity)
        give_ownership(self.path, identity)

    def give_to_children(self, path: Path) -> None:
        """Make a path in the folder belong to those as whom the children run."""
        give_ownership(path, self.identity)

    def reset(self) -> None:
        """Delete all that is in the folder, for good."""
        for entry in self.path.iterdir():
            if entry.name == _MARKER_FILE:
                continue
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()

    def secret_key(self) -> str:
        """The key of this installation that signs sessions and links, made at its first start."""
        return self._key("secret-key")

    def credential_key(self) -> str:
        """The key that encrypts secrets of second factors, made at the first start."""
        return self._key("credential-key")

    def _key(self, name: str) -> str:
        file = self._file(name)
        if not file.exists():
            draft = self._file(f"{name}.new")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(50))
            draft.replace(file)
        return file.read_text()

    def save_facts(self, name: str, facts: Any) -> None:
        """Keep facts in a small JSON file, written whole or not at all."""
        draft = self._file(f"{name}.new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
        draft.replace(self._file(name))

    def load_facts(self, name: str) -> Any:
        """What `save_facts` stored, or None."""
        try:
            return json.loads(self._file(name).read_text())
        except (OSError, ValueError):
            return None

    # --- what runs on it -----------------------------------------------------------------

    def spawn(self, program: processes.Program) -> processes.Child:
        """Start a program of this folder and note it, so that a later start knows what was left running.

        Raises OSError, and leaves nothing running, where it cannot be noted: the disk is full.
        """
        child = processes.spawn(program, self.identity, self.log / f"{program.name}.log")
        children = [*(each for each in self._children if not each.has_ended()), child]
        born = {each.program.name: (each.pid, processes.start_time(each.pid)) for each in children}
        try:
            self.save_facts("children.json", born)
        except OSError:
            child.kill_group()
            raise
        self._children = children
        return child

    def _file(self, name: str) -> Path:
        return self.path / name


def running_environment(path: Path) -> dict[str, str] | None:
    """The environment of what runs on a data folder at this moment, or None."""
    try:
        with (path / _MARKER_FILE).open() as marker_file:
            fcntl.flock(marker_file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except BlockingIOError:
        pass
    except OSError:
        return None
    try:
        return dict(json.loads((path / "environment.json").read_text()))
    except (OSError, ValueError):
        return None


def remove_abandoned_folders(pattern: str, place: Path | None = None) -> None:
    """Remove throw-away data folders whose launcher was killed; by default those among the temporary files."""
    for path in (place or Path(tempfile.gettempdir())).glob(pattern):
        try:
            if not _is_ours(path.lstat().st_uid):
                continue
            folder = DataFolder(path)
        except (LauncherError, OSError):  # in use, or gone since we looked
            continue
        shutil.rmtree(path, ignore_errors=True)
        folder.close()


def _is_ours(owner: int) -> bool:
    """Root gives its folders to nobody, so they are root's own as well."""
    return owner == os.geteuid() or (os.geteuid() == 0 and owner == NOBODY)


def _take_lock(folder: Path) -> int:
    """Lock the folder's marker file and write our process id into it.

    Tries for half a second: `running_environment` holds the lock for an instant when it looks.
    """
    try:
        lock = os.open(folder / _MARKER_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        raise LauncherError(
            f"{folder} belongs to another user; give a folder of your own with --data-dir."
        ) from None
    if not processes.wait_until(lambda: _try_lock(lock), 0.5, pause=0.1):
        os.close(lock)
        try:
            pid = (folder / _MARKER_FILE).read_text().strip()
        except OSError:
            pid = "?"
        raise LauncherError(
            f"A portal is already running on {folder} (process {pid}). "
            "Stop it with Ctrl-C where it runs, or give another folder with --data-dir."
        )
    os.truncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _runtime_folder() -> Path:
    private = os.environ.get("XDG_RUNTIME_DIR", "")
    if (
        private
        and os.geteuid() != 0
        and os.access(private, os.W_OK)
        and len(os.fsencode(private)) < _MAX_SOCKET_PATH - 20
    ):
        return Path(private)
    shared = tempfile.gettempdir()
    return Path(shared if len(os.fsencode(shared)) < _MAX_SOCKET_PATH - 20 else "/tmp")


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise LauncherError(f"{path} is not a folder.")
    if path.is_dir() and not (path / _MARKER_FILE).exists() and any(path.iterdir()):
        raise LauncherError(
            f"{path} holds something else than a portal's data. Name an empty folder, or one not yet made."
        )
