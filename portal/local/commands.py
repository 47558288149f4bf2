"""Which command runs: the launcher's own four, or one of Django's with the running servers' addresses."""

import atexit
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from portal.local import translations
from portal.local.environment import ADDRESSES
from portal.local.folder import DEFAULT, running_environment
from portal.local.identity import Identity, give


def run(arguments: Sequence[str]) -> int:
    """Run what the command line asks for and give back the exit code."""
    translations.compile_translations()
    command = arguments[1] if len(arguments) > 1 else ""
    if command == "demo":
        from portal.local import demo

        return demo.main(arguments[2:])
    if command == "test":
        from portal.local import testing

        return testing.main(arguments[2:])
    if command == "bench":
        from portal.local import benching

        return benching.main(arguments[2:])
    if command == "services":
        from portal.local import services

        return services.main(arguments[2:])
    return _run_django(list(arguments))


def _run_django(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    found = _join_running_servers()
    try:
        execute_from_command_line(arguments)
    except OperationalError as error:
        if found:
            raise
        print(f"No database answers: {str(error).strip()}\n{_REMEDY}", file=sys.stderr)
        return 1
    return 0


_REMEDY = (
    "Start one with `python3 manage.py demo` or `python3 manage.py services` in another window, "
    f"or set {', '.join(ADDRESSES)}. When it runs with --data-dir, name that folder in PORTAL_DATA_DIR."
)


def _join_running_servers() -> bool:
    """Use the servers that run on the data folder, unless others are named; say whether there are any."""
    if any(map(os.environ.get, ADDRESSES)):
        return True
    path = Path(os.environ.get("PORTAL_DATA_DIR") or DEFAULT)
    environment = running_environment(path)
    for name, value in (environment or {"SECRET_KEY": secrets.token_urlsafe(50)}).items():
        os.environ.setdefault(name, value)
    if environment:
        atexit.register(_give_back, path)
    return environment is not None


def _give_back(path: Path) -> None:
    """What root has just written into a folder of nobody's must be nobody's too."""
    if os.geteuid() == 0 and path.stat().st_uid != 0:
        give(path / "files", Identity.NOBODY)
