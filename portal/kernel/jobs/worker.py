"""The worker's own affairs: a queue of its own, and the watchdog that notices when nothing comes out of it."""

from typing import Any

from celery.signals import celeryd_after_setup, worker_process_init, worker_ready
from celery.worker import state
from django.db import connections

from portal.kernel import monitoring
from portal.kernel.monitoring import ProcessKind


@celeryd_after_setup.connect
def _read_own_queue(sender: str, instance: Any, **_: object) -> None:
    """Read the queue through which this worker alone is asked whether it responds."""
    instance.app.amqp.queues.select_add(monitoring.worker_queue(sender))


@worker_ready.connect
def _start_watchdog(sender: Any, **_: object) -> None:
    """Begin to look whether questions arrive. Called again after each reconnection: the first watchdog stays."""
    name, processes = sender.hostname, sender.controller.concurrency
    if name not in _WATCHED_WORKERS:
        _WATCHED_WORKERS.add(name)
        monitoring.watch(_QueueCheck(name, processes).find_fault)


_WATCHED_WORKERS: set[str] = set()


class _QueueCheck:
    """Confirm that this worker responds; a busy one need not."""

    def __init__(self, name: str, processes: int) -> None:
        self._name = name
        self._processes = processes
        self._has_started = False

    def find_fault(self) -> str:
        if not self._has_started:
            monitoring.note_started(self._name)
            self._has_started = True
        monitoring.note_alive(self._name, ProcessKind.WORKER)
        is_busy = len(state.active_requests) >= self._processes
        return "the worker receives nothing" if monitoring.is_unresponsive(self._name) and not is_busy else ""


@worker_process_init.connect
def _own_connections(**_: object) -> None:
    """A forked worker must not share its parent's connections."""
    connections.close_all()
