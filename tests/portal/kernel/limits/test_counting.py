"""Counting tries: for each key alone, over all processes, with the time of the next one."""

import multiprocessing
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from portal.kernel.limits import Limit, TooMany, address_of, count_try, forget, give_back, spend

LIMIT = Limit("test", 2, 60)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def test_what_is_over_the_limit_is_refused_with_retry_after() -> None:
    spend("alice", LIMIT)
    spend("alice", LIMIT)
    with pytest.raises(TooMany) as refusal:
        spend("alice", LIMIT)
    assert 0 < refusal.value.seconds <= 60


def test_counting_alone_refuses_nobody_and_says_what_is_left() -> None:
    allowances = [count_try("alice", LIMIT) for _try in range(3)]

    assert [allowance.left for allowance in allowances] == [1, 0, -1]
    assert [allowance.is_spent for allowance in allowances] == [False, False, True]
    assert all(0 < allowance.resets_in <= 60 for allowance in allowances)


def test_a_network_of_the_new_kind_of_address_counts_as_one(rf: RequestFactory) -> None:
    first, second, elsewhere, unknown = (
        address_of(rf.get("/", REMOTE_ADDR=address))
        for address in ("2001:db8::1", "2001:db8::2:1", "2001:db8:0:1::1", "")
    )

    assert first == second != elsewhere
    assert unknown == ""


def test_nobody_chooses_the_address_that_counts(rf: RequestFactory, settings: Any) -> None:
    request = rf.get("/", REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR="203.0.113.1, 203.0.113.2")
    assert address_of(request) == "198.51.100.7"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the last one is what our proxy has seen
    assert address_of(request) == "203.0.113.2"


def test_each_key_is_counted_alone() -> None:
    for key in ("alice", "bob"):
        spend(key, LIMIT)
        spend(key, LIMIT)
    with pytest.raises(TooMany):
        spend("bob", LIMIT)


def test_a_try_that_is_given_back_does_not_count() -> None:
    for _try in range(5):
        spend("alice", LIMIT)
        give_back("alice", LIMIT)


def test_what_is_forgotten_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the same moment, too."""
    now = time.time()
    monkeypatch.setattr("portal.kernel.limits.cached_counts.time.time", lambda: now)
    spend("alice", LIMIT)
    spend("alice", LIMIT)
    forget("alice", LIMIT)
    spend("alice", LIMIT)


def test_another_process_counts_on() -> None:
    spend("alice", LIMIT)
    other = multiprocessing.get_context("fork").Process(target=spend, args=("alice", LIMIT))
    other.start()
    other.join(60)
    assert other.exitcode == 0
    with pytest.raises(TooMany):
        spend("alice", LIMIT)


def test_nobodys_address_is_readable_in_the_cache() -> None:
    spend("alice@aurora-video.example", LIMIT)
    keys = cache._cache.get_client(None).keys("*")
    assert keys
    assert not any(b"alice" in key for key in keys)
