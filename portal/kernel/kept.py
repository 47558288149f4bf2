"""What is the same for every reader and seldom changes, kept in the process while the public revision stands still."""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

from portal.kernel.page_cache import PublicRevisionReader

P = ParamSpec("P")
V = TypeVar("V")

_AT_THE_LONGEST = 60.0  # seconds


class _Store:
    """What was read, by the read and what it was asked for; all of it goes when the public revision moves."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Read everything again at the next question; tests call this."""
        self._revision = PublicRevisionReader()
        self._held: tuple[int, float, dict[Hashable, object]] = (-1, float("-inf"), {})

    def found(self) -> dict[Hashable, object]:
        """What is current. Who reads on while it is replaced writes into what nobody asks any more."""
        revision, now = self._revision(), time.monotonic()
        held, since, found = self._held
        if held != revision or now - since > _AT_THE_LONGEST:
            found = {}
            self._held = (revision, now, found)
        return found


store = _Store()


def kept(read: Callable[P, V]) -> Callable[P, V]:
    """Keep what the read gives back, for each set of hashable arguments.

    Only for what does not depend on who asks, and changes together with the public revision: what is published
    is seen a second later. Nobody may change what they are given.
    """

    @wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> V:
        found = store.found()
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in found:
            found[key] = read(*args, **kwargs)
        return found[key]  # type: ignore[return-value]  # put there by the same read

    return answer
