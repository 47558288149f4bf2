"""`manage.py bench spreadsheets`: what a large report costs to fill in, in the browser and with a workbook."""

import argparse
import io
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.core.management import call_command
from openpyxl import load_workbook

from alliance.enums import UploadKind
from alliance.models import Report, ReportUpload
from alliance.queries.upload_differences import UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.services.form_reading import read_form
from alliance.services.upload_reading import FileReading
from bench.bars import Bar, all_hold, at_most, table
from bench.results_page import PAGE, measured_by, write_section
from bench.spreadsheets.building import BuildingMemory, build, building_memory, status
from bench.spreadsheets.editing import RequestCost, editing_bars, editing_table, measure_editing
from bench.spreadsheets.population import COUNTS, FIGURES, SERVICES, WITH_PARTS, fill, make_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents.workbooks import COLUMN_MARK

TITLE = "Spreadsheets of a report"
BUILD_SECONDS, BUILD_MIB, COMPARE_SECONDS = 2, 100, 5
_ROUNDS = 5
_FEW = 150  # figures, beside which the many are shown
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class FormCost:
    """Of several rounds the middle of the seconds and of the processor's in this process; the most MiB."""

    measures: int
    rows: int
    bytes: int
    build: float
    build_processor: float
    memory: BuildingMemory
    compare: float
    compare_processor: float
    compare_mib: float
    changed: int


def measure(report: Report, rounds: int = _ROUNDS) -> FormCost:
    """Build the form, change every number in it, read and compare it."""
    builds, comparisons = [], []
    for _round in range(rounds):
        content, *cost = _timed(lambda: build(report.pk))
        builds.append(cost)
    filled = _filled(content)
    for _round in range(rounds):
        differences, *cost = _timed(lambda: _compare(report, filled))
        comparisons.append(cost)
    return FormCost(
        measures=len(differences.copy.frame.measures),
        rows=len(differences.rows) + differences.upload.left_empty,
        bytes=len(content),
        build=statistics.median(seconds for seconds, _, _ in builds),
        build_processor=statistics.median(seconds for _, seconds, _ in builds),
        memory=building_memory(report.pk),
        compare=statistics.median(seconds for seconds, _, _ in comparisons),
        compare_processor=statistics.median(seconds for _, seconds, _ in comparisons),
        compare_mib=max(memory for _, _, memory in comparisons),
        changed=len(differences.decidable),
    )


def _compare(report: Report, content: bytes) -> UploadDifferences:
    """What a worker does with the file, from its bytes to the differences."""
    with acting_as(SYSTEM):
        copy = working_copy(Report.objects.select_related("organisation", "cycle__charter").get(pk=report.pk))
        file = read_form(FileReading(content, copy.frame, "en", lambda done, total, proposals: None))
        upload = ReportUpload(
            report=copy.frame.report, kind=UploadKind.FORM, taken_at=file.taken_at, left_empty=file.left_empty,
            proposals=[proposal.to_json() for proposal in file.proposals],
        )  # fmt: skip
        return UploadDifferences(upload, copy)


def _filled(content: bytes) -> bytes:
    """The form with another number in the place of each."""
    book = load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        head = next((row for row in sheet.iter_rows(max_row=20) if row[0].value == COLUMN_MARK), None)
        if head is None:
            continue
        column = next(cell.column for cell in head if cell.value == "value")
        for row in sheet.iter_rows(min_row=head[0].row + 2, min_col=column, max_col=column):
            if isinstance(row[0].value, (int, float)):
                row[0].value += 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float, float, float]:
    """What it gives, the seconds, those of the processor for this process, and the MiB more than before."""
    Path("/proc/self/clear_refs").write_text("5")  # the highest memory is counted anew from here
    before, began, processor = status("VmRSS"), time.monotonic(), time.process_time()
    result = work()
    seconds = time.monotonic() - began
    return result, seconds, time.process_time() - processor, status("VmHWM") - before


def bars(cost: FormCost, few: dict[str, RequestCost], many: dict[str, RequestCost]) -> list[Bar]:
    return [
        at_most("A form, time", BUILD_SECONDS, cost.build, "s"),
        at_most("A form, memory", BUILD_MIB, cost.memory.growth, "MiB"),
        at_most("A form read and compared, time", COMPARE_SECONDS, cost.compare, "s"),
        *editing_bars(few, many),
    ]


def report(cost: FormCost, few: dict[str, RequestCost], many: dict[str, RequestCost]) -> str:
    """The section."""
    head = f"""{measured_by("spreadsheets")} Times are the middle of five
rounds, on a database that is warm.

A report of {cost.measures} measures for {SERVICES} services with {FIGURES:,} figures, the second that its member
writes: everything that was filed for the last period stands beside it, texts and answers are carried over,
some numbers bring a warning. Every {WITH_PARTS}th measure asks for the parts of a figure besides. Its form,
in both languages, has {cost.rows:,} rows and {cost.bytes // 1024:,} kB. Building is reading the working copy
from the database and writing the workbook. Then every number in it is changed: {cost.changed:,} answers,
those that would bring an error aside. Comparing is reading
the cells in the process without rights, reading the working copy, and telling what would change, with errors and
warnings. The memory of building is that of a process which has done nothing before: it grows by
{cost.memory.growth:.0f} MiB, to {cost.memory.peak:.0f} MiB with the portal in it. The one that has measured the
rest, and has freed some, grows by {cost.compare_mib:.0f} MiB while it compares.
In the process itself, building takes {cost.build_processor:.2f} s of the processor and comparing
{cost.compare_processor:.2f} s; the rest is the database, the reading of cells and other programs of the machine.

In the browser, in milliseconds of the processor: of the web server, and of the database beside it. The measure has
{COUNTS * SERVICES} figures. What is saved is one number, as the page does by itself;
the answer to it is a piece of the page. The grid is unfolded, so that its page is as long as it can be.
"""
    side_by_side = editing_table((_FEW, FIGURES), (few, many))
    return f"{head}\n{side_by_side}\n\n{table(bars(cost, few, many))}\n"


def main(arguments: Sequence[str]) -> int:
    """Build the alliance, measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench spreadsheets", description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is done")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    call_command("collectstatic", verbosity=0, interactive=False)
    large = make_report()
    fill(large, _FEW)
    few = measure_editing(large, options.rounds)
    fill(large)
    cost = measure(large, options.rounds)
    many = measure_editing(large, options.rounds)
    print(write_section(TITLE, report(cost, few, many), options.report))
    return 0 if all_hold(bars(cost, few, many)) else 1
