"""Builds the form of one report in a process that has done nothing before, and says by how much that grew.

`python -m bench.spreadsheets.building REPORT`, with the settings that the environment names: MiB as JSON. One that has
worked before writes into what it has freed, and shows none of it.
"""

import django

django.setup()

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from alliance.documents.report_form.facts import form_facts
from alliance.documents.report_form.workbook import form_plan
from alliance.models import Report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents.workbooks import write_entry_form


@dataclass(frozen=True, slots=True)
class BuildingMemory:
    """Of a process of its own, in MiB: by how much building the form grew it at most, and what it came to in all."""

    growth: float
    peak: float


def build(report: int) -> bytes:
    """The form in both languages, from the database to the bytes of the workbook."""
    with acting_as(SYSTEM):
        facts = form_facts(Report.objects.get(pk=report), ["en", "ru"])
    return write_entry_form(form_plan(facts))


def building_memory(report: int) -> BuildingMemory:
    """What it takes to build the form in a process that begins with it."""
    command = [sys.executable, "-m", "bench.spreadsheets.building", str(report)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return BuildingMemory(**json.loads(done.stdout.splitlines()[-1]))


def status(name: str) -> float:
    """What the kernel says of the memory of this process, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    before = status("VmRSS")
    build(int(sys.argv[1]))
    peak = status("VmHWM")
    print(json.dumps(asdict(BuildingMemory(peak - before, peak))))
