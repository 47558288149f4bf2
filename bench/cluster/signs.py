"""What the table of bad days promises to those who operate and read, phase by phase, and whether it was seen."""

from collections.abc import Callable, Iterator, Mapping

from bench.cluster.watch import REFUSED, Sight

# of the phase: what the manual says is seen, and how it is found in what was seen in so many seconds
_Promise = tuple[str, Callable[[Sight, float], bool]]
_DATABASE_AWAY: tuple[_Promise, ...] = (
    ("`portal_database_up` 0", lambda sight, _seconds: sight.saw_zero("portal_database_up")),
    ("`/health/ready` “unavailable”", lambda sight, _seconds: sight.saw_ready("unavailable")),
)
_PROMISES: Mapping[str, tuple[_Promise, ...]] = {
    "behind": (
        (
            "`portal_replica_delay_seconds`",
            lambda sight, seconds: sight.saw("portal_replica_delay_seconds", seconds / 3),
        ),
    ),
    "work": (
        (
            "`portal_oldest_job_seconds`",
            lambda sight, seconds: sight.saw("portal_oldest_job_seconds", seconds / 3),
        ),
    ),
    "broker": (
        ("`portal_broker_up` 0", lambda sight, _seconds: sight.saw_zero("portal_broker_up")),
        ("`/health/ready` “degraded”", lambda sight, _seconds: sight.saw_ready("degraded")),
    ),
    "slow": (("`/health/ready` “unavailable”", lambda sight, _seconds: sight.saw_ready("unavailable")),),
    "refusing": (
        ("`/health/ready` “unavailable”", lambda sight, _seconds: sight.saw_ready("unavailable")),
        ("the file not given", lambda sight, _seconds: sight.has_file(REFUSED)),
    ),
    "damaging": (
        ("`portal_damaged_files`", lambda sight, _seconds: sight.saw("portal_damaged_files", 1)),
        ("the file not given", lambda sight, _seconds: sight.has_file(REFUSED)),
    ),
    "dark": _DATABASE_AWAY,
    "primary": _DATABASE_AWAY,
}


def unseen(phase: str, sight: Sight, seconds: float) -> Iterator[str]:
    """What the manual promises of this phase, and nobody saw."""
    for words, is_seen in _PROMISES.get(phase, ()):
        if not is_seen(sight, seconds):
            yield words
