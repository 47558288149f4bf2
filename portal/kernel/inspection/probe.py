"""Not a file: try what an inspection may not do, so that a check can say whether it is kept from it."""

import os
import socket
from collections.abc import Callable
from contextlib import suppress

from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.confinement import MEMORY


def inspect(content: bytes) -> Answer:
    """For each right: whether it is still there. The content is not looked at."""
    del content
    attempts: dict[str, Callable[[], object]] = {
        "reads_files": lambda: os.open("/proc/self/environ", os.O_RDONLY),
        "reads_secrets": lambda: os.open(f"/proc/{os.getppid()}/environ", os.O_RDONLY),
        "connects": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "sends_signals": lambda: os.kill(os.getppid(), 0),
        "starts_processes": _start_process,
        "fills_memory": lambda: bytearray(MEMORY),
    }
    facts = {name: int(_succeeds(attempt)) for name, attempt in attempts.items()}
    return Answer(facts=facts | {"variables": len(os.environ)})


def _succeeds(attempt: Callable[[], object]) -> bool:
    with suppress(OSError, MemoryError):
        attempt()
        return True
    return False


def _start_process() -> None:
    if os.fork() == 0:
        os._exit(0)
