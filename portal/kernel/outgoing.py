"""Requests to addresses that somebody has typed: to public hosts alone, no redirects, limits of time and size.

The address of the host is checked, and it is that address which is connected to: a name that is looked up a second time
may lead elsewhere. No proxy, password file or cookie of the environment is used. A connection is cut when its time is
over, whatever it is busy with: a host that sends a byte now and then holds nobody any longer than one that is silent.
"""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

_WAIT = 3.0  # seconds for a connection, and for each piece of an answer
_WHOLE = 6.0  # seconds for a whole answer
_MOST_BYTES = 512 * 1024
_POST_WHOLE = 5.0  # seconds for what is posted, from the look-up of the name to the status of the answer
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAT64 = IPv6Address("64:ff9b::").packed[:12]


class OutgoingSession(requests.Session):
    """What asks public hosts; whatever goes wrong is a RequestException, an answer too long or too slow too."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        for prefix in ("http://", "https://"):
            self.mount(prefix, _PublicAdapter())

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        address = url.decode() if isinstance(url, bytes) else url
        if not is_allowed_address(address):
            raise requests.exceptions.InvalidURL("not an https address")
        with _deadline(_WHOLE) as deadline:
            response = self._send(method, address, *args, **kwargs)
            if response.is_redirect:
                response.close()
                raise requests.exceptions.TooManyRedirects("no redirect is followed")
            body = bytearray()
            for piece in response.iter_content(16 * 1024):
                body += piece
                if len(body) > _MOST_BYTES:
                    break
            if len(body) > _MOST_BYTES or deadline.is_over:  # one that was cut looks like one that has ended
                response.close()
                raise requests.exceptions.Timeout("the answer is too long or too slow")
        response._content = bytes(body)  # as requests stores what it has read itself
        return response

    def _send(self, method: str, address: str, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": (_WAIT, _WAIT), "allow_redirects": False, "stream": True}
        return super().request(method, address, *args, **kwargs)


class PostFault(StrEnum):
    """Why what was posted did not arrive, as far as it is known without a status."""

    ADDRESS = "address"  # no https address, or the host has no public one
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """What became of a post: the status, or a fault; and how long it took."""

    status: int | None
    fault: PostFault | None
    milliseconds: int


def post(address: str, body: bytes, headers: Mapping[str, str]) -> PostAnswer:
    """Post to a public host, and read the status of the answer alone. Takes a few seconds at most; raises nothing."""
    started = time.monotonic()
    status, fault = None, None
    with _deadline(_POST_WHOLE) as deadline, OutgoingSession() as session:
        try:
            if not is_allowed_address(address):
                raise requests.exceptions.InvalidURL("not an https address")
            response = session._send("POST", address, data=body, headers=dict(headers))
            response.close()
            if deadline.is_over:  # headers that were cut look like headers that have ended
                raise requests.exceptions.Timeout("the answer is too slow")
            status = response.status_code
        except requests.RequestException as error:
            fault = _fault_of(error, deadline)
    return PostAnswer(status, fault, round((time.monotonic() - started) * 1000))


def _fault_of(error: requests.RequestException, deadline: "_Deadline") -> PostFault:
    if isinstance(error, requests.exceptions.InvalidURL) or deadline.has_no_public_address:
        return PostFault.ADDRESS
    if deadline.is_over or isinstance(error, requests.exceptions.Timeout):
        return PostFault.TIMEOUT
    is_certificate = isinstance(error, requests.exceptions.SSLError)
    return PostFault.CERTIFICATE if is_certificate else PostFault.CONNECTION


def is_allowed_address(url: str) -> bool:
    """Whether it is an https address without user names; http to this machine alone, where a setting allows that."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    is_this_machine = host in _LOOPBACK and bool(settings.OUTGOING_ALLOW_LOOPBACK)
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine)


def is_public(address: str) -> bool:
    """Whether everybody may be led to this IP address: IPv4 is looked for inside of IPv6 too."""
    number = _unwrapped(ip_address(address))
    if settings.OUTGOING_ALLOW_LOOPBACK and number.is_loopback:
        return True
    return number.is_global and not number.is_multicast


def _unwrapped(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(number, IPv4Address):
        return number
    if number.packed[:12] == _NAT64:
        return IPv4Address(number.packed[12:])
    return number.ipv4_mapped or number.sixtofour or number


class _Deadline:
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


_DEADLINE: ContextVar[_Deadline] = ContextVar("outgoing_deadline")


@contextmanager
def _deadline(seconds: float) -> Iterator[_Deadline]:
    deadline = _Deadline(seconds)
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
        places = _look_up(connection.host, connection.port, min(_WAIT, deadline.seconds_left))
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, "the host does not answer") from error
    public = [place for place in places if is_public(place[0])]
    if not public:
        deadline.has_no_public_address = True
        raise NewConnectionError(connection, "the host has no public address")
    refusal: OSError | None = None
    for left, place in zip(range(len(public), 0, -1), public, strict=True):
        # one that is silent leaves time for those after it
        wait = max(min(_WAIT, deadline.seconds_left / left), 0.01)
        try:
            connected = socket.create_connection(place, timeout=wait)
        except OSError as error:
            refusal = error
            continue
        connected.settimeout(_WAIT)
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


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
