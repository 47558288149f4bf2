"""A process that does no work any more ends itself, so that its supervisor starts it again.

Under systemd (`WatchdogSec=`) a process whose watchdog itself is stuck is ended too; in a container (`ALIVE_FILE`), by
a probe that looks how old the file is (portal/probe.py).
"""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from portal.kernel.monitoring.heartbeats import question_interval

CHECK_INTERVAL = 5.0  # seconds, or less where the portal is told to notice sooner
_QUIT_TIMEOUT = 5.0  # between asking the process to end and ending it
_EXIT_CODE = 70

log = structlog.get_logger(__name__)

FaultCheck = Callable[[], str]  # what is wrong with the process, or an empty text


def watch(find_fault: FaultCheck) -> threading.Thread:
    """Check the process from a thread of its own, for as long as it lives."""
    thread = threading.Thread(target=_watch_forever, args=[find_fault], name="watchdog", daemon=True)
    thread.start()
    return thread


def _watch_forever(find_fault: FaultCheck) -> None:
    while True:
        try:
            close_old_connections()
            fault = find_fault()
        except (DatabaseError, InterfaceError) as error:
            log.warning("watchdog_sees_nothing", error=type(error).__name__)
            connection.close()
            fault = ""
        if fault:
            # end at once, without finishing: jobs are rows, and are done again
            log.error("process_ends_itself", fault=fault)
            os.kill(os.getpid(), signal.SIGQUIT)
            time.sleep(_QUIT_TIMEOUT)
            os._exit(_EXIT_CODE)
        note_running()
        time.sleep(min(CHECK_INTERVAL, question_interval()))


def note_running() -> None:
    """Tell whoever looks after this process that it runs: the service manager, and the file that a probe looks at."""
    notify_systemd("WATCHDOG=1")
    if settings.ALIVE_FILE:
        with contextlib.suppress(OSError):
            Path(settings.ALIVE_FILE).touch()


def notify_systemd(message: str) -> None:
    """Send a line to the service manager, where there is one that listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.sendto(message.encode(), address)
