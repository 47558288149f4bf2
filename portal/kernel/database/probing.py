"""Questions to a database over a connection of their own, answered in time or not at all, even by a frozen server.

Where the parameters name several servers, all are asked at once. libpq asks one after another, and keeps no
`connect_timeout` where a connection is made without waiting: a server whose machine is dark would hide those after it.
"""

import select
import time
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg2
from psycopg2 import extensions

Parameters = Mapping[str, Any]
_LISTS = ("host", "hostaddr", "port")  # in which libpq takes several, separated by commas
_GRACE = 0.1  # seconds in which a server that is named earlier may still answer


class NoAnswer(Exception):
    """The server is away, or did not answer in time."""


def ask(parameters: Parameters, queries: Sequence[str], seconds: float) -> list[list[tuple[Any, ...]]]:
    """The rows of each query, asked of the server that the parameters name; of several as `choose_server` does.

    Raises NoAnswer when they take longer than that.
    """
    limit = time.monotonic() + seconds
    _server, wire = _connect(parameters, limit)
    try:
        return [_rows(wire, query, limit) for query in queries]
    except psycopg2.Error as error:
        raise NoAnswer(type(error).__name__) from error
    finally:
        wire.close()


def choose_server(parameters: Parameters, seconds: float) -> Parameters:
    """The parameters of one server: the first of those that answer and are what `target_session_attrs` asks for.

    Raises NoAnswer when there is none within that time.
    """
    server, wire = _connect(parameters, time.monotonic() + seconds)
    wire.close()
    return server


def list_servers(parameters: Parameters) -> list[Parameters]:
    """The parameters once for each server that they name."""
    lists = {name: str(parameters[name]).split(",") for name in _LISTS if parameters.get(name)}
    return [
        {**parameters, **{name: values[place % len(values)] for name, values in lists.items()}}
        for place in range(max(map(len, lists.values()), default=1))
    ]


def _connect(parameters: Parameters, limit: float) -> tuple[Parameters, Any]:
    """The parameters of the chosen server, and a connection to it."""
    servers = list_servers(parameters)
    if len(servers) > 1 and parameters.get("target_session_attrs") == "prefer-standby":
        servers = [
            {**server, "target_session_attrs": wish} for wish in ("standby", "any") for server in servers
        ]
    wires, states = (
        dict[int, Any](),
        dict[int, int](),
    )  # by the server's place; a state is what its `poll()` waits for
    failure: psycopg2.Error | None = None
    ready, end = list(range(len(servers))), limit
    try:
        while True:
            for place in ready:
                try:
                    if place not in wires:
                        wires[place] = psycopg2.connect(**{**servers[place], "async_": True})
                    states[place] = wires[place].poll()
                except psycopg2.Error as error:
                    failure = error
                    states.pop(place, None)
            answered = [place for place, state in states.items() if state == extensions.POLL_OK]
            is_over = time.monotonic() >= end
            if answered and (is_over or min(answered) == min(states)):
                return servers[min(answered)], wires.pop(min(answered))
            if is_over or not states:
                raise NoAnswer(type(failure).__name__ if failure else "timeout") from failure
            if answered:
                end = min(end, time.monotonic() + _GRACE)
            ready = _await_any(wires, states, end - time.monotonic())
    finally:
        for wire in wires.values():
            wire.close()


def _rows(wire: Any, query: str, limit: float) -> list[tuple[Any, ...]]:
    cursor = wire.cursor()
    cursor.execute(query)
    while (state := wire.poll()) != extensions.POLL_OK:
        if not await_socket(wire, state, limit - time.monotonic()):
            raise NoAnswer("timeout")
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def await_socket(wire: Any, state: int, seconds: float) -> bool:
    """Whether the connection can go on within that time; `state` is what its `poll()` waits for."""
    return bool(_await_any({0: wire}, {0: state}, seconds))


def _await_any(wires: Mapping[int, Any], states: Mapping[int, int], seconds: float) -> list[int]:
    """Which of the connections can go on, once one of them can; none when that takes longer."""
    readers = [wires[place] for place, state in states.items() if state == extensions.POLL_READ]
    writers = [wires[place] for place, state in states.items() if state == extensions.POLL_WRITE]
    if seconds <= 0:
        return []
    readable, writable, _failed = select.select(readers, writers, [], seconds)
    return [place for place in states if wires[place] in (*readable, *writable)]
