"""`manage.py bench open_data`: a million rows of the open data beside COPY, and the memory that they take."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.bars import all_hold
from bench.open_data.results import TITLE, DataResults, bars, report
from bench.open_data.rows import column_costs, copy, export, extend_figures, peak_memory
from bench.pages.data import load_demonstration
from bench.results_page import PAGE, write_section

ROWS, _ROUNDS = 1_000_000, 3


def measure(rows: int, rounds: int = _ROUNDS) -> DataResults:
    """Memory at a tenth and at all of the rows; both ways in turn, of which the fastest rounds count."""
    extend_figures(rows // 10)
    fewer = peak_memory()
    count = extend_figures(rows)
    more = peak_memory()
    costs = [(export(), copy()) for _round in range(rounds)]
    csv = min((each for each, _peer in costs), key=lambda cost: cost.ms)
    peer = min((each for _own, each in costs), key=lambda cost: cost.ms)
    return DataResults(
        count,
        csv.ms,
        csv.seconds,
        peer.ms,
        peer.seconds,
        (fewer[0], more[0]),
        (fewer[1], more[1]),
        column_costs(),
    )


def main(arguments: Sequence[str]) -> int:
    """Build the demonstration, measure, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench open_data", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="of the table of figures")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each is written in turn")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    load_demonstration()
    results = measure(options.rows, options.rounds)
    print(write_section(TITLE, report(results), options.report))
    return 0 if all_hold(bars(results)) else 1
