"""Bounded waiting for the database: a server that is frozen never closes a connection, and never answers.

The limits in the server (`statement_timeout`) are kept by the server itself, so they end nothing when it is stopped, or
the machine it runs on, or the network to it. libpq waits for as long as the kernel does. Here the client waits itself
(psycopg2's wait callback), and after a while asks over another connection whether there is anybody: a slow query of a
server that works goes on, a frozen one is given up.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg2
from psycopg2 import extensions

from portal.kernel.database.outage import Outage, outage, replica_outage
from portal.kernel.database.probing import (
    NoAnswer,
    Parameters,
    ask,
    await_socket,
    choose_server,
    list_servers,
)

_PATIENCE: ContextVar[float] = ContextVar("patience", default=1.0)  # seconds before it is asked who is there
_PROBE_SECONDS = 0.5  # a page then says in good time that it cannot be made
_SLICE = 0.25  # seconds after which a waiting thread sees that another has found the server frozen
# longer than the limits that the server itself keeps: only what it forgot to end comes this far
_MOST = 40.0
_parameters: dict[str, Any] = {}
_replica_parameters: dict[str, Any] = {}


class ReplicaConnection(extensions.connection):
    """A connection to the replica: that it is away says nothing of the primary."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Inside, ask sooner or later than usual whether the database is there."""
    token = _PATIENCE.set(seconds)
    try:
        yield
    finally:
        _PATIENCE.reset(token)


def bound_waiting(parameters: Parameters, replica: Parameters | None = None) -> None:
    """Bound each waiting of this process; `parameters` are those of its connections, `replica` those to a replica.

    For web servers: libpq's COPY does not work in such a process.
    """
    _parameters.update(parameters)
    _replica_parameters.update(replica or {})
    extensions.set_wait_callback(wait)
    outage.watch(_is_back)
    replica_outage.watch(_is_replica_back)


def choose_reachable(parameters: Parameters) -> Parameters:
    """The parameters of one server that answers, where they name several and this process bounds its waiting.

    Elsewhere libpq looks for it, and keeps the `connect_timeout` of each. Raises OperationalError when none answers.
    """
    if not _parameters or len(list_servers(parameters)) == 1:
        return parameters
    try:
        return choose_server(parameters, _PATIENCE.get() + _PROBE_SECONDS)
    except NoAnswer as error:
        raise psycopg2.OperationalError("none of the servers answers as it should") from error


def wait(wire: Any) -> None:
    """Wait until the connection has done what it was asked; psycopg2 calls this.

    Raises OperationalError, after which psycopg2 closes the connection: the server undoes what was not committed.
    """
    its_outage = _outage_of(wire)
    its_outage.check()
    began = time.monotonic()
    ask_at = began + _PATIENCE.get()
    while (state := wire.poll()) != extensions.POLL_OK:
        if await_socket(wire, state, _SLICE):
            continue
        now = time.monotonic()
        if now >= ask_at:
            _refuse_when_frozen(wire)
            ask_at = time.monotonic() + _PATIENCE.get()
        if its_outage.is_on or now - began > _MOST:
            raise psycopg2.OperationalError("the database did not answer in time")


def _refuse_when_frozen(wire: Any) -> None:
    """Whether the server answers others, and the process that serves this connection has begun with the query.

    A server that answers nobody is away for all, unless another one has taken its place. A process that still calls
    itself idle has not even read the query.
    """
    query = "SELECT 1"
    if pid := wire.info.backend_pid:
        query = f"SELECT state FROM pg_stat_activity WHERE pid = {int(pid)}"
    try:
        [rows] = ask(_server_of(wire), [query], _PROBE_SECONDS)
    except NoAnswer:
        if len(list_servers(_parameters_of(wire))) > 1 and _answers(_parameters_of(wire)):
            raise psycopg2.OperationalError("the connection leads to a server that is away") from None
        _outage_of(wire).begin()
        return
    has_not_begun = pid and rows in ([], [("idle",)], [("idle in transaction",)])
    # on a busy machine it may have begun meanwhile
    if has_not_begun and not await_socket(wire, extensions.POLL_READ, _PROBE_SECONDS):
        raise psycopg2.OperationalError("the connection is dead")


def _outage_of(wire: Any) -> Outage:
    return replica_outage if isinstance(wire, ReplicaConnection) else outage


def _parameters_of(wire: Any) -> Parameters:
    return _replica_parameters if isinstance(wire, ReplicaConnection) else _parameters


def _server_of(wire: Any) -> Parameters:
    """The parameters of the server that the connection leads to, whatever it has become meanwhile."""
    servers = list_servers(_parameters_of(wire))
    if len(servers) == 1:
        return servers[0]
    name = (wire.info.host, str(wire.info.port))
    own = [
        {**server, "target_session_attrs": "any"}
        for server in servers
        if (server.get("host") or server.get("hostaddr"), str(server.get("port") or 5432)) == name
    ]
    return own[0] if own else _parameters_of(wire)


def _is_back() -> bool:
    return _answers(_parameters)


def _is_replica_back() -> bool:
    return _answers(_replica_parameters)


def _answers(parameters: Parameters) -> bool:
    try:
        return bool(ask(parameters, ["SELECT 1"], _PROBE_SECONDS))
    except NoAnswer:
        return False
