"""From rows to workers: the sweeper's hints, beside one task for each row."""

from collections.abc import Sequence

from celery import current_app

from bench.processor_time import ProcessorTime
from portal.kernel.jobs import Sweeper


def sweep(expected: int) -> float:
    """Processor time of sending hints for every row that is due, in milliseconds. Fails when one is left."""
    sweeper, total = Sweeper(), 0
    with ProcessorTime() as spent:
        while count := sweeper.sweep():
            total += count
    if total != expected:
        raise ValueError(f"{total} rows were named to the workers, of {expected}")
    return spent.ms


def one_by_one(rows: Sequence[int]) -> float:
    """Beside it: a task for each row."""
    with ProcessorTime() as spent:
        for row in rows:
            current_app.send_task("portal.run", args=[[row]], retry=False)
    return spent.ms
