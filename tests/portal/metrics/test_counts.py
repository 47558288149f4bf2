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
    from portal.metrics.requests import RequestCounts
    counts = RequestCounts()
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
    with process.stdout as output:
        assert output.readline() == "counted\n"
    return process


def read(folder: Path) -> dict[str, float]:
    """What all of them have counted."""
    script = (
        "from portal.metrics.requests import registry_of_all_processes\n"
        "for metric in registry_of_all_processes().collect():\n"
        "    for sample in metric.samples: print(sample.name, sample.value)\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_DATA_DIR": str(folder)}
    output = subprocess.check_output([sys.executable, "-c", script], env=environment, cwd=ROOT, text=True)
    return {name: float(value) for name, value in map(str.split, output.splitlines())}


def test_a_killed_process_loses_no_count_and_leaves_nothing_in_flight(tmp_path: Path) -> None:
    killed, living = count(tmp_path, "stay"), count(tmp_path, "stay")
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    metrics = read(tmp_path)

    living.kill()
    living.wait()
    assert metrics["portal_page_cache_requests_total"] == 10
    assert metrics["portal_requests_in_flight"] == 1


def test_a_start_begins_without_the_counts_of_processes_that_have_ended(tmp_path: Path) -> None:
    living = count(tmp_path, "stay")
    for _start in range(2):
        count(tmp_path, "go").wait()

    files = sorted(path.name for path in tmp_path.rglob("counter_*.db"))
    metrics = read(tmp_path)

    living.kill()
    living.wait()
    assert len(files) == 2
    assert metrics["portal_page_cache_requests_total"] == 10
