"""Addresses of Valkey: what each names, what is refused and how, and real servers behind them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from celery import Celery
from django.core.exceptions import ImproperlyConfigured
from redis import Redis

from portal.kernel import valkey
from portal.kernel.limits import FaultTolerantCache
from tests.support import valkey_servers
from tests.support.valkey_servers import MASTER, PASSWORD, SENTINEL_PASSWORD, Watched

SENTINELS = "sentinel://:s%40cret@one:26379,two,[::1]:26381/3?master=portal&sentinel_password=o%2Fther"


def test_sentinels_are_read_from_one_address() -> None:
    address = valkey.parse_broker(SENTINELS)

    assert address.hosts == (("one", 26379), ("two", 26379), ("::1", 26381))
    assert (address.user, address.password, address.sentinel_password) == (None, "s@cret", "o/ther")
    assert (address.database, address.master, address.speaks_tls) == (3, "portal", False)
    assert valkey.celery_url(address) == (
        "sentinel://:s%40cret@one:26379/3;sentinel://:s%40cret@two:26379/3;sentinel://:s%40cret@[::1]:26381/3"
    )
    assert valkey.celery_options(address, 5) == {
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "master_name": "portal",
        "sentinel_kwargs": {
            "socket_timeout": 5,
            "socket_connect_timeout": 5,
            "ssl": False,
            "password": "o/ther",
            "retry": None,
        },
    }
    assert valkey.parse_cache(valkey.beside(address, 1)).database == 1


@pytest.mark.parametrize(
    "url", ["redis://:secret@host:6379/0", "rediss://host/0", "redis+socket:///run/valkey.sock"]
)
def test_one_server_is_handed_on_as_it_is(url: str) -> None:
    address = valkey.parse_broker(url)
    assert valkey.celery_url(address) == url
    assert "master_name" not in valkey.celery_options(address, 5)


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://:secret@host:6379/0", "redis://:secret@host:6379/1"),
        ("redis://host", "redis://host/1"),
        ("redis+socket:///run/valkey.sock", "unix:///run/valkey.sock?db=1"),
        ("sentinels://a,b/0?master=m", "sentinels://a,b/1?master=m"),
    ],
)
def test_the_cache_is_beside_the_broker(broker: str, cache: str) -> None:
    assert valkey.beside(valkey.parse_broker(broker), 1) == cache
    assert valkey.parse_cache(cache)


@pytest.mark.parametrize(
    ("url", "is_checked"),
    [
        ("rediss://host:6379/0", True),
        ("sentinels://a,b/0?master=m", True),
        ("rediss://host:6379/0?ssl_cert_reqs=none", False),
        ("redis://host:6379/0", False),
    ],
)
def test_certificates_are_checked_unless_the_address_says_otherwise(url: str, is_checked: bool) -> None:
    assert bool(valkey.celery_tls(valkey.parse_broker(url))) is is_checked


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must be an address like redis://"),
        ("memcached://secret@host", "must be an address like redis://"),
        ("redis+cluster://:secret@a,b", "names a cluster, which Celery cannot use"),
        ("unix:///run/valkey.sock", "must be an address like redis://"),
        ("redis://:secret@:6379/0", "names no server"),
        ("redis://:a/secret@host:6379/0", "names no server"),
        ("redis+socket://", "names no server"),
        ("sentinel://:secret@a,b/0", "add [?]master="),
        ("sentinel://:secret@a,b/0?master=", "add [?]master="),
        ("sentinel://:secret@a, b/0?master=m", "no blanks"),
        ("sentinel://:secret@a:port/0?master=m", "host:port"),
        ("sentinel://:secret@a:70000/0?master=m", "host:port"),
        ("sentinel://:a/secret@host/0?master=m", "host:port"),
        ("sentinel:///0?master=m", "host:port"),
        ("sentinel://:secret@a/zero?master=m", "the number of a database"),
        ("sentinel://:secret@a/0?master=m&masters=secret", "not known: masters"),
    ],
)
def test_what_cannot_be_a_broker_is_refused_and_no_password_is_quoted(url: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence) as refusal:
        valkey.parse_broker(url)
    assert str(refusal.value).startswith("REDIS_URL ")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("redis+socket:///run/valkey.sock", "must be an address like redis://"),
        ("redis+cluster://:secret@a,b/1", "only database 0"),
        ("redis+cluster://:secret@a,b?master=m", "A cluster's address has none"),
        ("redis+cluster://:secret@", "host:port"),
    ],
)
def test_what_cannot_be_a_cache_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence) as refusal:
        valkey.parse_cache(url)
    assert "secret" not in str(refusal.value)


# --- Real servers ------------------------------------------------------------------------------


@pytest.fixture
def asked_at_once() -> Iterator[None]:
    """What another test did to the cache is forgotten, and so is what this one does."""
    FaultTolerantCache.retry_at = 0.0
    yield
    FaultTolerantCache.retry_at = 0.0


def test_a_cluster_holds_the_cache(tmp_path: Path, asked_at_once: None) -> None:
    with valkey_servers.cluster(tmp_path) as ports:
        url = "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports)
        cache = FaultTolerantCache(url, {"OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2}})
        values = {f"key-{number}": number for number in range(20)}
        cache.set_many(values, 60)

        assert cache.get_many(values) == values
        assert (cache.get("key-3"), cache.add("key-3", 0), cache.incr("key-3")) == (3, False, 4)
        assert not cache.has_key("none")
        cache.delete_many(list(values))
        assert cache.get_many(values) == {}
        with valkey.client(valkey.parse_cache(url), 2) as client:
            assert client.ping()
    assert cache.get("key-3", "gone") == "gone"
    assert cache.is_away


def _keeps_trying(act: Callable[[], Any], seconds: float) -> Any:
    """What the act returns once it does not fail any more."""
    until = time.monotonic() + seconds
    while True:
        try:
            return act()
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _address(servers: Watched) -> str:
    hosts = ",".join(f"127.0.0.1:{port}" for port in servers.sentinels)
    passwords = f"master={MASTER}&sentinel_password={quote(SENTINEL_PASSWORD, safe='')}"
    return f"sentinel://:{quote(PASSWORD, safe='')}@{hosts}/0?{passwords}"


@pytest.mark.slow
def test_when_the_master_dies_sentinels_lead_broker_and_cache_to_the_next(
    tmp_path: Path, asked_at_once: None
) -> None:
    with valkey_servers.watched_servers(tmp_path) as servers:
        address = valkey.parse_broker(_address(servers))
        app = Celery("of-this-test", broker=valkey.celery_url(address))
        app.conf.broker_transport_options = valkey.celery_options(address, 2)
        cache = FaultTolerantCache(valkey.beside(address, 1), {"OPTIONS": {"socket_timeout": 2}})

        def send(number: int) -> None:
            app.send_task("none", [number], queue="of-this-test", retry=False, ignore_result=True)

        def waiting() -> int:
            with valkey.client(address, 2) as client:
                return int(client.llen("of-this-test"))

        send(1)
        cache.set("answer", 42)
        assert (waiting(), cache.get("answer")) == (1, 42)
        with Redis(port=servers.master, password=PASSWORD) as master:
            assert master.execute_command("WAIT", 1, 5000) == 1  # the replica has it too

        servers.kill(servers.master)
        _keeps_trying(lambda: send(2), 20)
        assert _keeps_trying(waiting, 5) == 2
        FaultTolerantCache.retry_at = 0.0
        assert cache.get("answer") == 42
        with app.connection_for_read() as connection:
            queue = connection.SimpleQueue("of-this-test")
            arguments = [queue.get(timeout=5) for _twice in range(2)]
            assert [message.payload[0] for message in arguments] == [[1], [2]]
            for message in arguments:
                message.ack()
            queue.close()
        app.close()


def test_a_server_that_no_sentinel_answers_for_is_away_and_nobody_waits_long(asked_at_once: None) -> None:
    cache = FaultTolerantCache(
        "sentinel://127.0.0.1:1,127.0.0.1:2/1?master=m", {"OPTIONS": {"socket_timeout": 0.5}}
    )
    began = time.monotonic()
    assert (cache.get("answer", "none"), cache.is_away) == ("none", True)
    assert time.monotonic() - began < 2
