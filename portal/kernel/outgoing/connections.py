"""Connections to the address that was checked, cut when the time of their request is over."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from portal.kernel.outgoing.addresses import is_public

WAIT = 3.0  # seconds for a connection, and for each piece of an answer


class Deadline:
    """When a request has to be over; by then its connection is shut down, in whatever read or write it stands."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._timer: threading.Timer | None = None
        self._handle: socket.socket | None = None
        self.has_no_public_address = False

    @property
    def seconds_left(self) -> float:
        return max(self._ends_at - time.monotonic(), 0)

    @property
    def is_over(self) -> bool:
        return self.seconds_left == 0

    def watch(self, connected: socket.socket) -> None:
        """Shut this connection down at the end. By a handle of its own: TLS takes over the one that is given."""
        self.cancel()
        self._handle = connected.dup()
        self._timer = threading.Timer(self.seconds_left, _shut_down, [self._handle])
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._handle is not None:
            self._handle.close()


def _shut_down(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was over


_DEADLINE: ContextVar[Deadline] = ContextVar("outgoing_deadline")


@contextmanager
def until(seconds: float) -> Iterator[Deadline]:
    deadline = Deadline(seconds)
    token = _DEADLINE.set(deadline)
    try:
        yield deadline
    finally:
        _DEADLINE.reset(token)
        deadline.cancel()


def _connect(connection: HTTPConnection) -> socket.socket:
    """A connection to the first address of the host that is public and answers."""
    deadline = _DEADLINE.get()
    try:
        places = _look_up(connection.host, connection.port, min(WAIT, deadline.seconds_left))
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, "the host does not answer") from error
    public = [place for place in places if is_public(place[0])]
    if not public:
        deadline.has_no_public_address = True
        raise NewConnectionError(connection, "the host has no public address")
    refusal: OSError | None = None
    for left, place in zip(range(len(public), 0, -1), public, strict=True):
        # one that is silent leaves time for those after it
        wait = max(min(WAIT, deadline.seconds_left / left), 0.01)
        try:
            connected = socket.create_connection(place, timeout=wait)
        except OSError as error:
            refusal = error
            continue
        connected.settimeout(WAIT)
        deadline.watch(connected)
        return connected
    raise NewConnectionError(connection, "the host does not answer") from refusal


def _look_up(host: str, port: int | None, seconds: float) -> list[tuple[str, int]]:
    """The addresses of the host. Asked in a thread: a name server that is silent cannot be interrupted, but left."""
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if not answers:
        raise TimeoutError("the name server does not answer")
    if isinstance(answers[0], Exception):
        raise answers[0]
    return [(str(place[0]), int(place[1])) for *_family, place in answers[0]]


class _PublicHttp(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PublicHttps(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _PublicHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHttps


class PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
