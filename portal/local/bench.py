"""`manage.py bench`: the benches, each against real servers on data of its own that is thrown away."""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from portal.local import servers
from portal.local.environment import ROOT
from portal.local.folder import DataFolder, remove_abandoned_folders
from portal.local.identity import Identity, popen_options
from portal.local.interruption import interruptible
from portal.local.variables import portal_variables

_PREFIX = "portal-bench-"
# each starts, fills and kills a demonstration of its own, for a quarter of an hour: by its name alone
_STANDALONE = ("chaos", "cluster")
_LAST = ("scale",)
_WITHOUT_SERVERS = ("tests",)
_RUN = "BENCH_RUN"  # as bench/results_page.py reads it


def main(arguments: Sequence[str]) -> int:
    """Run the bench that the first argument names, else all of them; the first exit code that is not 0."""
    parser = argparse.ArgumentParser(
        prog="manage.py bench",
        description="Measure the portal on data that is thrown away, and write docs/performance.md. "
        "Ends with 1 when a bar does not hold.",
    )
    parser.add_argument("name", nargs="?", choices=names(), help="one bench alone (default: all of them)")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what this bench takes besides")
    options = parser.parse_args(arguments)
    if not {"-h", "--help"}.isdisjoint(options.arguments):
        # its own help needs no servers, only settings
        return _run({"SECRET_KEY": secrets.token_urlsafe(50)}, [*_program(options.name), "--help"])
    if options.name in (*_STANDALONE, *_WITHOUT_SERVERS):
        return _run({}, [*_program(options.name), *options.arguments])
    if options.name:
        return _bench(options.name, options.arguments)
    run = {_RUN: describe_run(datetime.now(UTC))}
    codes = []
    for name in names_of_all():
        began = time.monotonic()
        codes.append(_bench(name, (), run))
        print(f"bench {name}: {(time.monotonic() - began) / 60:.0f} minutes", flush=True)
    return next((code for code in codes if code), 0)


def names_of_all() -> list[str]:
    """Those of the run of all: that which cites the figures of others last."""
    chosen = [name for name in names() if name not in _STANDALONE]
    return sorted(chosen, key=lambda name: (name in _LAST, name))


def describe_run(began: datetime) -> str:
    """When a run of all began, and of which commit; sections that say the same are of one run."""
    git = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:  # no git, no commit
        return f"{began:%Y-%m-%d at %H:%M} UTC"
    commit = f" at {done.stdout.strip()}" if done.returncode == 0 else ""
    return f"{began:%Y-%m-%d at %H:%M} UTC{commit}"


def names() -> list[str]:
    """Every package in `bench/` that can be run is a bench."""
    return sorted(path.parent.name for path in (ROOT / "bench").glob("*/__main__.py"))


def _bench(name: str, arguments: Sequence[str], run: Mapping[str, str] = MappingProxyType({})) -> int:
    """Start throw-away servers, migrate, run the bench, and return its exit code."""
    if name in _WITHOUT_SERVERS:
        return _run(dict(run), [*_program(name), *arguments])
    code = 1
    with interruptible():
        remove_abandoned_folders(_PREFIX + "*")
        folder = DataFolder(Path(tempfile.mkdtemp(prefix=_PREFIX)))
        try:
            with servers.running_servers(folder, servers.Purpose.BENCHES) as running:
                variables = {**portal_variables(folder, running.addresses(), port=8000), **run}
                code = _run(variables, ["manage.py", "migrate", "--verbosity=0"])
                code = code or _run(variables, [*_program(name), *arguments])
        finally:
            folder.close()
            shutil.rmtree(folder.path, ignore_errors=True)
    return code


def _program(name: str) -> tuple[str, str]:
    return "-m", f"bench.{name}"


def _run(variables: dict[str, str], arguments: Sequence[str]) -> int:
    child = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **variables},
        cwd=ROOT,
        **popen_options(Identity.SELF, signal.SIGTERM),
    )
    return child.wait()
