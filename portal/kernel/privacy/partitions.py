"""The job that makes the coming months of divided tables. What has expired is dropped by the purge."""

from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.database import analyze_partitioned, make_partitions
from portal.kernel.jobs import Claim, enqueue, handles


def enqueue_partitions() -> bool:
    """Queue today's look at the parts, by the day of the database's clock; True when it was not queued before."""
    day = clock.database_now().date().isoformat()
    with acting_as(SYSTEM):
        return enqueue("make_partitions", key=f"make_partitions:{day}", payload={})


@handles("make_partitions")
def make_coming_partitions(claim: Claim) -> None:
    """Make what is missing, in a transaction of its own: nobody waits for its locks while the tables are read."""
    make_partitions()
    analyze_partitioned()
    with claim.finishing():
        pass
