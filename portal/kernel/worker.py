"""The worker's own affairs: a queue of its own, and the watchdog that notices when nothing comes out of it."""

from typing import Any

from celery.signals import celeryd_after_setup, worker_process_init, worker_ready
from celery.worker import state
from django.db import connections

from portal.kernel import heartbeats, watchdog
from portal.kernel.models import ProcessKind


@celeryd_after_setup.connect
def _listen_to_itself(sender: str, instance: Any, **_: object) -> None:
    """Read the queue through which this worker alone is asked whether it hears."""
    instance.app.amqp.queues.select_add(heartbeats.queue_of(sender))


@worker_ready.connect
def _watch_over_itself(sender: Any, **_: object) -> None:
    """Begin to look whether questions arrive. Called again after each reconnection: the first watchdog stays."""
    name, places = sender.hostname, sender.controller.concurrency
    if name not in _WATCHED:
        _WATCHED.add(name)
        watchdog.watch(_Ear(name, places).fault)


_WATCHED: set[str] = set()


class _Ear:
    """Says whether this worker hears; a busy one need not."""

    def __init__(self, name: str, places: int) -> None:
        self._name = name
        self._places = places
        self._has_started = False

    def fault(self) -> str:
        if not self._has_started:
            heartbeats.started(self._name)
            self._has_started = True
        heartbeats.seen(self._name, ProcessKind.WORKER)
        is_busy = len(state.active_requests) >= self._places
        return "the worker hears nothing" if heartbeats.is_deaf(self._name) and not is_busy else ""


@worker_process_init.connect
def _own_connections(**_: object) -> None:
    """A forked worker must not share its parent's connections."""
    connections.close_all()
