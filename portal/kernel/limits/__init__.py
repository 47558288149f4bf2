"""How often something may be tried, and the cache that counts it; while it is away, the database does.

It counts by whatever key the caller names; what is refused, and with which message, is the caller's.
"""

from portal.kernel.limits.cache_backend import FaultTolerantCache
from portal.kernel.limits.counting import (
    Allowance,
    Limit,
    TooMany,
    address_of,
    count_try,
    forget,
    give_back,
    spend,
)
from portal.kernel.limits.models import LimitCount

__all__ = [
    "Allowance",
    "FaultTolerantCache",
    "Limit",
    "LimitCount",
    "TooMany",
    "address_of",
    "count_try",
    "forget",
    "give_back",
    "spend",
]
