"""The sweeper outlives the server that it listens to."""

import os
import socket
from threading import Timer

import pytest
from django.db import connection
from kombu.exceptions import OperationalError

from portal.kernel.jobs import Job, Sweeper, sweeper, tasks
from portal.kernel.monitoring import Heartbeat, ProcessKind


def cut(descriptor: int) -> None:
    """End the connection without a word, as a server does that is killed."""
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.django_db(transaction=True)
def test_while_the_broker_is_away_the_sweeper_itself_gives_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_options: object) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.run, "apply_async", refuse)
    monkeypatch.setattr(sweeper, "POLL_SECONDS", 0.01)
    Job.objects.create(kind="any", dedupe_key="due")

    Sweeper().round()

    assert Heartbeat.objects.filter(kind=ProcessKind.SWEEPER).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seconds", [0.0, 0.1])
def test_the_sweeper_waits_out_a_connection_that_is_cut_while_it_listens(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "POLL_SECONDS", 0.3)
    sweeping = Sweeper()
    sweeping.round()
    listening = connection.connection
    timer = Timer(seconds, cut, [listening.fileno()])
    timer.start()

    sweeping.round()
    timer.join()
    sweeping.round()
    sweeping.round()

    assert connection.connection is not listening
    assert connection.is_usable()
