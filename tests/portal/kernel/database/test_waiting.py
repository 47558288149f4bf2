"""Nobody waits for a database that is frozen: found out once, refused at once, and found back by asking."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.db import connections
from psycopg2 import extensions

from portal.kernel.database import patience, probing, waiting
from portal.kernel.database.outage import Outage


class FrozenConnection:
    """A connection whose server process has stopped: it wants to be read, and nothing comes."""

    def __init__(self, pid: int = 0, host: str = "", port: int = 0) -> None:
        self._wire, self._other_end = socket.socketpair()
        self.info = type("Info", (), {"backend_pid": pid, "host": host, "port": port})

    def fileno(self) -> int:
        return self._wire.fileno()

    def poll(self) -> int:
        return extensions.POLL_READ

    def close(self) -> None:
        self._wire.close()
        self._other_end.close()


@pytest.fixture(autouse=True)
def own_outage(monkeypatch: pytest.MonkeyPatch) -> Outage:
    """Of this test alone, and on as in a web server."""
    own = Outage()
    own.watch(waiting._is_back)
    monkeypatch.setattr(waiting, "outage", own)
    return own


@pytest.fixture
def frozen_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        parameters = {"host": "127.0.0.1", "port": listener.getsockname()[1], "dbname": "portal"}
        monkeypatch.setattr(waiting, "_parameters", parameters)
        yield


@pytest.fixture
def living_server(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_parameters", connections["default"].get_connection_params())


@pytest.fixture
def dark_and_living_server(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The address of two servers: the first takes connections and says nothing, the second is a primary."""
    living = connections["default"].get_connection_params()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        parameters = living | {
            "host": f"127.0.0.1,{living['host']}",
            "port": f"{listener.getsockname()[1]},{living.get('port') or 5432}",
        }
        monkeypatch.setattr(waiting, "_parameters", parameters)
        yield parameters


def wait_for(wire: Any, seconds: float = 0.1) -> float:
    """How long a request waited until it was refused."""
    began = time.monotonic()
    with closing(wire), patience(seconds), pytest.raises(psycopg2.OperationalError):
        waiting.wait(wire)
    return time.monotonic() - began


def test_a_frozen_server_is_given_up_and_then_refused_at_once(
    frozen_server: None, own_outage: Outage
) -> None:
    first, second = wait_for(FrozenConnection()), wait_for(FrozenConnection())

    assert (first < 2, second < 0.05, own_outage.is_on) == (True, True, True)


def test_a_server_that_is_back_is_found_by_whoever_asks_next(
    living_server: None, own_outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_outage.begin()
    with pytest.raises(psycopg2.OperationalError):
        own_outage.check()
    monkeypatch.setattr(own_outage, "_ask_at", time.monotonic())

    own_outage.check()

    assert not own_outage.is_on


def test_a_slow_query_of_a_server_that_works_goes_on(living_server: None, own_outage: Outage) -> None:
    connection = connections["default"].copy("default")
    try:
        with connection.cursor() as cursor, patience(0.1):
            extensions.set_wait_callback(waiting.wait)
            cursor.execute("SELECT pg_sleep(0.6), 7")
            assert (cursor.fetchone()[1], own_outage.is_on) == (7, False)
    finally:
        extensions.set_wait_callback(None)
        connection.close()


def test_one_process_of_the_server_that_is_stuck_ends_its_connection_alone(
    living_server: None, own_outage: Outage
) -> None:
    """The server says that the process is idle: it has not even read the query."""
    connection = connections["default"].copy("default")
    try:
        connection.ensure_connection()
        assert wait_for(FrozenConnection(connection.connection.info.backend_pid)) < 2
        assert not own_outage.is_on
    finally:
        connection.close()


@pytest.mark.parametrize("attributes", ["read-write", "prefer-standby"])
def test_a_dark_server_does_not_hide_the_one_that_is_named_after_it(
    dark_and_living_server: dict[str, Any], own_outage: Outage, attributes: str
) -> None:
    """libpq would stay at the first: a connection that the portal waits for by itself has no `connect_timeout`."""
    parameters = dark_and_living_server | {"target_session_attrs": attributes}
    connection = connections["default"].copy("default")
    began = time.monotonic()
    try:
        extensions.set_wait_callback(waiting.wait)
        with closing(connection.get_new_connection(parameters)) as wire:
            assert str(wire.info.port) == parameters["port"].partition(",")[2]
    finally:
        extensions.set_wait_callback(None)
    assert (waiting._is_back(), own_outage.is_on, time.monotonic() - began < 2) == (True, False, True)


def test_only_a_server_with_the_attributes_asked_for_is_chosen(
    dark_and_living_server: dict[str, Any],
) -> None:
    with pytest.raises(probing.NoAnswer):
        probing.choose_server(dark_and_living_server | {"target_session_attrs": "standby"}, 0.5)


def test_a_connection_to_a_dark_server_ends_alone_while_another_one_answers(
    dark_and_living_server: dict[str, Any], own_outage: Outage
) -> None:
    port = int(dark_and_living_server["port"].partition(",")[0])
    wait_for(FrozenConnection(pid=1, host="127.0.0.1", port=port))
    assert not own_outage.is_on
