"""Requests to addresses that somebody has typed: to public hosts alone, no redirects, limits of time and size.

The address of the host is checked, and it is that address which is connected to: a name that is looked up a second time
may lead elsewhere. No proxy, password file or cookie of the environment is used.
"""

import socket
import time
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
        ends_at = time.monotonic() + _WHOLE
        kwargs |= {"timeout": (_WAIT, _WAIT), "allow_redirects": False, "stream": True}
        response = super().request(method, address, *args, **kwargs)
        if response.is_redirect:
            response.close()
            raise requests.exceptions.TooManyRedirects("no redirect is followed")
        body = bytearray()
        for piece in response.iter_content(16 * 1024):
            body += piece
            if len(body) > _MOST_BYTES or time.monotonic() > ends_at:
                response.close()
                raise requests.exceptions.Timeout("the answer is too long or too slow")
        response._content = bytes(body)  # as requests stores what it has read itself
        return response


def is_allowed_address(url: str) -> bool:
    """Whether it is an https address without user names; http to this machine alone, where a setting allows that."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    is_this_machine = host in _LOOPBACK and bool(settings.SSO_ALLOW_LOOPBACK)
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine)


def is_public(address: str) -> bool:
    """Whether everybody may be led to this IP address: IPv4 is looked for inside of IPv6 too."""
    number = _unwrapped(ip_address(address))
    if settings.SSO_ALLOW_LOOPBACK and number.is_loopback:
        return True
    return number.is_global and not number.is_multicast


def _unwrapped(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(number, IPv4Address):
        return number
    if number.packed[:12] == _NAT64:
        return IPv4Address(number.packed[12:])
    return number.ipv4_mapped or number.sixtofour or number


def _connect(connection: HTTPConnection) -> socket.socket:
    """A connection to the first address of the host that is public and answers."""
    try:
        hosts = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
        for *_family, place in hosts:
            if is_public(str(place[0])):
                return socket.create_connection((str(place[0]), place[1]), timeout=_WAIT)
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, "the host does not answer") from error
    raise NewConnectionError(connection, "the host has no public address")


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
