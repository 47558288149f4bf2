"""SIGTERM and a closed terminal: each ends a backup or a restore in order, so that it undoes what it has begun."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Turn the first such signal inside the block into SystemExit, which names it; ignore the further ones."""
    if (
        threading.current_thread() is not threading.main_thread()
    ):  # Python gives signals to the main one alone
        yield
        return
    # whoever was started by nohup goes on without a terminal
    handled = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    earlier = {number: signal.signal(number, _end) for number in handled}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(f"It was ended by {signal.Signals(number).name}.")
