"""As whom the children of the launcher run: never as root, which PostgreSQL refuses and Celery warns of."""

import ctypes
import enum
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from portal.local.environment import LauncherError

NOBODY = 65534
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Identity(enum.Enum):
    """SELF: the person who started the launcher. NOBODY: the user of that name, when root started it.

    UNSHARED: root started it, but `nobody` could not reach the files (a 0700 folder on the way); the
    children then live in a user namespace of their own, in which they are `nobody` with root's files and
    without root's powers.
    """

    SELF = "self"
    NOBODY = "nobody"
    UNSHARED = "unshared"


def choose_identity(reachable: Iterable[Path], shares_files: bool = False) -> Identity:
    """Pick the identity for the children; `reachable` are files and folders that they must be able to open.

    Where the children share files and sockets with programs that root runs beside them (tests, development),
    UNSHARED comes first. Refuses when root's children could reach the files in no way.
    """
    if os.geteuid() != 0:
        return Identity.SELF
    if shares_files and can_unshare():
        return Identity.UNSHARED
    paths = [path.resolve() for path in reachable]
    if _succeeds(lambda: _nobody_can_open(paths)):
        return Identity.NOBODY
    if can_unshare():
        return Identity.UNSHARED
    raise LauncherError(
        "Root starts the portal's servers as the user nobody, who cannot reach the project's folder or its "
        "Python. Start it as a normal user, or from a folder that is open to all."
    )


def _nobody_can_open(paths: list[Path]) -> bool:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    return all(os.access(path, os.X_OK if path.is_dir() else os.R_OK) for path in paths)


def can_unshare() -> bool:
    """Return whether this machine lets us make a user namespace."""
    return _succeeds(_unshare)


def popen_options(identity: Identity, death_signal: int) -> dict[str, Any]:
    """Arguments for `subprocess.Popen`: become the identity; get `death_signal` when the launcher dies."""
    nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if identity is Identity.NOBODY else {}
    return {**nobody, "preexec_fn": _before_exec(identity, death_signal)}


def give_ownership(folder: Path, identity: Identity) -> None:
    """Make the identity the owner of a folder and all in it; only root can, and only then is it needed."""
    if os.geteuid() != 0:
        return
    owner = NOBODY if identity is Identity.NOBODY else 0
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != owner:
            os.chown(path, owner, owner, follow_symlinks=False)


def _before_exec(identity: Identity, death_signal: int) -> Callable[[], None]:
    launcher = os.getpid()

    def prepare() -> None:
        if identity is Identity.UNSHARED:
            _unshare()
        if sys.platform == "linux":
            _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != launcher:  # it died before the line above
                os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def _unshare() -> None:
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")


def _succeeds(attempt: Callable[[], bool | None]) -> bool:
    """Try something irrevocable in a child process; it fails by False or by an exception."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(1 if attempt() is False else 0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
