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
from bench.document import PAGE, put
from bench.documents.figures import TITLE, Beside, Figures, Made, bars, report
from bench.documents.rows import copy, export, highest, lengthen, manager
from bench.pages.alliance import tell

MEASURES, CELL_ROWS, LINES = 200, 50_000, 500_000
_ROUNDS = 3
_ROOT = Path(__file__).resolve().parents[2]


def measure(folder: Path, measures: int, rows: int, lines: int, rounds: int = _ROUNDS) -> Figures:
    """Each document beside its peer, in turn."""
    found = lengthen(lines)
    actor = manager()
    csv = [(export(actor)[0].ms, copy(actor)[0].ms) for _round in range(max(1, rounds // 3))]
    return Figures(
        measures, rows, found,
        pdf=beside("pdf", "typst", measures, folder, rounds),
        workbook=beside("workbook", "xlsxwriter", rows, folder, rounds),
        csv=statistics.median(one for one, _ in csv),
        copied=statistics.median(one for _, one in csv),
        held=highest(actor, found // 10),
        held_longer=highest(actor, found // 2),
    )  # fmt: skip


def beside(ours: str, theirs: str, size: int, folder: Path, rounds: int) -> Beside:
    """Both in turn; the middle of the rounds counts."""
    kept = folder / f"{ours}.order"
    made = [(_made(ours, size, kept), _made(theirs, size, kept)) for _round in range(rounds)]
    return Beside(middle([one for one, _ in made]), middle([one for _, one in made]))


def middle(made: Sequence[Made]) -> Made:
    return sorted(made, key=lambda one: one.ms)[len(made) // 2]


def _made(name: str, size: int, kept: Path) -> Made:
    done = subprocess.run(
        [sys.executable, "-m", "bench.documents.work", name, str(size), str(kept)],
        cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return Made(**json.loads(done.stdout.splitlines()[-1]))


def main(arguments: Sequence[str]) -> int:
    """Tell the demonstration, measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench documents", description=__doc__)
    parser.add_argument("--measures", type=int, default=MEASURES, help="of the report that is typeset")
    parser.add_argument("--rows", type=int, default=CELL_ROWS, help="of the workbook")
    parser.add_argument("--lines", type=int, default=LINES, help="of the journal")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is made in turn")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    tell()
    folder = Path(os.environ["PORTAL_DATA_DIR"])
    figures = measure(folder, options.measures, options.rows, options.lines, options.rounds)
    print(put(TITLE, report(figures), options.report))
    return 0 if all_hold(bars(figures)) else 1
