"""Starts the inspection of a file in a process of its own, and reads its answer, which is believed in nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import structlog

from portal.kernel.errors import DomainError
from portal.kernel.files.uploads.turns import NoTurn, turn
from portal.kernel.inspection import Place, Refusal
from portal.kernel.text import sentence as _
from portal.kernel.text.strict_yaml import message_excerpt

_TIMEOUT = 25  # seconds; the process ends itself before
_CODE_FOLDER = Path(__file__).resolve().parents[4]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from portal.kernel.inspection.program import main; main(*sys.argv[2:])"
)
_ENVIRONMENT = {"LANG": "C.UTF-8"}
_OVER_TIME = {signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL}
_MAX_LINE = 4 * 1024 * 1024  # bytes
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the inspection gave back: files, and what it learnt.

    `confinement` says which rights it had given up; `late_imports` are modules that it lacked then, our fault.
    """

    files: list[tuple[str, bytes]]
    facts: Mapping[str, int]
    confinement: Mapping[str, Any]
    late_imports: list[str]


def inspect(kind: str, content: bytes, **options: object) -> Inspected:
    """Inspect the content in a process without rights, when it is this one's turn.

    Raises Refusal for the file, and DomainError when it cannot be inspected now.
    """
    try:
        with turn():
            return _run(kind, content, options)
    except NoTurn as busy:
        message = _(
            "Too many files are being checked at the moment. Nothing was saved; try again in a minute."
        )
        raise DomainError(message, field="file") from busy


def unpack_zip(
    content: bytes, *, endings: Sequence[str], files: int, unpacked: int, file_size: int, names: int = 0
) -> list[tuple[str, bytes]]:
    """The files with these endings in a zip, with their paths; of one above `file_size`, one byte more than that.

    `files` and `unpacked` are how many there may be, and how many bytes; so many `names` of the others, and
    of hidden ones, follow without their bytes. Raises Refusal, with the entry as its part,
    and DomainError when it cannot be inspected now.
    """
    limits = {"files": files, "unpacked": unpacked, "file_size": file_size, "names": names}
    return inspect("zip", content, endings=list(endings), **limits).files


def missing_walls() -> list[str]:
    """What keeps an inspection from nothing on this machine: `user`, `network`, `calls`, or a right that it has.

    Starts one that tries. Raises DomainError when none can be started.
    """
    tried = inspect("probe", b"")
    walls = [name for name, is_there in tried.confinement.items() if not is_there]
    return walls + [name for name, value in tried.facts.items() if value and name != "variables"]


def _run(kind: str, content: bytes, options: Mapping[str, object]) -> Inspected:
    # -I: neither variables nor folders of ours say what is imported
    command = [
        sys.executable,
        "-I",
        "-c",
        _START,
        str(_CODE_FOLDER),
        kind,
        str(os.getpid()),
        json.dumps(options),
    ]
    with TemporaryFile() as source, TemporaryFile() as output, TemporaryFile() as errors:
        source.write(content)
        source.seek(0)
        try:
            done = subprocess.run(
                command, stdin=source, stdout=output, stderr=errors, cwd="/", env=_ENVIRONMENT, timeout=_TIMEOUT,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            raise Refusal("too-slow") from late
        if done.returncode > 0:
            errors.seek(0)
            reason = errors.read(_MAX_LINE).decode("utf-8", "replace")[-300:]
            _log.error("inspection_failed", kind=kind, reason=reason)
            message = _(
                "Files cannot be checked at the moment. Nothing was saved; try again in a few minutes."
            )
            raise DomainError(message, field="file")
        if done.returncode < 0:
            raise Refusal("too-slow" if -done.returncode in _OVER_TIME else "unreadable")
        output.seek(0)
        return _read_answer(output)


def _read_answer(output: IO[bytes]) -> Inspected:
    """What the process has written; it has read a file of strangers, so that it is held to the form."""
    try:
        line = json.loads(output.readline(_MAX_LINE))
        late_imports = [str(name) for name in line["late_imports"]][:20]
        if late_imports:
            _log.error("inspection_lacks_modules", names=late_imports)
        if "refused" in line:
            place = line.get("place", {})
            raise Refusal(str(line["refused"]), Place(**{name: _plain(place[name]) for name in place}))
        files = [(str(name), output.read(max(0, int(size)))) for name, size in line["files"]]
        facts = {str(name): int(value) for name, value in line["facts"].items()}
        return Inspected(files, facts, dict(line["confinement"]), late_imports)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal("unreadable") from error


def _plain(value: object) -> Any:
    return value if isinstance(value, int) else message_excerpt(str(value))
