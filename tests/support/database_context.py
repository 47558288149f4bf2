"""As whom tests ask the database: as SYSTEM, unless they act as somebody; what is tested begins without a context.

A test writes and reads rows of everybody, so its connections begin as SYSTEM. Requests, commands and jobs begin as they
do in production: with nothing set, so that what forgets to set its actor finds nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client

from portal.kernel import jobs
from portal.kernel.jobs import queue

_SETTINGS = ("portal.kind", "portal.person", "portal.tenant", "portal.identifying")
_NOBODY = ("", "", "", "")
_SYSTEM = ("system", "", "", "")
# PostgreSQL evaluates them as they are listed: first what is set, then what is to be
_EXCHANGE = "SELECT " + ", ".join(
    [f"coalesce(current_setting('{name}', true), '')" for name in _SETTINGS]
    + [f"set_config('{name}', %s, %s)" for name in _SETTINGS]
)
_thread = threading.local()


def install() -> None:
    """Let connections of this process begin as SYSTEM; requests, commands and jobs without a context."""
    connection_created.connect(_begin, dispatch_uid="tests.database_context")
    BaseHandler.get_response = _without_context(BaseHandler.get_response)  # type: ignore[method-assign]  # for tests alone
    BaseCommand.execute = _without_context(BaseCommand.execute)  # type: ignore[method-assign]  # for tests alone
    queue.run_job = jobs.run_job = _without_context(queue.run_job)  # type: ignore[attr-defined]  # for tests alone
    Client.force_login = _as_system(Client.force_login)  # type: ignore[method-assign]  # for tests alone


def _begin(sender: object, connection: Any, **others: object) -> None:
    del sender, others
    is_outside = getattr(_thread, "is_outside", False)
    if connection.alias == "default" and not is_outside:
        with connection.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.kind', 'system', false)")
        if not connection.connection.autocommit:
            connection.connection.commit()


@contextmanager
def no_context() -> Iterator[None]:
    """Nobody has set the actor: what every connection begins with but those of tests."""
    earlier, outer = _exchange(_NOBODY), getattr(_thread, "is_outside", False)
    _thread.is_outside = True
    try:
        yield
    finally:
        _thread.is_outside = outer
        _exchange(earlier)


def _exchange(values: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Set the context past Django, which would count it among the queries; None where nobody is connected."""
    wire = connection.connection
    if values is None or wire is None or wire.closed or connection.needs_rollback:
        return _SYSTEM if values == _NOBODY else None
    is_local = connection.in_atomic_block
    with wire.cursor() as cursor:
        cursor.execute(_EXCHANGE, [part for value in values for part in (value, is_local)])
        earlier: tuple[str, ...] = cursor.fetchone()[: len(_SETTINGS)]
    return earlier


def _as_system(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def called(*args: Any, **kwargs: Any) -> Any:
        earlier = _exchange(_SYSTEM)
        try:
            return call(*args, **kwargs)
        finally:
            _exchange(earlier)

    return called


def _without_context(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def called(*args: Any, **kwargs: Any) -> Any:
        with no_context():
            return call(*args, **kwargs)

    return called
