"""Programs that tests ask: of the environment, and of Debian, which as root are installed, once on a machine."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest


def of_environment(name: str) -> str:
    """The path of a program that a package of the tests has brought."""
    path = shutil.which(name, path=Path(sys.executable).parent)
    assert path, f"{name} is missing in the environment of the tests"
    return path


def unavailable(sentence: str) -> NoReturn:
    """Skip the test with a sentence that says what this machine does not have; REQUIRE_BROWSER=1 fails it."""
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@cache
def program(package: str, name: str) -> str:
    """The program's path; without it the test cannot be made here."""
    path = find(package, name)
    if path is None:
        unavailable(f"There is no {name} here: install {package}.")
    return path


def find(package: str, *names: str) -> str | None:
    """The first of these programs on the path, else that of the package; None where it cannot be installed."""
    return _on_path(names) or _install(package, names)


def _on_path(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _install(package: str, names: tuple[str, ...]) -> str | None:
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return None
    with (Path(tempfile.gettempdir()) / "portal-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one process of the run installs, the others wait
        if not _on_path(names):
            quiet: Any = {
                "stdout": subprocess.DEVNULL,
                "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            }
            subprocess.run([apt, "update"], check=False, **quiet)
            subprocess.run([apt, "install", "-y", "--no-install-recommends", package], check=False, **quiet)
    return _on_path(names)
