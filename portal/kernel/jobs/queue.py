"""Work that is never lost: jobs as rows, claimed under a lease, finished with a fence.

A Celery message is only a hint that a row is there. The business transaction inserts the row; the sweeper
notifies the workers; a worker claims, works, and writes its effect and `done` in one transaction.
"""

import json
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from portal.kernel.access import SYSTEM, acting_as, set_context
from portal.kernel.jobs.models import JobState, Outcome

LEASE = timedelta(seconds=120)
TRIES = 8
NOT_ATTEMPTED_DELAY = timedelta(seconds=15)  # what was not tried is looked at again, the older the later
LONGEST_DELAY = timedelta(minutes=10)
UNKNOWN_KIND_TERM = timedelta(days=1)  # an upgrade is over by then, and nobody will ever know the kind
BATCH_SIZE = 100
NOTIFY_CHANNEL = "portal_jobs"

# for how many seconds the oldest due job has waited for a worker; bulk work may wait for ten minutes
OLDEST_WAIT_SQL = (
    "SELECT greatest(extract(epoch FROM coalesce(now() - min(next_at"
    " + CASE WHEN is_bulk THEN interval '10 min' ELSE interval '0' END), interval '0')), 0)::float8"
    " FROM portal_job WHERE state = 'ready' AND next_at <= now()"
)

# after a restore, until somebody has decided on what may have gone out before
IS_HELD_SQL = "EXISTS (SELECT FROM portal_restoration WHERE released_at IS NULL)"

log = structlog.get_logger(__name__)


class LostLease(Exception):
    """Another worker has claimed the row in the meantime; whatever was done here is rolled back."""


class NotAttempted(Exception):
    """What the work needs is away, and this piece was not begun: it waits, and no try is counted."""


