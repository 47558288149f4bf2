"""What is kept in the process: read once, and again when the public revision moves."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from portal.kernel.publishing import cached_for_revision, touch_public_revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def read() -> tuple[Callable[[str], list[str]], list[str]]:
    reads: list[str] = []

    @cached_for_revision
    def words(name: str) -> list[str]:
        reads.append(name)
        return [name]

    return words, reads


def test_each_record_is_read_once(read: Any) -> None:
    words, reads = read

    assert [words("a"), words("b"), words("a")] == [["a"], ["b"], ["a"]]
    assert reads == ["a", "b"]


def test_it_is_read_again_a_second_after_a_publication(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    words, reads = read
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    words("a")
    touch_public_revision()
    words("a")
    assert reads == ["a"]
    monkeypatch.setattr(time, "monotonic", lambda: now + 1)
    words("a")
    words("a")

    assert reads == ["a", "a"]


def test_nothing_is_kept_for_more_than_a_minute(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    words, reads = read
    now = time.monotonic()
    words("a")
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    words("a")

    assert reads == ["a", "a"]
