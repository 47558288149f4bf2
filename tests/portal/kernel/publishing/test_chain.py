"""The chain of publications: each link follows from all before it, and one altered entry breaks it."""

import hashlib
from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.publishing import (
    FIRST_LINK,
    ChainCheck,
    Publication,
    broken_publication,
    chain,
    chain_checks,
    check_all_publications,
    check_chain,
    first_broken_link,
    holds_up_to,
    next_link,
    publication_chain,
    publish,
)
from portal.kernel.publishing.chain_checks import enqueue_chain_check

pytestmark = pytest.mark.django_db


def _publish(count: int) -> None:
    for number in range(count):
        publish(SYSTEM, "test", f"thing/{number}", {}, title={"en": "A thing"}, languages=["en"])


def _chain() -> list[tuple[int, str, str]]:
    """Of three publications, as they were published."""
    _publish(3)
    return list(publication_chain())


def test_each_link_is_made_of_the_one_before_and_the_digest() -> None:
    chain = _chain()
    link = FIRST_LINK
    for _number, sha256, written in chain:
        link = hashlib.sha256((link + sha256).encode()).hexdigest()
        assert written == link
    assert [number for number, _sha256, _link in chain] == [1, 2, 3]
    assert first_broken_link(chain) is None


def test_an_altered_left_out_or_inserted_entry_breaks_the_chain() -> None:
    first, second, third = _chain()
    other = "f" * 64
    rewritten = (2, other, next_link(first[2], other))

    assert first_broken_link([first, (2, other, second[2]), third]) == 2
    assert first_broken_link([first, (2, second[1], other), third]) == 2
    assert (
        first_broken_link([first, rewritten, third]) == 3
    )  # whoever rewrites one has to rewrite all after it
    assert first_broken_link([first, third]) == 2
    assert first_broken_link([second, first, third]) == 1
    assert first_broken_link([first, rewritten, (3, third[1], next_link(rewritten[2], third[1]))]) is None


def _read_as(monkeypatch: pytest.MonkeyPatch, entries: list[tuple[int, str, str]]) -> None:
    """From now on the database has these, as if its owner had written them."""
    monkeypatch.setattr(chain_checks, "publication_chain", lambda: entries)