class UnknownKind(NotAttempted):
    """While two versions run at once, one queues what the other cannot do yet."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job until the lease ends; `attempt` is the fence."""

    job_id: int
    kind: str
    attempt: int
    payload: Mapping[str, int | str]
    request_id: str = ""

    @contextmanager
    def finishing(self, outcome: Outcome | None = None) -> Iterator[None]:
        """One transaction for the effect and for `done`; raises LostLease when somebody else holds the row.

        `outcome` says that it came out otherwise than it was meant.
        """
        with transaction.atomic():
            set_context(SYSTEM)
            yield
            self._end("state = 'done', done_at = now(), last_error = '', outcome = %s", outcome or "")

    def renew(self) -> None:
        """Hold on to the row for another lease; long work calls this with its progress."""
        with acting_as(SYSTEM):
            self._end("lease_until = now() + %s * interval '1 s'", LEASE.total_seconds())

    def leave_to_newer(self) -> None:
        """Leave to its workers what only another version knows: raise UnknownKind. A day later it returns instead."""
        with acting_as(SYSTEM), connection.cursor() as cursor:
            cursor.execute(
                "SELECT created_at > now() - %s * interval '1 s' FROM portal_job WHERE id = %s",
                [UNKNOWN_KIND_TERM.total_seconds(), self.job_id],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise UnknownKind(self.kind)

    def _end(self, change: str, *parameters: float | str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE portal_job SET {change} WHERE id = %s AND attempts = %s AND state = 'leased'",
                [*parameters, self.job_id, self.attempt],
            )
            if cursor.rowcount != 1:
                raise LostLease(self.job_id)


Handler = Callable[[Claim], None]
_HANDLERS: dict[str, Handler] = {}
_OUTWARD: set[str] = set()
_LONG: set[str] = set()


def handles(kind: str, *, outward: bool = False, is_long: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does the work of a kind; it ends inside `claim_job.finishing()`.

    An `outward` job sends something outside, which cannot be taken back: after a restore it waits for a person. One
    that `is_long` may need all the time of a message: it has one of its own. Every other takes 40 seconds at most.
    """

    def register(handler: Handler) -> Handler:
        _HANDLERS[kind] = handler
        if outward:
            _OUTWARD.add(kind)
        if is_long:
            _LONG.add(kind)
        return handler

    return register


def job_kinds() -> list[str]:
    """Every kind that somebody does the work of."""
    return sorted(_HANDLERS)


def outward_kinds() -> list[str]:
    """The kinds whose work is seen outside the portal."""
    return sorted(_OUTWARD)


def long_kinds() -> list[str]:
    """The kinds of which each job has a message of its own."""
    return sorted(_LONG)


Payload = Mapping[str, int | str]
Hook = Callable[[Payload], object]
_ON_EXHAUSTED: dict[str, Hook] = {}
_ON_CANCELLED: dict[str, Hook] = {}
_ON_RELEASED: dict[str, Hook] = {}


def on_exhausted(kind: str) -> Callable[[Hook], Hook]:
    """Register the function that is called, with the payload and its id as `job`, when a job has failed for good."""

    def register(hook: Hook) -> Hook:
        _ON_EXHAUSTED[kind] = hook
        return hook

    return register


def on_cancelled(kind: str) -> Callable[[Hook], Hook]:
    """Register the function that is called, with the payload and its id as `job`, when a person cancels a job.

    Of one that was on hold the payload says so (`on_hold`). It has to give up the rows that the job would have sent:
    else the schedule queues them again, or what comes after waits for them.
    """

    def register(hook: Hook) -> Hook:
        _ON_CANCELLED[kind] = hook
        return hook

    return register


def on_released(kind: str) -> Callable[[Hook], Hook]:
    """Register the function that is called, with the payload, when a person has a job of the kind done after all."""

    def register(hook: Hook) -> Hook:
        _ON_RELEASED[kind] = hook
        return hook

    return register


def run_on_cancelled(kind: str, payload: Payload, *, was_on_hold: bool) -> None:
    """Call what is registered for a cancelled job, in the caller's transaction."""
    if kind in _ON_CANCELLED:
        _ON_CANCELLED[kind]({**payload, "on_hold": 1} if was_on_hold else payload)


def run_on_released(kind: str, payload: Payload) -> None:
    """Call what is registered for a job that is released, or tried again by hand, in the caller's transaction."""
    if kind in _ON_RELEASED:
        _ON_RELEASED[kind](payload)


def enqueue(
    kind: str,
    *,
    key: str,
    payload: Payload,
    at: datetime | None = None,
    is_bulk: bool = False,
    is_released: bool = False,
) -> bool:
    """Queue a job in this transaction, once per key; True when it was not queued before."""
    return enqueue_all(kind, {key: payload}, at=at, is_bulk=is_bulk, is_released=is_released) == 1


def enqueue_all(
    kind: str,
    payloads_by_key: Mapping[str, Payload],
    *,
    at: datetime | None = None,
    is_bulk: bool = False,
    is_released: bool = False,
) -> int:
    """Queue jobs of one kind, by key, in one statement; return how many were not queued before.

    `is_bulk`: nobody waits for them, and they are done when nothing else is due.

    Until a restore is released, outward work that no request since then has asked for is put on hold: it may have
    been done after the backup was taken. `is_released`: nothing that this job sends is on hold.
    """
    request_id = _present_request()
    may_be_held = kind in _OUTWARD and not request_id and not is_released
    keys, texts = list(payloads_by_key), [json.dumps(payload) for payload in payloads_by_key.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_job (kind, dedupe_key, payload, state, is_bulk, attempts, next_at, last_error,"
            " cancel_reason, request_id) SELECT %s, key, payload::jsonb,"
            f" CASE WHEN %s AND {IS_HELD_SQL} THEN 'on_hold' ELSE 'ready' END, %s, 0,"
            " coalesce(%s, now()), '', '', %s"
            # naming the conflicting key would ask whether the actor may read jobs
            " FROM unnest(%s::text[], %s::text[]) AS queued (key, payload) ON CONFLICT DO NOTHING",
            [kind, may_be_held, is_bulk, at, request_id, keys, texts],
        )
        new: int = cursor.rowcount
        if new:
            cursor.execute(f"NOTIFY {NOTIFY_CHANNEL}")
    return new


def holds_outward_work() -> bool:
    """Whether what would be sent because of what is done now waits for a person, as outward jobs do after a restore.

    Until the transaction ends nobody ends the hold: whoever does finds all that waits.
    """
    if _present_request():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM portal_restoration WHERE released_at IS NULL FOR SHARE")
        return bool(cursor.rowcount)


def _present_request() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]


def hurry(key: str) -> None:
    """Somebody waits for the job of this key: it is bulk work no more. As SYSTEM."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_job SET is_bulk = false WHERE dedupe_key = %s AND is_bulk AND state = 'ready'",
            [key],
        )
        if cursor.rowcount:
            cursor.execute(f"NOTIFY {NOTIFY_CHANNEL}")


def abandon_jobs(kind: str, payload: Payload) -> list[int]:
    """Cancel in this transaction what is open of a kind with this in its payload: nobody wants what it makes any more.

    Whoever works on it loses the lease with the next step. Returns the ids of the jobs. As SYSTEM.
    """
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_job SET state = 'cancelled', lease_until = NULL"
            " WHERE kind = %s AND payload @> %s::jsonb AND state IN ('ready', 'leased') RETURNING id",
            [kind, json.dumps(payload)],
        )
        return [row[0] for row in cursor.fetchall()]


def due_ids(
    limit: int = BATCH_SIZE, exclude: Collection[int] = (), *, is_bulk: bool | None = None
) -> list[int]:
    """The jobs that wait for a worker now, those of dead workers among them, but not these.

    Bulk work comes last (`is_bulk`: that alone, or none of it), else the oldest first.
    """
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM portal_job WHERE ((state = 'ready' AND next_at <= now())"
            " OR (state = 'leased' AND lease_until < now())) AND id <> ALL(%s::bigint[])"
            " AND is_bulk = coalesce(%s, is_bulk) ORDER BY is_bulk, next_at, id LIMIT %s",
            [list(exclude), is_bulk, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def long_among(job_ids: Sequence[int]) -> set[int]:
    """Those of the jobs that may take long. One query."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM portal_job WHERE id = ANY(%s::bigint[]) AND kind = ANY(%s)",
            [list(job_ids), long_kinds()],
        )
        return {row[0] for row in cursor.fetchall()}


def claim_job(job_id: int) -> Claim | None:
    """Take the job if it is due and nobody holds it; committed before the work begins."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_job SET state = 'leased', attempts = attempts + 1, lease_until = now() + %s * interval '1 s'"
            " WHERE id = (SELECT id FROM portal_job WHERE id = %s AND next_at <= now() AND (state = 'ready'"
            " OR (state = 'leased' AND lease_until < now())) FOR UPDATE SKIP LOCKED)"
            " RETURNING id, kind, attempts, payload, request_id",
            [LEASE.total_seconds(), job_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    payload = row[3] if isinstance(row[3], dict) else json.loads(row[3])
    return Claim(row[0], row[1], row[2], payload, row[4])


def run_job(job_id: int) -> None:
    """Claim and do one job; a failure is written to its row and tried again later, after eight tries never.

    Bind the id of the request that this work began with to what is logged and queued meanwhile.
    """
    claim = claim_job(job_id)
    if claim is None:
        return
    cause = {"request_id": claim.request_id} if claim.request_id else {}
    with structlog.contextvars.bound_contextvars(job=job_id, kind=claim.kind, attempt=claim.attempt, **cause):
        if claim.attempt > TRIES:
            _fail(claim, "its worker was lost every time")
        else:
            _run_handler(claim)


def _run_handler(claim: Claim) -> None:
    try:
        _handler_of(claim)(claim)
    except LostLease:
        log.warning("job_lease_lost")
    except NotAttempted as error:
        # release the row as if it had not been claimed; a later claim is not touched
        with acting_as(SYSTEM), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE portal_job SET state = 'ready', attempts = attempts - 1, lease_until = NULL, last_error = %s,"
                " next_at = now() + least(greatest(%s * interval '1 s', (now() - created_at) / 20),"
                " %s * interval '1 s')"
                " WHERE id = %s AND attempts = %s AND state = 'leased'",
                [
                    describe_error(error),
                    NOT_ATTEMPTED_DELAY.total_seconds(),
                    LONGEST_DELAY.total_seconds(),
                    claim.job_id,
                    claim.attempt,
                ],
            )
        log.warning("job_not_attempted", error=describe_error(error))
    except Exception as error:
        log.exception("job_failed")
        _fail(claim, describe_error(error))
    else:
        log.info("job_done")


def _handler_of(claim: Claim) -> Handler:
    """What does the work. Raises UnknownKind where only another version knows the kind; a day later, LookupError."""
    if claim.kind in _HANDLERS:
        return _HANDLERS[claim.kind]
    claim.leave_to_newer()
    raise LookupError(claim.kind)


def describe_error(error: Exception) -> str:
    """An error's class alone: messages of libraries may quote addresses and texts."""
    return f"{type(error).__module__}.{type(error).__qualname__}"[:500]


def backoff(attempt: int) -> timedelta:
    """Seconds before the next try: 2^n × 5, at most six hours, with up to a fifth of jitter."""
    seconds = min(2**attempt * 5, 6 * 60 * 60)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _fail(claim: Claim, error: str) -> None:
    state = JobState.DEAD if claim.attempt >= TRIES else JobState.READY
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_job SET state = %s, lease_until = NULL, last_error = %s,"
            " next_at = now() + %s * interval '1 s'"
            " WHERE id = %s AND attempts = %s AND state = 'leased'",
            [state, error, backoff(claim.attempt).total_seconds(), claim.job_id, claim.attempt],
        )
        is_exhausted = state == JobState.DEAD and cursor.rowcount == 1
    if is_exhausted and claim.kind in _ON_EXHAUSTED:
        _ON_EXHAUSTED[claim.kind]({**claim.payload, "job": claim.job_id})
