"""A process that does no work any more ends itself, so that whoever keeps it running starts it again.

Under systemd (`WatchdogSec=`) a process is also told on when not even its watchdog turns.
"""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

LOOKS_EVERY = 5.0  # seconds
_PATIENCE = 5.0  # between asking the process to end and ending it
_EXIT_CODE = 70

log = structlog.get_logger(__name__)

Fault = Callable[[], str]  # what is wrong with the process, or an empty text


def watch(fault: Fault) -> threading.Thread:
    """Look at the process from a thread of its own, for as long as it lives."""
    thread = threading.Thread(target=_look_on, args=[fault], name="watchdog", daemon=True)
    thread.start()
    return thread


def _look_on(fault: Fault) -> None:
    while True:
        found = _found(fault)
        if found:
            _end(found)
        tell_systemd("WATCHDOG=1")
        time.sleep(LOOKS_EVERY)


def _found(fault: Fault) -> str:
    """The fault; a database that is away is none of this process's."""
    try:
        close_old_connections()
        return fault()
    except (DatabaseError, InterfaceError) as error:
        log.warning("watchdog_sees_nothing", error=type(error).__name__)
        connection.close()
        return ""


def _end(found: str) -> None:
    """End at once, without finishing: jobs are rows, and are done again."""
    log.error("process_ends_itself", fault=found)
    os.kill(os.getpid(), signal.SIGQUIT)
    time.sleep(_PATIENCE)
    os._exit(_EXIT_CODE)


def tell_systemd(words: str) -> None:
    """Send a line to the service manager, where there is one that wants to hear it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.sendto(words.encode(), address)
