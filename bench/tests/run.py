"""`manage.py bench tests`: how long `manage.py test` takes, and how soon a single file answers, the second time."""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.bars import Bar, all_hold, at_most, table
from bench.results_page import PAGE, RUN, measured_by, write_section
from portal.local.environment import ROOT

TITLE = "The tests"
MOST_MINUTES, MOST_SECONDS = 6.0, 3.0
FILE = "tests/alliance/services/test_pledge_targets.py"
_TRIES = 3  # after one for warmth, of which the middle counts
_COMMAND = (sys.executable, "manage.py", "test")


@dataclass(frozen=True, slots=True)
class SuiteResults:
    """Seconds by the clock; the last line of the whole suite, and 0 where it passed."""

    whole: float
    outcome: str
    code: int
    first_test: float


def measure(tries: int = _TRIES) -> SuiteResults:
    """The single file first: the suite leaves the disk's memory full of other things."""
    _warmth, *times = [seconds_to_first_test(FILE) for _try in range(tries + 1)]
    began = time.monotonic()
    done = subprocess.run(
        [*_COMMAND, "-q"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, env=_variables()
    )
    whole = time.monotonic() - began
    lines = done.stdout.strip().splitlines()
    return SuiteResults(whole, lines[-1] if lines else "", done.returncode, statistics.median(times))


def seconds_to_first_test(file: str) -> float:
    """From the command to the outcome of the first test of a file. Raises ValueError where none comes."""
    began = time.monotonic()
    process = subprocess.Popen(
        [*_COMMAND, file, "-v", "-x"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**_variables(), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "PASSED" in line:
                return time.monotonic() - began
    finally:
        process.communicate()
    raise ValueError(f"no test of {file} passed")


def _variables() -> dict[str, str]:
    """As somebody has them who runs the tests, and no bench."""
    return {name: value for name, value in os.environ.items() if name != RUN}


def bars(results: SuiteResults) -> list[Bar]:
    """Bar 11; a suite that fails holds no bar."""
    whole = at_most("11. `manage.py test`", MOST_MINUTES, results.whole / 60, "minutes")
    passed = Bar("11. It passes", "all tests", results.outcome, results.code == 0)
    return [
        whole,
        passed,
        at_most(
            "11. The first test of a single file, the second time", MOST_SECONDS, results.first_test, "s"
        ),
    ]


def report(results: SuiteResults) -> str:
    """The section."""
    return f"""{measured_by("tests")} By the clock: the suite in three processes, with servers of its
own; what is slow is left out of it, as `manage.py test` does. The single file is `{FILE}`: the time from
the command to the outcome of its first test, the middle of {_TRIES} after one for warmth.

{table(bars(results))}
"""


def main(arguments: Sequence[str]) -> int:
    """Run the tests, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench tests", description=__doc__)
    parser.add_argument("--tries", type=int, default=_TRIES, help="how often the single file is asked")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    results = measure(options.tries)
    print(write_section(TITLE, report(results), options.report))
    return 0 if all_hold(bars(results)) else 1
