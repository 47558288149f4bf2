"""One document in a process of its own, which reports what building it has cost.

`python -m bench.documents.tasks NAME SIZE FILE`. The portal's document leaves in the file what its peer needs to write
the same one.
"""

import django

django.setup()

import json
import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils import translation
from xlsxwriter import Workbook

from alliance.documents.cycle.pdf import render_summary
from alliance.documents.cycle.summary_content import collect_published_summary
from alliance.documents.cycle.workbook import collect_published_cycle, cycle_workbook_plan
from alliance.documents.cycle.workbook import render as workbook_render
from alliance.documents.report import pdf_content
from alliance.documents.report.pdf import render
from alliance.enums import CycleState
from alliance.models import Cycle
from alliance.queries.public.cycle_editions import cycle_edition
from portal.kernel import documents
from portal.kernel.access import ANYONE, acting_as
from portal.kernel.documents import Document
from portal.kernel.publishing import Publication

Make = Callable[[], int]  # does the work; gives back the bytes of the document


def _silent(percent: int, step: str) -> None:
    del percent, step


# --- The portal's ----------------------------------------------------------------------------


def pdf(size: int, folder: Path) -> Make:
    """A member's report, so long as the charter of `size` measures would make it."""
    number = (
        Publication.objects.filter(type="report", record__startswith="aurora-video/").latest("number").number
    )
    with acting_as(ANYONE):
        report = pdf_content.collect_published_pdf(ANYONE, Document(target_id=number, language="en"))
    measures = sum(len(commitment.measures) for commitment in report.commitments)
    report = replace(report, commitments=[*report.commitments] * max(1, round(size / measures)))
    run = subprocess.run

    def store_and_run(*arguments: Any, **options: Any) -> "subprocess.CompletedProcess[bytes]":
        """What the portal hands to the compiler is stored, for the compiler alone."""
        folder.write_bytes(options["input"])
        return run(*arguments, **options)

    subprocess.run = store_and_run  # type: ignore[assignment]  # until this program ends
    return lambda: len(render(report, _silent).content)


def workbook(size: int, folder: Path) -> Make:
    """The last published cycle's, its figures and texts repeated until they are `size` rows."""
    cycle = Cycle.objects.filter(state=CycleState.PUBLISHED).latest("starts_on")
    with acting_as(ANYONE):
        edition = cycle_edition(cycle.slug)
        assert edition is not None  # the demonstration has published it
        collected = collect_published_cycle(ANYONE, Document(target_id=edition.number, language="en"))
    for spool in (collected.facts.figures, collected.facts.answers):
        rows = list(spool)
        for _time in range(max(0, size // 2 // max(1, len(rows)) - 1)):
            for row in rows:
                spool.append(row)
    with folder.open("wb") as out:
        for sheet in cycle_workbook_plan(collected).sheets:
            pickle.dump(sheet.name, out)
            for row in sheet.rows:
                pickle.dump([cell[0] if isinstance(cell, tuple) else cell for cell in row], out)
    return lambda: len(workbook_render(collected, _silent).content)


def summary(size: int, folder: Path) -> Make:
    """The last published cycle's, read from the database and typeset; `size` members are there already."""
    del size, folder
    cycle = Cycle.objects.filter(state=CycleState.PUBLISHED).latest("starts_on")

    def build() -> int:
        with acting_as(ANYONE):
            edition = cycle_edition(cycle.slug)
            assert edition is not None  # the demonstration has published it
            collected = collect_published_summary(ANYONE, Document(target_id=edition.number, language="en"))
        return len(render_summary(collected, _silent).content)

    return build


# --- The programs alone ----------------------------------------------------------------------


def typst(size: int, folder: Path) -> Make:
    """The compiler, given the same order."""
    del size
    program = [sys.executable, "-P", str(Path(documents.__file__).with_name("typst_process.py"))]
    return lambda: len(
        subprocess.run(program, stdin=folder.open("rb"), capture_output=True, check=True).stdout
    )


def xlsxwriter(size: int, folder: Path) -> Make:
    """The library in constant memory, given the same cells."""
    del size

    def write() -> int:
        path = folder.with_suffix(".xlsx")
        with folder.open("rb") as cells, Workbook(str(path), {"constant_memory": True}) as book:
            _write_sheets(book, cells)
        return path.stat().st_size

    return write


def _write_sheets(book: Workbook, cells: IO[bytes]) -> None:
    """A name begins a sheet; a list is a row of it."""
    page, row = book.add_worksheet(), 0
    for item in _loaded(cells):
        if isinstance(item, str):
            page, row = book.add_worksheet(), 0
            continue
        for column, cell in enumerate(item):
            if isinstance(cell, bool):
                page.write_boolean(row, column, cell)
            elif isinstance(cell, (int, float, Decimal)):
                page.write_number(row, column, float(cell))
            elif cell is not None:
                page.write_string(row, column, str(cell))
        row += 1


def _loaded(cells: IO[bytes]) -> Iterator[Any]:
    """What was kept, one after the other."""
    while True:
        try:
            yield pickle.load(cells)
        except EOFError:
            return


_WORK = {"pdf": pdf, "workbook": workbook, "summary": summary, "typst": typst, "xlsxwriter": xlsxwriter}


def main(name: str, size: str, folder: str) -> None:
    """Make it, and print what it took: of this process and of those that it started."""
    translation.activate("en")
    make = _WORK[name](int(size), Path(folder))
    Path("/proc/self/clear_refs").write_text("5")  # the highest memory is counted anew from here
    before, began, clock = _status("VmRSS"), _processor_seconds(), time.monotonic()
    length = make()
    measurement = {
        "seconds": time.monotonic() - clock,
        "ms": _processor_seconds() - began,
        "grown": _status("VmHWM") - before,
        "started": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "bytes": length,
    }
    print(json.dumps(measurement))


def _processor_seconds() -> float:
    times = os.times()
    return 1000 * (times.user + times.system + times.children_user + times.children_system)


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
