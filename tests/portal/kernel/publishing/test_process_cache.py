"""What is kept in the process: read once, and again when the public revision moves."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from alliance.models import Site
from portal.kernel.publishing import (
    PublicRevision,
    cached_for_revision,
    rendering_page,
    revision_cache,
    touch_public_revision,
)

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


def test_it_is_read_again_a_second_after_others_have_published(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, reads = read
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    words("a")
    PublicRevision.objects.update_or_create(pk=1, defaults={"value": 1_000})
    words("a")
    assert reads == ["a"]
    monkeypatch.setattr(time, "monotonic", lambda: now + 1)
    words("a")
    words("a")

    assert reads == ["a", "a"]


def test_entries_last_as_long_as_the_revision(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    words, reads = read
    now = time.monotonic()
    words("a")
    with rendering_page(7):
        words("a")
    monkeypatch.setattr(time, "monotonic", lambda: now + 3600)
    words("a")
    with rendering_page(7):
        words("a")

    assert reads == ["a", "a"]


def test_names_that_readers_ask_for_do_not_fill_the_memory(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, reads = read
    monkeypatch.setattr("portal.kernel.publishing.process_cache._MAX_ENTRIES", 3)
    with rendering_page(7):
        for number in range(9):
            words(str(number))
            assert len(revision_cache.page_entries() or ()) <= 3
        words("8")

    assert reads == [str(number) for number in range(9)]


def test_a_transaction_reads_anew_once_it_has_moved_the_revision(read: Any) -> None:
    words, reads = read
    words("a")
    touch_public_revision()
    words("a")
    words("a")

    assert reads == ["a", "a"]


def test_a_long_transaction_reads_anew_a_second_after_each_move(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, reads = read
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    touch_public_revision()
    words("a")
    touch_public_revision()  # as a cycle does that publishes hundreds of reports
    words("a")
    assert reads == ["a"]
    monkeypatch.setattr(time, "monotonic", lambda: now + 1)
    words("a")

    assert reads == ["a", "a"]


def test_reads_of_a_savepoint_go_with_it(read: Any) -> None:
    words, reads = read
    words("a")
    with transaction.atomic():
        touch_public_revision()
        words("a")
        words("b")
        transaction.set_rollback(True)
    words("a")
    words("b")

    assert reads == ["a", "a", "b", "b"]


@pytest.fixture
def title() -> Callable[[], str]:
    @cached_for_revision
    def title() -> str:
        return Site.objects.values_list("name_en", flat=True).get()

    Site.objects.update_or_create(pk=1, defaults={"name_en": "As committed"})
    return title


@pytest.mark.django_db(transaction=True)
def test_others_read_nothing_that_a_transaction_undoes(title: Callable[[], str]) -> None:
    with transaction.atomic():
        Site.objects.update(name_en="Undone")
        assert title() == "Undone"
        transaction.set_rollback(True)

    assert title() == "As committed"


@pytest.mark.django_db(transaction=True)
def test_others_read_nothing_of_an_open_transaction_and_all_of_it_a_second_after(
    title: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with transaction.atomic():
        Site.objects.update(name_en="Published")
        touch_public_revision()
        assert title() == "Published"
        # under the revision that stands: the open one is nobody's yet
        assert _read_beside(title) == "As committed"
    monkeypatch.setattr(time, "monotonic", lambda: now + 1)

    assert (title(), _read_beside(title)) == ("Published", "Published")


@pytest.mark.django_db(transaction=True)
def test_committed_reads_are_shared(read: Any) -> None:
    words, reads = read
    with transaction.atomic():
        words("a")
    _read_beside(lambda: words("a"))

    assert reads == ["a"]


@pytest.mark.django_db(transaction=True)
def test_reads_of_a_replica_are_not_shared(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    words, reads = read
    with monkeypatch.context() as replica:
        replica.setitem(connection.settings_dict, "IS_REPLICA", True)
        with transaction.atomic():
            words("a")
            words("a")
    words("a")

    assert reads == ["a", "a"]


def _read_beside(title: Callable[[], object]) -> object:
    """As another thread of the same process reads it, which has a connection of its own."""

    def read_and_close() -> object:
        try:
            return title()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(read_and_close).result()
