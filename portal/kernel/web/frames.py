"""Room for the frames of a request in one piece of memory.

CPython 3.11 and later keep frames in pieces of 16 KB, get the next one from the system when a call does not fit any
more, and give it back when that call returns. Where a hot call of a template happens to stand at the edge of a piece,
it does so each time: a list of fifty rows then takes twice as long, and one middleware more or less decides which page
it is.
"""

from collections.abc import Callable
from types import FunctionType
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

_WORDS = (
    40_000  # of eight bytes: what lies below has as much room again, for a piece is a power of two in size
)


def in_one_piece(call: Callable[P, R]) -> Callable[P, R]:
    """The same call, whose own frame is so large that a large piece is fetched for it and all below it.

    It costs some 60 µs, so what is answered from memory goes without.
    """

    def with_room(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    function = cast(FunctionType, with_room)
    function.__code__ = function.__code__.replace(co_stacksize=_WORDS)
    return with_room
