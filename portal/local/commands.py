"""Which command runs: one of the launcher's own, or one of Django's with the running servers' addresses."""

import atexit
import importlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from portal.local import translations
from portal.local.environment import ADDRESS_VARIABLES
from portal.local.folder import DEFAULT, running_environment
from portal.local.identity import Identity, give_ownership

# The launcher's own commands: the module of each, which parses the rest of the command line, and what it does.
_OWN = {
    "demo": ("demo", "serves the whole portal with demonstration data"),
    "services": ("services", "runs PostgreSQL and Valkey alone, for development"),
    "test": ("test", "runs the tests against servers that are thrown away"),
    "bench": ("bench", "measures the portal beside the least that Django or PostgreSQL needs"),
    "release": ("release", "builds what an installation is made from, the same bytes each time"),
}


def run(arguments: Sequence[str]) -> int:
    """Run what the command line asks for and return the exit code."""
    translations.compile_translations()
    command, *rest = arguments[1:] or ["help"]
    if command == "help" and rest and rest[0] in _OWN:
        command, rest = rest[0], ["--help"]
    if command in _OWN:
        code: int = importlib.import_module(f"portal.local.{_OWN[command][0]}").main(rest)
        return code
    if command in ("help", "--help", "-h") and not rest:
        print("The portal's own commands; each answers --help:\n")
        print("\n".join(f"    {name:10}{does}" for name, (_module, does) in _OWN.items()))
    return _run_django(list(arguments))


def _run_django(arguments: list[str]) -> int:
    from portal.console import SERVERS_HINT, run_django  # only now: it imports packages

    return run_django(arguments, SERVERS_HINT if _use_running_servers() else _START_SERVERS_HINT)


_START_SERVERS_HINT = (
    "Start one with `python3 manage.py demo` or `python3 manage.py services` in another window, "
    f"or set {', '.join(ADDRESS_VARIABLES)}. When it runs with --data-dir, name that folder in PORTAL_DATA_DIR."
)


def _use_running_servers() -> bool:
    """Use the servers that run on the data folder, unless others are named; return whether there are any."""
    if any(map(os.environ.get, ADDRESS_VARIABLES)):
        return True
    path = Path(os.environ.get("PORTAL_DATA_DIR") or DEFAULT)
    environment = running_environment(path)
    for name, value in (environment or {"SECRET_KEY": secrets.token_urlsafe(50)}).items():
        os.environ.setdefault(name, value)
    if environment:
        atexit.register(_restore_ownership, path)
    return environment is not None


def _restore_ownership(path: Path) -> None:
    """What root has just written into a folder of nobody's must be nobody's too."""
    if os.geteuid() == 0 and path.stat().st_uid != 0:
        give_ownership(path / "files", Identity.NOBODY)
