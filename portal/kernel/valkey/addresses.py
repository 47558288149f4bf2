"""What the address of a broker or a cache names, and what is wrong with one."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_SENTINEL = {"sentinel": False, "sentinels": True}  # by scheme, whether TLS is spoken
_CLUSTER = {"redis+cluster": False, "rediss+cluster": True}
_SOCKET = {"redis+socket", "unix"}  # as Celery names it, and as everybody else does
_ONE_SERVER = {"redis", "rediss", *_SOCKET}
_PORTS = {**dict.fromkeys(_SENTINEL, 26379), **dict.fromkeys(_CLUSTER, 6379)}
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::([0-9]{1,5}))?")
_PARAMETERS = {"master", "sentinel_password"}


@dataclass(frozen=True, slots=True)
class Address:
    """What an address names. `url` is what was written; `hosts` are Sentinels, or nodes of a cluster."""

    url: str
    scheme: str
    hosts: tuple[tuple[str, int], ...] = ()
    user: str | None = None
    password: str | None = None
    database: int = 0
    master: str = ""
    sentinel_password: str | None = None

    @property
    def is_cluster(self) -> bool:
        return self.scheme in _CLUSTER

    @property
    def is_watched(self) -> bool:
        """Whether Sentinels say which server is the one to talk to."""
        return self.scheme in _SENTINEL

    @property
    def speaks_tls(self) -> bool:
        return {**_SENTINEL, **_CLUSTER}.get(self.scheme, self.scheme == "rediss")

    def sentinel_options(self, seconds: float) -> dict[str, Any]:
        """How the Sentinels themselves are asked."""
        return {
            "socket_timeout": seconds,
            "socket_connect_timeout": seconds,
            "ssl": self.speaks_tls,
            "password": self.sentinel_password,
            "retry": None,  # the next one is asked, and the library would wait for seconds in between
        }


def parse_broker(url: str, variable: str = "REDIS_URL") -> Address:
    """What the address of Celery's broker names. Raises ImproperlyConfigured; no message quotes a password."""
    scheme = url.partition("://")[0]
    if scheme in _CLUSTER:
        raise ImproperlyConfigured(
            f"{variable} names a cluster, which Celery cannot use: name one server, or Sentinels. "
            "A cluster can hold the cache (CACHE_URL)."
        )
    if scheme not in {"redis", "rediss", "redis+socket", *_SENTINEL}:
        raise ImproperlyConfigured(
            f"{variable} must be an address like redis://host:6379/0, rediss://host:6379/0, "
            "redis+socket:///run/valkey.sock or sentinel://host:26379,host:26379,host:26379/0?master=name."
        )
    return _parse(url, scheme, variable)


def parse_cache(url: str, variable: str = "CACHE_URL") -> Address:
    """What the address of the cache names. Raises ImproperlyConfigured; no message quotes a password."""
    scheme = url.partition("://")[0]
    if scheme not in {"redis", "rediss", "unix", *_SENTINEL, *_CLUSTER}:
        raise ImproperlyConfigured(
            f"{variable} must be an address like redis://host:6379/1, rediss://host:6379/1, "
            "unix:///run/valkey.sock?db=1, sentinel://host:26379,host:26379,host:26379/1?master=name or redis+cluster://host:6379,host:6379."
        )
    return _parse(url, scheme, variable)


def _parse(url: str, scheme: str, variable: str) -> Address:
    if scheme in _ONE_SERVER:
        return _one_server(url, scheme, variable)
    parts = urlsplit(url)
    credentials, _at, hosts = parts.netloc.rpartition("@")
    user, _colon, password = credentials.partition(":")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    _refuse_parameters(scheme, query, variable)
    return Address(
        url=url,
        scheme=scheme,
        hosts=tuple(_host(each, _PORTS[scheme], variable) for each in hosts.split(",")),
        user=unquote(user) or None,
        password=unquote(password) or None,
        database=_database(parts.path, scheme, variable),
        master=query.get("master", ""),
        sentinel_password=query.get("sentinel_password") or None,
    )


def _one_server(url: str, scheme: str, variable: str) -> Address:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.path if scheme in _SOCKET else parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none; its message would quote the address
        is_whole = False
    if not is_whole:
        raise ImproperlyConfigured(
            f"{variable} names no server: it must be like redis://:password@host:6379/0, or name a socket by its path; "
            "characters such as @ / : # % in a password are written as %40 %2F %3A %23 %25."
        ) from None
    return Address(url, scheme)


def _refuse_parameters(scheme: str, query: dict[str, str], variable: str) -> None:
    known = _PARAMETERS if scheme in _SENTINEL else set()
    if unknown := sorted(query.keys() - known):
        raise ImproperlyConfigured(
            f"{variable} has a parameter that is not known: {', '.join(unknown)}. "
            + (f"Known are {' and '.join(sorted(known))}." if known else "A cluster's address has none.")
        )
    if scheme in _SENTINEL and not query.get("master"):
        raise ImproperlyConfigured(
            f"{variable} names Sentinels, but not the master that they watch: add ?master= and the name that "
            "stands behind “sentinel monitor” in their configuration."
        )


def _host(text: str, default_port: int, variable: str) -> tuple[str, int]:
    match = _HOST.fullmatch(text)
    port = int(match[2] or default_port) if match else 0
    if match is None or not 0 < port < 65536:
        raise ImproperlyConfigured(
            f"{variable} must name its hosts as host:port, with commas between them and no blanks; one of them is no "
            "such name. In a password @ / : # % , are written as %40 %2F %3A %23 %25 %2C."
        )
    return match[1].strip("[]"), port


def _database(path: str, scheme: str, variable: str) -> int:
    number = path.strip("/")
    if not re.fullmatch("[0-9]{0,4}", number):
        raise ImproperlyConfigured(f"{variable} must end with the number of a database, such as /0.")
    if scheme in _CLUSTER and int(number or 0):
        raise ImproperlyConfigured(f"{variable} names a cluster, which has only database 0.")
    return int(number or 0)


def beside(address: Address, database: int) -> str:
    """The same server, or that of the same Sentinels, with another database."""
    if address.scheme in _SOCKET:
        return f"unix://{urlsplit(address.url).path}?db={database}"
    return urlsplit(address.url)._replace(path=f"/{database}").geturl()
