"""Cache in the process what is the same for every reader, until the public revision changes.

While a public page is made, that revision is the page's own, which was read before its transaction began: what the
page finds here is then never older than the revision under which the page itself is cached.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from portal.kernel.publishing.models import number_read_as_of
from portal.kernel.publishing.revision import PublicRevisionReader, read_public_revision

P = ParamSpec("P")
V = TypeVar("V")

_MAX_AGE = 60.0  # seconds
_MAX_ENTRIES = 10_000  # of one revision: what readers ask for by name must not fill the memory
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
    """What was read at one revision, by the read and what it was asked for."""

    def __init__(self) -> None:
        self._current: tuple[int, float, dict[Hashable, object]] = (-1, float("-inf"), {})

    def entries(self, revision: int) -> dict[Hashable, object]:
        """What is current. Who reads on while it is replaced writes into what nobody asks any more."""
        now = time.monotonic()
        cached_revision, since, entries = self._current
        if cached_revision != revision or now - since > _MAX_AGE or len(entries) > _MAX_ENTRIES:
            entries = {}
            self._current = (revision, now, entries)
        return entries


class _ProcessCache:
    """Two caches: a transaction that writes may see what it has not committed, a public page never does."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Read everything again at the next question; tests call this."""
        self._revision = PublicRevisionReader()
        self._page_cache, self._transaction_cache = _RevisionCache(), _RevisionCache()

    def entries(self) -> dict[Hashable, object]:
        """The cache for the current request."""
        page = self.page_entries()
        return self._transaction_cache.entries(self._revision()) if page is None else page

    def page_entries(self) -> dict[Hashable, object] | None:
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
        return _cached(revision_cache.entries(), read, args, kwargs)

    return answer


def cached_for_page(read: Callable[P, V]) -> Callable[P, V]:
    """As `cached_for_revision`, while a public page is made; everybody else reads anew."""

    @wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> V:
        entries = revision_cache.page_entries()
        return read(*args, **kwargs) if entries is None else _cached(entries, read, args, kwargs)

    return answer


def _cached(
    entries: dict[Hashable, object],
    read: Callable[..., V],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> V:
    key = (read, number_read_as_of(), args, tuple(sorted(kwargs.items())))
    if key not in entries:
        entries[key] = read(*args, **kwargs)
    return entries[key]  # type: ignore[return-value]  # put there by the same read
