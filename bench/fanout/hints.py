"""From rows to workers: the sweeper's hints, beside one task for each row."""

from collections.abc import Sequence

from bench.processor import Processor
from portal.kernel import tasks
from portal.kernel.sweeper import Sweeper


def sweep(expected: int) -> float:
    """Processor time of telling the workers of every row that is due, in milliseconds. Fails when one is left."""
    sweeper, told = Sweeper(), 0
    with Processor() as spent:
        while found := sweeper.sweep():
            told += found
    if told != expected:
        raise ValueError(f"{told} rows were named to the workers, of {expected}")
    return spent.ms


def one_by_one(rows: Sequence[int]) -> float:
    """Beside it: a task for each row."""
    with Processor() as spent:
        for row in rows:
            tasks.run.apply_async(args=[[row]], retry=False)
    return spent.ms
