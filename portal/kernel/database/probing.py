"""Questions to a database over a connection of their own, answered in time or not at all, even by a frozen server."""

import select
import time
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg2
from psycopg2 import extensions


class NoAnswer(Exception):
    """The server is away, or did not answer in time."""


def ask(parameters: Mapping[str, Any], queries: Sequence[str], seconds: float) -> list[list[tuple[Any, ...]]]:
    """The rows of each query, asked of the server that the parameters name.

    Raises NoAnswer when they take longer than that.
    """
    limit = time.monotonic() + seconds
    try:
        wire = psycopg2.connect(**{**parameters, "async_": True})
    except psycopg2.Error as error:
        raise NoAnswer(type(error).__name__) from error
    try:
        _wait(wire, limit)
        return [_rows(wire, query, limit) for query in queries]
    except psycopg2.Error as error:
        raise NoAnswer(type(error).__name__) from error
    finally:
        wire.close()


def _rows(wire: Any, query: str, limit: float) -> list[tuple[Any, ...]]:
    cursor = wire.cursor()
    cursor.execute(query)
    _wait(wire, limit)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _wait(wire: Any, limit: float) -> None:
    """Until the server has answered, or the time is over."""
    while (state := wire.poll()) != extensions.POLL_OK:
        if not await_socket(wire, state, limit - time.monotonic()):
            raise NoAnswer("timeout")


def await_socket(wire: Any, state: int, seconds: float) -> bool:
    """Whether the connection can go on within that time; `state` is what its `poll()` waits for."""
    readers = [wire] if state == extensions.POLL_READ else []
    writers = [wire] if state == extensions.POLL_WRITE else []
    return seconds > 0 and any(select.select(readers, writers, [], seconds))
