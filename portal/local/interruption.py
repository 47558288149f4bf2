"""Ctrl-C, SIGTERM and a closed terminal: each ends the launcher in order, and none disturbs the ending."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn the first such signal inside the block into a quiet end of the block; ignore the further ones."""
    ignores_sighup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # started by nohup
    handled_signals = [number for number in _SIGNALS if not (number == signal.SIGHUP and ignores_sighup)]
    earlier = {number: signal.signal(number, _interrupt) for number in handled_signals}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
