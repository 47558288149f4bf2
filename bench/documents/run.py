"""`manage.py bench documents`: what a PDF, a workbook and a journal as CSV cost beside the programs that write them.

A PDF and a workbook are made in processes of their own, so that nothing is warm that is cold in a worker.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.bars import all_hold
from bench.documents.journal import copy, export, extend_journal, manager, peak_memory, profile
from bench.documents.population import grow_cycle
from bench.documents.results import TITLE, ComparedCost, DocumentCost, DocumentResults, bars, report
from bench.pages.data import load_demonstration
from bench.results_page import PAGE, write_section

MEASURES, CELL_ROWS, LINES, MEMBERS = 200, 50_000, 1_000_000, 200
_ROUNDS = 3
_ROOT = Path(__file__).resolve().parents[2]


def measure(
    folder: Path, measures: int, rows: int, lines: int, members: int, rounds: int = _ROUNDS
) -> DocumentResults:
    """Each document beside its peer, in turn; the summary, which has none, at the end, when there are many members."""
    line_count = extend_journal(lines)
    actor = manager()
    pdf = compare("pdf", "typst", measures, folder, rounds)
    workbook = compare("workbook", "xlsxwriter", rows, folder, rounds)
    csv = [(export(actor)[0].ms, copy(actor)[0].ms) for _round in range(max(1, rounds // 3))]
    profiled = profile(actor)
    memory, memory_longer = (peak_memory(actor, line_count // part) for part in (10, 2))
    grow_cycle(members)
    summaries = [_measure_document("summary", members, folder / "summary.order") for _round in range(rounds)]
    return DocumentResults(
        measures, rows, line_count,
        pdf=pdf,
        workbook=workbook,
        summary=median(summaries),
        members=members,
        csv=statistics.median(seconds for seconds, _ in csv),
        copied=statistics.median(seconds for _, seconds in csv),
        memory=memory,
        memory_longer=memory_longer,
        profile=profiled,
    )  # fmt: skip


def compare(own: str, peer: str, size: int, folder: Path, rounds: int) -> ComparedCost:
    """Both in turn; the middle of the rounds counts."""
    order_folder = folder / f"{own}.order"
    costs = [
        (_measure_document(own, size, order_folder), _measure_document(peer, size, order_folder))
        for _round in range(rounds)
    ]
    return ComparedCost(median([cost for cost, _ in costs]), median([cost for _, cost in costs]))


def median(costs: Sequence[DocumentCost]) -> DocumentCost:
    return sorted(costs, key=lambda cost: cost.ms)[len(costs) // 2]


def _measure_document(name: str, size: int, folder: Path) -> DocumentCost:
    done = subprocess.run(
        [sys.executable, "-m", "bench.documents.tasks", name, str(size), str(folder)],
        cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return DocumentCost(**json.loads(done.stdout.splitlines()[-1]))


def main(arguments: Sequence[str]) -> int:
    """Build the demonstration, measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench documents", description=__doc__)
    parser.add_argument("--measures", type=int, default=MEASURES, help="of the report that is typeset")
    parser.add_argument("--rows", type=int, default=CELL_ROWS, help="of the workbook")
    parser.add_argument("--lines", type=int, default=LINES, help="of the journal")
    parser.add_argument("--members", type=int, default=MEMBERS, help="of the cycle that is summarised")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is made in turn")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    load_demonstration()
    folder = Path(os.environ["PORTAL_DATA_DIR"])
    figures = measure(folder, options.measures, options.rows, options.lines, options.members, options.rounds)
    print(write_section(TITLE, report(figures), options.report))
    return 0 if all_hold(bars(figures)) else 1
