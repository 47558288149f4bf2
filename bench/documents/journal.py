"""The journal as CSV, beside COPY of the same rows; both as a manager of the secretariat sees them."""

import tracemalloc
from collections.abc import Iterator
from typing import cast

from django.db import connection, connections
from django.test import RequestFactory

from alliance.models import Person
from alliance.queries.actors import actor_for
from alliance.web.secretariat.journal import journal_export
from bench.processor_time import ProcessorTime
from bench.profiling import Profiled, Spent
from bench.purposes import OF_JOURNAL
from portal.kernel.access import SYSTEM, Actor, acting_as, owner_alias
from portal.kernel.journal import Event
from portal.kernel.web import ActorRequest

_COLUMNS = (
    "at, kind, actor_kind, person_id, tenant_id, target_type, target_id, target_tenant_id, parent_type, parent_id,"
    " request_id, data"
)
_COPY = (
    "COPY (SELECT e.id, e.at, e.kind, e.actor_kind, p.name, o.name, e.target_type, e.target_id, e.data"
    " FROM portal_event e LEFT JOIN alliance_person p ON p.id = e.person_id"
    " LEFT JOIN alliance_organisation o ON o.id = e.tenant_id ORDER BY e.id DESC) TO STDOUT (FORMAT csv, HEADER)"
)


def manager() -> Actor:
    """Somebody who may read the journal."""
    with acting_as(SYSTEM):
        person = Person.objects.filter(memberships__roles__contains=["manager"]).order_by("pk")[0]
        return actor_for(person.pk, person.memberships.get(ended_at=None).organisation_id)


def extend_journal(rows: int) -> int:
    """Fill the journal to so many entries by repeating those that it has; returns how many."""
    missing = rows - _entry_count()
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute("SELECT set_config('portal.kind', 'system', false)")
        cursor.execute(
            f"INSERT INTO portal_event ({_COLUMNS}) SELECT {_COLUMNS}"
            " FROM (SELECT * FROM portal_event ORDER BY id LIMIT 500) one, generate_series(1, %s) LIMIT %s",
            [missing, max(0, missing)],
        )
        cursor.execute("VACUUM ANALYZE portal_event")
    return _entry_count()


def _entry_count() -> int:
    with acting_as(SYSTEM):
        return Event.objects.count()


def export(actor: Actor) -> tuple[ProcessorTime, int]:
    """The whole export as it is fetched, piece by piece; and its bytes."""
    with ProcessorTime() as spent:
        size = sum(map(len, _pieces(actor)))
    return spent, size


def profile(actor: Actor) -> Spent:
    """What the whole export spends its time for."""
    with Profiled(OF_JOURNAL) as profiled:
        export(actor)
    return profiled.spent


def peak_memory(actor: Actor, rows: int) -> float:
    """The peak memory in MiB while so many entries are exported."""
    fetched = 0
    tracemalloc.start()
    for piece in _pieces(actor):
        fetched += piece.count(b"\n")
        if fetched >= rows:
            break
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _pieces(actor: Actor) -> Iterator[bytes]:
    request = cast("ActorRequest", RequestFactory().post("/"))
    request.actor = actor  # as the middleware does
    with acting_as(actor):
        response = journal_export(request, "csv")
    yield from response.streaming_content  # type: ignore[misc]  # never asynchronous here


def copy(actor: Actor) -> tuple[ProcessorTime, int]:
    """The same rows by PostgreSQL alone."""
    sink = _Sink()
    with acting_as(actor), connection.cursor() as cursor, ProcessorTime() as spent:
        cursor.cursor.copy_expert(_COPY, sink)
    return spent, sink.size


class _Sink:
    """Takes bytes and counts them."""

    size = 0

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