def test_the_check_finds_a_link_that_was_changed_and_that_it_was_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third = _chain()
    assert (check_chain().broken_at, ChainCheck.objects.get().number, broken_publication()) == (None, 3, None)

    _read_as(monkeypatch, [first, (2, second[1], "f" * 64), third])
    assert (check_chain().broken_at, check_chain().broken_at) == (2, 2)
    _read_as(monkeypatch, [first, second, third])

    assert check_chain().broken_at is None
    assert ChainCheck.objects.get().broken_since is None
    kinds = Event.objects.filter(kind__startswith="chain.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["chain.break", "chain.hold"]


def test_the_check_finds_bytes_that_have_another_digest() -> None:
    last = _chain()[-1]
    sha256 = "f" * 64
    values = {"type": "test", "record": "thing/4", "revision": 1, "published_at": timezone.now()}
    link = next_link(last[2], sha256)
    Publication.objects.create(number=4, body=b"other", sha256=sha256, link=link, languages=["en"], **values)

    assert check_chain().broken_at == 4


def test_all_bytes_are_read_at_once_where_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regular check would come to the fourth later."""
    monkeypatch.setattr(chain_checks, "_BODIES", 1)
    last = _chain()[-1]
    assert check_all_publications()[1] == 3
    sha256 = "f" * 64
    values = {"type": "test", "record": "thing/4", "revision": 1, "published_at": timezone.now()}
    link = next_link(last[2], sha256)
    Publication.objects.create(number=4, body=b"other", sha256=sha256, link=link, languages=["en"], **values)

    assert check_chain().broken_at is None
    check, count, altered = check_all_publications()
    assert (check.broken_at, count, altered, broken_publication()) == (4, 4, [4], 4)
    assert check_all_publications(after=3)[1:] == (1, [4])


def test_the_check_remembers_how_long_the_chain_was_and_its_last_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third = _chain()
    check_chain()
    other = third[1][::-1]
    written_anew = [first, second, (3, other, next_link(second[2], other))]

    _read_as(monkeypatch, [first, second])
    assert check_chain().broken_at == 3
    _read_as(monkeypatch, written_anew)
    assert first_broken_link(written_anew) is None
    assert check_chain().broken_at == 3


@pytest.mark.django_db(transaction=True)
def test_publications_go_on_while_the_chain_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a million publications that takes seconds, for which no act that publishes may have to wait."""
    with acting_as(SYSTEM):
        _chain()

    def publish_elsewhere() -> None:
        with acting_as(SYSTEM):
            publish(SYSTEM, "test", "thing/9", {}, title={"en": "A thing"}, languages=["en"])

    def read_and_let_another_publish() -> list[tuple[int, str, str]]:
        entries = list(publication_chain())
        run_elsewhere(publish_elsewhere)
        return entries

    monkeypatch.setattr(chain_checks, "publication_chain", read_and_let_another_publish)
    with acting_as(SYSTEM):
        check = check_chain()
    assert (check.broken_at, check.number) == (None, 3)

    monkeypatch.undo()
    with acting_as(SYSTEM):
        assert check_chain().number == 4


def run_elsewhere(act: Callable[[], None]) -> None:
    """In another thread, so over a connection of its own; whatever waits for us there fails after a second."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
                act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(30)
    assert failures == []


@pytest.fixture
def rows_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each reading of the chain had, of which a part has four."""
    numbers: list[int] = []
    read = chain.part_of_chain

    def read_and_count(after: int, up_to: int) -> list[chain.Entry]:
        entries = read(after, up_to)
        numbers.append(len(entries))
        return entries

    for module in (chain, chain_checks):
        monkeypatch.setattr(module, "PART", 4)
        monkeypatch.setattr(module, "part_of_chain", read_and_count)
    return numbers


def test_the_chain_up_to_a_link_costs_as_much_in_a_long_record_as_in_a_short_one(
    rows_read: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _publish(18)
    assert check_chain().number == 18
    assert rows_read == [4, 4, 4, 4, 2, 0]  # the check reads all, and has a part in memory
    rows_read.clear()

    for number in range(1, 19):
        with django_assert_num_queries(2):
            assert holds_up_to(number)
    assert rows_read == [1, 2, 3, 4, *[2, 3, 4, 5] * 3, 2, 3]


def test_of_earlier_parts_the_check_says_whether_they_hold_and_what_it_has_not_read_is_computed(
    rows_read: list[int],
) -> None:
    _publish(9)
    assert holds_up_to(9)  # nothing was checked
    assert rows_read == [9]
    check = check_chain()
    rows_read.clear()
    _publish(3)
    assert holds_up_to(12)
    assert rows_read == [5]
    rows_read.clear()
    check.number = 2  # far behind
    check.save()
    assert holds_up_to(12)
    assert rows_read == [11]

    check.broken_at = 3
    check.save()
    assert [holds_up_to(number) for number in (2, 3, 12)] == [True, False, False]


def test_a_link_that_does_not_follow_within_its_part_does_not_hold_before_the_next_check(
    rows_read: list[int],
) -> None:
    _publish(6)
    check_chain()
    values = {"type": "test", "record": "thing/9", "revision": 1, "published_at": timezone.now()}
    Publication.objects.create(
        number=7, body=b"other", sha256="f" * 64, link="e" * 64, languages=["en"], **values
    )

    assert [holds_up_to(number) for number in (6, 7)] == [True, False]


def test_the_check_is_queued_once_in_an_hour() -> None:
    enqueue_chain_check()
    enqueue_chain_check()

    assert Job.objects.filter(kind="check_chain").count() == 1
