"""Builds `.venv` from a hashed lock with visible progress; standard library only."""

import hashlib
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec

from portal.local.environment import BASE_LOCK, ROOT, VENV, LauncherError

PYTHON = VENV / "bin" / "python"
# What was installed last, and a mark that exists while an installation is under way.
_STAMP_FILE = VENV / "portal.json"
_UNFINISHED_MARKER = VENV / "portal.unfinished"

_PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--progress-bar=off", "--require-hashes")
_COLLECTING = re.compile(r"^\s*Collecting ([^\s=]+)==(\S+)")
_PINNED = re.compile(r"^[A-Za-z0-9][^\s=]*==", re.MULTILINE)


def is_installed(lock: str) -> bool:
    """Return whether `.venv` holds exactly what the lock asks for, by its stamp: a few milliseconds."""
    if _UNFINISHED_MARKER.exists() or not os.access(PYTHON, os.X_OK):
        return False
    stamp = _read_stamp()
    return stamp.get("python") == os.path.realpath(PYTHON) and stamp.get(lock) == _digest(lock)


def install_lock(lock: str, lock_file: int) -> bool:
    """Make `.venv` if need be, install the lock into it, stamp it. Always true: something was done.

    What was interrupted halfway is thrown away and made anew. `lock_file` is handed on to pip, so that the
    lock on the folder is held as long as pip works, even when this process is killed.
    """
    if not _is_usable():
        _make_venv()
    _UNFINISHED_MARKER.touch()
    _STAMP_FILE.unlink(missing_ok=True)
    _run_pip(lock, lock_file)
    stamp = {"python": os.path.realpath(PYTHON), BASE_LOCK: _digest(BASE_LOCK), lock: _digest(lock)}
    _STAMP_FILE.write_text(json.dumps(stamp))
    _UNFINISHED_MARKER.unlink()
    print("The environment is ready.", flush=True)
    return True


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(_STAMP_FILE.read_text()))
    except (OSError, ValueError):
        return {}


def _is_usable() -> bool:
    """An environment that can be installed into: whole, runnable, and of the Python that it was made for."""
    if _UNFINISHED_MARKER.exists() or not os.access(PYTHON, os.X_OK):
        return False
    if (made_for := _read_stamp().get("python")) and made_for != os.path.realpath(PYTHON):
        return False
    result = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True
    )
    return result.stdout.strip() == b"True"


def _base_python() -> str:
    """The interpreter behind a virtual environment, or the running one."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _make_venv() -> None:
    if VENV.is_symlink():  # it may be another folder's: clearing it would take that one's environment away
        raise LauncherError(
            f".venv is a link to {os.readlink(VENV)}, which has no usable environment. "
            "Make one there, or remove the link: then .venv is made here."
        )
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Making .venv with Python {version} (once; about a minute).", flush=True)
    without_pip = ["--without-pip"] if find_spec("ensurepip") is None else []
    process = subprocess.run(
        [_base_python(), "-m", "venv", "--clear", *without_pip, str(VENV)], capture_output=True, text=True
    )
    if process.returncode:
        raise LauncherError(
            f"Python could not make {VENV}:\n{(process.stdout + process.stderr).strip()}\n{_VENV_REMEDY}"
        )


_VENV_REMEDY = (
    "This Python comes without what makes virtual environments. "
    "On Debian: apt-get install python3-venv; or start manage.py with another Python 3.11 or newer."
)


def _pip() -> list[str]:
    """The pip of the environment, or the base Python's pip pointed at it where the environment has none."""
    if not subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
        return [str(PYTHON), "-m", "pip"]
    outer = [_base_python(), "-m", "pip", "--python", str(PYTHON)]
    if not subprocess.run([*outer, "--version"], capture_output=True).returncode:
        return outer
    raise LauncherError(_VENV_REMEDY)


def _run_pip(lock: str, lock_file: int) -> None:
    total = len(_PINNED.findall((ROOT / lock).read_text()))
    print(f"Installing the packages of {lock}.", flush=True)
    process = subprocess.Popen(
        [*_pip(), "install", *_PIP_OPTIONS, "-r", str(ROOT / lock)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env={**os.environ, "PYTHONUNBUFFERED": "1"}, pass_fds=[lock_file],
    )  # fmt: skip
    lines = _show_progress(process, total)
    if process.wait():
        tail = "".join(lines[-25:]).rstrip()
        raise LauncherError(
            f"{tail}\n\nThe packages could not be installed (pip's last words are above). Start again."
        )


def _show_progress(process: "subprocess.Popen[str]", total: int) -> list[str]:
    """Print one short line per package as pip gets to it; return pip's whole output."""
    lines: list[str] = []
    number = 0
    for line in process.stdout or ():
        lines.append(line)
        if match := _COLLECTING.match(line):
            number += 1
            print(f"  {number:3} of at most {total}  {match[1]} {match[2]}", flush=True)
        elif line.startswith("Installing collected packages"):
            print("  unpacking", flush=True)
    return lines
