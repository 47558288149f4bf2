"""`manage.py bench`: the benches, each against real servers on data of its own that is thrown away."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from portal.local import servers, surroundings
from portal.local.environment import ROOT, Refusal
from portal.local.folder import DataFolder, remove_abandoned
from portal.local.identity import Identity, popen_options
from portal.local.interruption import interruptible

_PREFIX = "portal-bench-"


def main(arguments: Sequence[str]) -> int:
    """Run the bench that the first argument names, else all of them; the first exit code that is not 0."""
    known = names()
    if arguments and arguments[0] not in known:
        raise Refusal(f"There is no bench “{arguments[0]}”; there are: {', '.join(known)}.")
    wanted = arguments[:1] or known
    codes = [_bench(name, arguments[1:]) for name in wanted]
    return next((code for code in codes if code), 0)


def names() -> list[str]:
    """Every package in `bench/` that can be run is a bench."""
    return sorted(path.parent.name for path in (ROOT / "bench").glob("*/__main__.py"))


def _bench(name: str, arguments: Sequence[str]) -> int:
    """Start throw-away servers, migrate, run the bench, and give back its exit code."""
    code = 1
    with interruptible():
        remove_abandoned(_PREFIX + "*")
        folder = DataFolder(Path(tempfile.mkdtemp(prefix=_PREFIX)))
        try:
            with servers.running(folder, servers.Purpose.TESTS) as running:
                variables = surroundings.describe(folder, running.addresses(), port=8000)
                code = _run(variables, ["manage.py", "migrate", "--verbosity=0"])
                code = code or _run(variables, ["-m", f"bench.{name}", *arguments])
        finally:
            folder.close()
            shutil.rmtree(folder.path, ignore_errors=True)
    return code


def _run(variables: dict[str, str], arguments: Sequence[str]) -> int:
    child = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **variables},
        cwd=ROOT,
        **popen_options(Identity.SELF, signal.SIGTERM),
    )
    return child.wait()
