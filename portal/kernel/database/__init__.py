"""The connection to the database: bounded waiting, and one answer for everybody while it is away.

The backend of `DATABASES` is this package. What the web server promises with it, and how: docs/decisions.
"""

from portal.kernel.database.apart import run_apart
from portal.kernel.database.locks import lock_name
from portal.kernel.database.outage import outage
from portal.kernel.database.partitions import (
    PARTITIONS_SQL,
    analyze_partitioned,
    drop_expired_month,
    first_number,
    is_locked_out,
    make_partitions,
)
from portal.kernel.database.probing import NoAnswer, ask
from portal.kernel.database.replica import REPLICA, reading_level_replica, reading_replica, replayed_until
from portal.kernel.database.waiting import bound_waiting, patience

__all__ = [
    "PARTITIONS_SQL",
    "REPLICA",
    "NoAnswer",
    "analyze_partitioned",
    "ask",
    "bound_waiting",
    "drop_expired_month",
    "first_number",
    "is_locked_out",
    "lock_name",
    "make_partitions",
    "outage",
    "patience",
    "reading_level_replica",
    "reading_replica",
    "replayed_until",
    "run_apart",
]
