"""Health: whether the process lives, and whether the portal can serve; answered in time whatever is frozen."""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.kernel import files, monitoring
from portal.kernel.jobs import OLDEST_WAIT_SQL
from portal.kernel.monitoring import LAST_SEEN_SQL, StorageState, may_monitor

_TIMEOUT = 0.8  # for each question
_CACHE_SECONDS = 1.0  # seconds for which an answer is reused: outsiders cannot make the servers busy
_QUERIES = (
    "SELECT app, name FROM django_migrations",
    OLDEST_WAIT_SQL,
    f"SELECT kind, extract(epoch FROM now() - {LAST_SEEN_SQL})::float8 FROM portal_heartbeat GROUP BY kind",
)


@transaction.non_atomic_requests
@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    """Liveness probe: 200 while the process answers; checks nothing else."""
    del request
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@transaction.non_atomic_requests
@require_safe
@never_cache
def health_ready(request: HttpRequest) -> HttpResponse:
    """Readiness probe: 200 when requests can be served, else 503; details only for those who may monitor.

    Without the broker requests are served all the same, and work waits; so they are while the storage of files is slow.
    The portal is then degraded.
    """
    state, facts = _cached_health()
    body: dict[str, Any] = {"status": state}
    if may_monitor(request):
        body |= facts
    return JsonResponse(body, status=503 if state == "unavailable" else 200)


def current_health() -> tuple[str, Mapping[str, Any]]:
    """Ask everything; returns the state in a word, and the facts."""
    database = _database()
    checks = {
        "database": database["answers"],
        "migrations": not database["missing"],
        "broker": monitoring.broker_answers(_TIMEOUT),
    }
    storage = monitoring.storage_state(files.probe_storage, files.PROBE_STATES, _TIMEOUT)
    words = {name: "ok" if is_well else "failing" for name, is_well in checks.items()}
    facts = {
        "checks": {**words, "storage": storage.value},
        "missing_migrations": database["missing"],
        "oldest_job_seconds": database["waited"],
        "last_seen_seconds_ago": database["last_seen"],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if not (checks["database"] and checks["migrations"] and storage.serves):
        return "unavailable", facts
    is_whole = checks["broker"] and storage is StorageState.OK
    return "ready" if is_whole else "degraded", facts


def _database() -> dict[str, Any]:
    try:
        applied, waited, last_seen = monitoring.ask_database(_QUERIES, _TIMEOUT)
    except monitoring.NoAnswer:
        return {"answers": False, "missing": [], "waited": None, "last_seen": {}}
    known = set(applied)
    missing = sorted(
        f"{app}.{name}" for app, name in monitoring.code_migrations() if (app, name) not in known
    )
    ages = {kind: round(age, 1) for kind, age in last_seen if age is not None}
    return {"answers": True, "missing": missing, "waited": round(waited[0][0], 1), "last_seen": ages}


class _CachedHealth:
    """The last answer, for as long as it is good; while one request asks, others wait for its answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Ask anew at the next question; tests call this."""
        self._until = float("-inf")
        self._answer: tuple[str, Mapping[str, Any]] = ("unavailable", {})

    def __call__(self) -> tuple[str, Mapping[str, Any]]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._answer = current_health()
                self._until = time.monotonic() + _CACHE_SECONDS
            return self._answer


_cached_health = _CachedHealth()
