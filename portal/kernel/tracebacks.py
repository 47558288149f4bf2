"""Tracebacks for the log: where it happened and what kind of error it was, without what the error said."""

import traceback
from collections.abc import Iterator
from types import TracebackType


def without_words(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """The frames and the class of the error and of those before it, the first one first.

    Messages stay out: databases and mail servers quote the very texts and addresses that they refuse.
    """
    return "Then:\n".join(reversed([*map(_told, _chain(exc_info[1]))]))


def _told(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{type(error).__module__}.{type(error).__qualname__}\n"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what caused it or what it came up in."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        hidden = error.__suppress_context__ or error.__cause__ is not None
        error = error.__cause__ if hidden else error.__context__
