"""Runs the guards of access once as they are, then for each mutation, and names each that nothing has noticed."""

import re
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.mutations import LABELS, MUTATIONS, RULES, VISIBILITY, WRITES, Mutation

# in order, folder by folder: of a folder that it comes back to, pytest does not see the fixtures any more
GUARDS = tuple(
    sorted(
        {
            *RULES,
            *VISIBILITY,
            *LABELS,
            *WRITES,
            "tests/practices/test_adoption_visibility.py",
            "tests/practices/test_group_visibility.py",
            "tests/practices/test_search_visibility.py",
            "tests/test_permissions.py",
            "tests/api/test_permissions.py",
        }
    )
)
# all but the tests of the mutations themselves: they fail where one is in place already, whatever it is
_ALL_TESTS = ("tests", "--ignore=tests/test_mutations.py")
_TWO_PROCESSES = ("--numprocesses=2", "--dist=loadgroup")
_PASSED, _FAILED, _STOPPED = 0, 1, 2  # two processes stop at the first failure with 2


class InconclusiveRun(Exception):
    """A run that ended neither green nor red."""


def main(arguments: Sequence[str]) -> int:
    """Try the mutations that the argument is part of, or all; 1 when one survives or the guards are red."""
    pattern = arguments[0] if arguments else ""
    chosen = [mutation for mutation in MUTATIONS if pattern in mutation.name]
    if not chosen:
        print(
            f"No mutation is named {pattern}. There are:",
            *(mutation.name for mutation in MUTATIONS),
            sep="\n  ",
        )
        return 2
    code, output = _pytest(*_TWO_PROCESSES, *GUARDS)
    if code != _PASSED:
        print(output, "The guards fail as they are: a mutation would prove nothing.", sep="\n")
        return 1
    survivors = [mutation.name for mutation in chosen if not _is_detected(mutation)]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutations are noticed.")
    print(*(f"Nothing notices {name}." for name in survivors), sep="\n")
    return 1 if survivors else 0


def _is_detected(mutation: Mutation) -> bool:
    """By the tests that stand nearest, else by the guards, else by any other test of the suite."""
    began = time.monotonic()
    stages = (mutation.first_tests, (*_TWO_PROCESSES, *GUARDS), (*_TWO_PROCESSES, *_ALL_TESTS))
    noticed_by = next((test for stage in stages if (test := _first_failure(mutation, stage))), "")
    print(f"{mutation.name:45} {time.monotonic() - began:4.0f} s  {noticed_by or 'SURVIVES'}", flush=True)
    return bool(noticed_by)


def _first_failure(mutation: Mutation, arguments: Sequence[str]) -> str:
    code, output = _pytest("-p", "tests.support.mutating", f"--mutation={mutation.name}", *arguments)
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    if code == _PASSED:
        return ""
    if code not in (_FAILED, _STOPPED) or failed is None:
        raise InconclusiveRun(f"{mutation.name}: pytest ended with {code}.\n{output}")
    return failed[1]


def _pytest(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *arguments]
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return ended.returncode, ended.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
