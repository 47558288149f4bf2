"""Processes count side by side, nothing is lost when one is killed, and a start begins without the ended ones."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from portal.local.environment import ROOT

COUNTING = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    import django; django.setup()
    from portal.metrics.requests import Counts
    counts = Counts()
    for _ in range(5):
        counts.page_cache.labels("hit").inc()
    counts.in_flight.inc()
    print("counted", flush=True)
    if sys.argv[1] == "stay":
        time.sleep(60)
""")


def count(folder: Path, how: str) -> "subprocess.Popen[str]":
    """A process that counts five, and goes or stays."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_DATA_DIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-c", COUNTING, how], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "counted\n"
    return process


def read(folder: Path) -> dict[str, float]:
    """What all of them have counted."""
    script = (
        "import django; django.setup()\n"
        "from portal.metrics.requests import sum_of_counts\n"
        "for metric in sum_of_counts().collect():\n"
        "    for sample in metric.samples: print(sample.name, sample.value)\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_DATA_DIR": str(folder)}
    said = subprocess.check_output([sys.executable, "-c", script], env=environment, cwd=ROOT, text=True)
    return {name: float(value) for name, value in map(str.split, said.splitlines())}


def test_a_killed_process_loses_no_count_and_leaves_nothing_in_flight(tmp_path: Path) -> None:
    killed, living = count(tmp_path, "stay"), count(tmp_path, "stay")
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    found = read(tmp_path)

    living.kill()
    living.wait()
    assert found["portal_page_cache_requests_total"] == 10
    assert found["portal_requests_in_flight"] == 1


def test_a_start_begins_without_the_counts_of_processes_that_have_ended(tmp_path: Path) -> None:
    living = count(tmp_path, "stay")
    for _start in range(2):
        count(tmp_path, "go").wait()

    files = sorted(path.name for path in tmp_path.rglob("counter_*.db"))
    found = read(tmp_path)

    living.kill()
    living.wait()
    assert len(files) == 2
    assert found["portal_page_cache_requests_total"] == 10
