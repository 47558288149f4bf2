"""How old a sign may be before somebody should look: the limits of the page of operations, and of the alerts."""

from collections.abc import Mapping
from datetime import timedelta

LIMITS: Mapping[str, timedelta] = {
    "worker": timedelta(minutes=2),  # since one answered through the queue
    "sweeper": timedelta(minutes=2),
    "beat": timedelta(minutes=10),
    "backup": timedelta(hours=36),
    "scrub": timedelta(days=14),  # since all stored files had been read
    "chain": timedelta(hours=4),  # since the chain of publications was computed
    "replica": timedelta(minutes=1),  # behind the primary
    "copies": timedelta(minutes=2),  # since a network in front should have dropped its copies
    "mail": timedelta(minutes=15),  # since a letter is there that the mail server has not taken
}
# of what there is, the share that may be used
MOST_CONNECTIONS, MOST_DISK = 0.8, 0.9
