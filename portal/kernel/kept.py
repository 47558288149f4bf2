"""What is the same for every reader and seldom changes, kept in the process while the public revision stands still.

While a public page is made, that revision is the page's own, which was read before its transaction began: what the
page finds kept is then never older than the revision under which the page itself is kept.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from portal.kernel.public_revision import PublicRevisionReader

P = ParamSpec("P")
V = TypeVar("V")

_AT_THE_LONGEST = 60.0  # seconds
_MADE_AT: ContextVar[int | None] = ContextVar(
    "public_page", default=None
)  # the revision of the page in the making


@contextmanager
def making_page(revision: int) -> Iterator[None]:
    """In between a public page is made, of this revision."""
    token = _MADE_AT.set(revision)
    try:
        yield
    finally:
        _MADE_AT.reset(token)


class _Shelf:
    """What was read at one revision, by the read and what it was asked for."""

    def __init__(self) -> None:
        self._held: tuple[int, float, dict[Hashable, object]] = (-1, float("-inf"), {})

    def at(self, revision: int) -> dict[Hashable, object]:
        """What is current. Who reads on while it is replaced writes into what nobody asks any more."""
        now = time.monotonic()
        held, since, found = self._held
        if held != revision or now - since > _AT_THE_LONGEST:
            found = {}
            self._held = (revision, now, found)
        return found


class _Store:
    """Two shelves: a transaction of a desk may see what it has not committed, a public page never does."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Read everything again at the next question; tests call this."""
        self._revision = PublicRevisionReader()
        self._of_pages, self._of_others = _Shelf(), _Shelf()

    def found(self) -> dict[Hashable, object]:
        """What is kept for whoever asks."""
        page = self.of_page()
        return self._of_others.at(self._revision()) if page is None else page

    def of_page(self) -> dict[Hashable, object] | None:
        """What is kept for public pages; None where none is made."""
        revision = _MADE_AT.get()
        return None if revision is None else self._of_pages.at(revision)


store = _Store()


def kept(read: Callable[P, V]) -> Callable[P, V]:
    """Keep what the read gives back, for each set of hashable arguments.

    Only for what does not depend on who asks, and changes together with the public revision: what is published
    is seen a second later. Nobody may change what they are given.
    """

    @wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> V:
        return _answer(store.found(), read, args, kwargs)

    return answer


def kept_for_pages(read: Callable[P, V]) -> Callable[P, V]:
    """As `kept`, while a public page is made; everybody else reads anew."""

    @wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> V:
        found = store.of_page()
        return read(*args, **kwargs) if found is None else _answer(found, read, args, kwargs)

    return answer


def _answer(
    found: dict[Hashable, object], read: Callable[..., V], args: tuple[object, ...], kwargs: dict[str, object]
) -> V:
    key = (read, args, tuple(sorted(kwargs.items())))
    if key not in found:
        found[key] = read(*args, **kwargs)
    return found[key]  # type: ignore[return-value]  # put there by the same read
