"""Cache in the process what is the same for every reader, until the public revision changes.

While a public page is made, that revision is the page's own, which was read before its transaction began: what the
page finds here is then never older than the revision under which the page itself is cached. Everywhere else a
transaction may read what it undoes: what it has read is its own until it commits, and gone where it does not.
"""

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from portal.kernel.publishing.models import number_read_as_of
from portal.kernel.publishing.revision import (
    PendingMove,
    PublicRevisionReader,
    is_recent,
    read_public_revision,
)

P = ParamSpec("P")
V = TypeVar("V")
Entries = dict[Hashable, object]

# of one revision, which may stand for weeks: what readers ask for by name must not fill the memory meanwhile
_MAX_ENTRIES = 2_000
_PAGE_REVISION: ContextVar[int | None] = ContextVar(
    "public_page", default=None
)  # the revision of the page in the making


@contextmanager
def rendering_page(revision: int) -> Iterator[None]:
    """In between a public page is made, of this revision."""
    token = _PAGE_REVISION.set(revision)
    try:
        yield
    finally:
        _PAGE_REVISION.reset(token)


def present_revision() -> int:
    """The revision of the answer in the making, else as the database says. At most one query."""
    revision = _PAGE_REVISION.get()
    return read_public_revision() if revision is None else revision


class _RevisionCache:
    """What was read at one revision, by the read and what it was asked for; right for as long as that stands."""

    def __init__(self) -> None:
        self._current: tuple[int, Entries] = (-1, {})

    def entries(self, revision: int) -> Entries:
        """What is current. Who reads on while it is replaced writes into what nobody asks any more."""
        cached_revision, entries = self._current
        if cached_revision != revision or len(entries) > _MAX_ENTRIES:
            entries = {}
            self._current = (revision, entries)
        return entries


class _TransactionReads:
    """What a transaction, or a savepoint of it, has read.

    It stands among what Django calls after the commit, and drops when transaction or savepoint are rolled back.
    """

    def __init__(self, cache: "_TransactionCache", shared: Entries | None) -> None:
        self.cache, self.shared = cache, shared
        self.savepoints, self.at = tuple(connection.savepoint_ids), time.monotonic()
        self.entries: Entries = {}

    def __call__(self) -> None:
        """Share it: it is committed."""
        if self.shared is not None:
            self.shared.update(self.entries)


class _TransactionCache:
    """What is read outside public pages: for everybody once it is committed, until then for its transaction alone.

    A transaction that has moved the public revision shares nothing from there on, and reads nothing of others: it sees
    what nobody else sees yet, at a revision that another may get. Nor does what reads a replica. Own reads serve a
    transaction for a second.
    """

    def __init__(self) -> None:
        self._revision, self._shared = PublicRevisionReader(), _RevisionCache()

    def answer(self, key: Hashable, read: Callable[[], V]) -> V:
        """What was read under this key, else what the read returns."""
        own, has_moved = self._own_reads()
        # a replica that is behind has less than the revision says, which may be read elsewhere
        is_own = has_moved or connection.settings_dict.get("IS_REPLICA")
        shared = None if is_own else self._shared.entries(self._revision())
        own = [
            reads for reads in own if reads.shared is shared
        ]  # those before the revision moved are outdated
        for entries in (*(reads.entries for reads in own), shared or {}):
            if key in entries:
                return entries[key]  # type: ignore[return-value]  # put there by the same read
        value = read()
        self._keep(key, value, own, shared)
        return value

    def _keep(
        self, key: Hashable, value: object, own: Sequence[_TransactionReads], shared: Entries | None
    ) -> None:
        savepoints = tuple(connection.savepoint_ids)
        for reads in own:
            if reads.savepoints == savepoints and reads.shared is shared:
                reads.entries[key] = value
                return
        reads = _TransactionReads(self, shared)
        reads.entries[key] = value
        transaction.on_commit(reads)  # at once outside of transactions

    def _own_reads(self) -> tuple[list[_TransactionReads], bool]:
        """What the open transaction has read and may use again, and whether it has moved the public revision."""
        own: list[_TransactionReads] = []
        has_moved = False
        for callback in reversed(connection.run_on_commit):
            act = callback[1]
            if isinstance(act, PendingMove):
                has_moved = True
            elif not isinstance(act, _TransactionReads) or act.cache is not self:
                continue
            elif not has_moved or is_recent(act.at):
                own.append(act)
            if has_moved and not is_recent(act.at):
                break
        return own, has_moved


class _ProcessCache:
    """Two caches: a transaction that writes may see what it has not committed, a public page never does."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Read everything again at the next question; tests call this."""
        self._page_cache, self._transaction_cache = _RevisionCache(), _TransactionCache()

    def answer(self, key: Hashable, read: Callable[[], V]) -> V:
        """What was read under this key for the present request, else what the read returns."""
        page = self.page_entries()
        return self._transaction_cache.answer(key, read) if page is None else _answer(page, key, read)

    def page_entries(self) -> Entries | None:
        """The cache of the public page in progress; None where none is made."""
        revision = _PAGE_REVISION.get()
        return None if revision is None else self._page_cache.entries(revision)


revision_cache = _ProcessCache()


def cached_for_revision(read: Callable[P, V]) -> Callable[P, V]:
    """Keep what the read returns, for each set of hashable arguments.

    Only for what does not depend on who asks, and changes together with the public revision: what is published
    is seen a second later. What depends on the active language has it among the arguments. Nobody may change what
    they are given.
    """

    @wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> V:
        return revision_cache.answer(_key(read, args, kwargs), lambda: read(*args, **kwargs))

    return answer


def cached_for_page(read: Callable[P, V]) -> Callable[P, V]:
    """As `cached_for_revision`, while a public page is made; everybody else reads anew."""

    @wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> V:
        entries = revision_cache.page_entries()
        if entries is None:
            return read(*args, **kwargs)
        return _answer(entries, _key(read, args, kwargs), lambda: read(*args, **kwargs))

    return answer


def _key(read: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> Hashable:
    return read, number_read_as_of(), args, tuple(sorted(kwargs.items()))


def _answer(entries: Entries, key: Hashable, read: Callable[[], V]) -> V:
    if key not in entries:
        entries[key] = read()
    return entries[key]  # type: ignore[return-value]  # put there by the same read
