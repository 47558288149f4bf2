"""`manage.py test`: the whole suite against real servers on data that is thrown away."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from portal.local import servers, test_cluster
from portal.local.environment import ROOT
from portal.local.folder import DataFolder, remove_abandoned_folders
from portal.local.identity import Identity, popen_options
from portal.local.interruption import interruptible
from portal.local.variables import portal_variables

_PREFIX = "portal-test-"
_INTERRUPTED = 130
_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3
# The whole suite runs in three processes, for some of its tests wait; an argument `-n` that comes later outranks this.
_WHOLE_SUITE = ("--numprocesses=3", "--dist=loadgroup")


def main(arguments: Sequence[str]) -> int:
    """Start throw-away servers, run pytest with the given arguments, and return its exit code."""
    command = command_line(arguments)
    code = _INTERRUPTED
    with interruptible():
        _remove_abandoned()
        folder = DataFolder(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_place())))
        # what the tests make for themselves lies there too
        temporary = folder.path / "temporary"
        temporary.mkdir()
        try:
            # on a copy of the cached cluster; on servers of somebody else the tests make a template of their
            # own
            variables = {"TMPDIR": str(temporary)}
            if not servers.configured_addresses():
                cluster = test_cluster.cached_cluster()
                test_cluster.copy_cluster(cluster, folder)
                variables[test_cluster.VARIABLE] = str(cluster)
            with servers.running_servers(folder, servers.Purpose.TESTS) as running:
                described = portal_variables(folder, running.addresses(), port=8000)
                code = _run_tests({**described, **variables}, command)
        finally:
            folder.close()
            shutil.rmtree(folder.path, ignore_errors=True)
    return code


def _remove_abandoned() -> None:
    """Remove what killed runs have left, from both places: in memory it would take the room of later runs."""
    for place in (_MEMORY, Path(tempfile.gettempdir())):
        remove_abandoned_folders(_PREFIX + "*", place)


def _place() -> Path:
    """Where the data lies that is thrown away: in memory where there is room for it.

    A database is a thousand files, and many tests begin with a new one: that takes a twentieth of a processor second
    in memory, and half of one on a disk.
    """
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY
    return Path(tempfile.gettempdir())


def command_line(arguments: Sequence[str]) -> Sequence[str]:
    """The module that these arguments ask for, and its own arguments; ends here when they ask for help."""
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if options.mutate_policy is None:
        return ("pytest", *_parallel_options(arguments), *arguments)
    if options.full or options.paths or others:
        parser.error("--mutate-policy takes a NAME and nothing else: it chooses the tests itself")
    return ("tests.support.mutation_run", *filter(None, [options.mutate_policy]))


def _parser() -> argparse.ArgumentParser:
    """For the help and for what is ours; everything else is left to pytest, in its order."""
    parser = argparse.ArgumentParser(
        prog="manage.py test",
        usage="manage.py test [-h] [--full] [PATH ...] [any option of pytest ...]\n"
        "       manage.py test --mutate-policy [NAME]",
        description="Run the tests with pytest, against real servers on data that is thrown away. "
        "All of pytest's options may follow, such as -k, -x, -q, --lf, --pdb.",
        epilog="Ends with pytest's exit code: 0 when all tests passed.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a folder, a module or a test (tests/test_rules.py::NAME), run in one process "
        "(default: the whole suite, in three processes)",
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="ask every actor, and on every page, where otherwise one answers for all of a kind",
    )
    parser.add_argument(
        "--mutate-policy",
        nargs="?",
        const="",
        metavar="NAME",
        help="instead of the tests: break the guards of access one by one, and name each that no test notices; "
        "with NAME only those that it is part of",
    )
    return parser


def _parallel_options(arguments: Sequence[str]) -> Sequence[str]:
    """What is picked by its path runs in one process: it is soon done, and may be debugged."""
    picked = any((ROOT / argument.partition("::")[0]).exists() for argument in arguments)
    return () if picked else _WHOLE_SUITE


def _run_tests(variables: Mapping[str, str], command: Sequence[str]) -> int:
    """Run the tests in the foreground: Ctrl-C is their own to handle, and SIGTERM is handed on."""
    child = subprocess.Popen(
        [sys.executable, "-m", *command],
        # the tests start the portal's programs dozens of times: without its bytecode each would compile it anew
        env={**os.environ, **variables, "PYTHONDONTWRITEBYTECODE": ""},
        cwd=ROOT,
        **popen_options(Identity.SELF, signal.SIGTERM),
    )

    def hand_on(number: int, frame: FrameType | None) -> None:
        del frame
        child.send_signal(signal.SIGINT)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, hand_on)
    return child.wait()
