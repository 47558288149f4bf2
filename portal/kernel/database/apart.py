"""Statements that commit by themselves, whatever becomes of the transaction of the request that asks for them."""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import OperationalError, connections

_WAIT = 2.0  # seconds for which a thread waits for the connection that another one uses


class _Connection:
    """One more connection for each process, made when it is first needed; threads use it in turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self._process = 0

    def run(self, statements: str, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        if not self._lock.acquire(timeout=_WAIT):
            raise OperationalError("the connection apart is busy")
        try:
            connection = self._own()
            connection.close_if_unusable_or_obsolete()
            with connection.cursor() as cursor:
                cursor.execute(statements, parameters)
                return cursor.fetchall() if cursor.description else ()
        finally:
            self._lock.release()

    def _own(self) -> Any:
        """The connection of this process: that of the one before a fork is left to it."""
        if self._connection is None or self._process != os.getpid():
            self._connection, self._process = connections["default"].copy(), os.getpid()
            self._connection.inc_thread_sharing()
        return self._connection


_connection = _Connection()


def run_apart(statements: str, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
    """Run the statements in a transaction of their own, which is over when this returns; gives the last one's rows.

    For short ones alone: the threads of a process take turns. They have no context of an actor but the one that they
    set. Raises OperationalError when the database is away or busy.
    """
    return _connection.run(statements, parameters)
