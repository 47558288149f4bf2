"""PostgreSQL row-level security, and the context that it reads.

The context is set with `set_config(..., is_local => true)`, so it ends with the transaction and cannot leak
through a pooled connection. After a local setting the value is '' and not NULL: policies compare with ''.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from portal.kernel.access.actor import Actor

_SETTINGS = ("portal.kind", "portal.person", "portal.tenant")
_CALLS = ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS)
_EARLIER_VALUES = ", ".join(
    f"coalesce(current_setting('{name}', true), '') AS value{number}" for number, name in enumerate(_SETTINGS)
)
_SET = f"SELECT {_CALLS}"
# what was there before is read before anything is set
_EXCHANGE = f"WITH earlier AS MATERIALIZED (SELECT {_EARLIER_VALUES}) SELECT earlier.*, {_CALLS} FROM earlier"


def context_of(actor: Actor) -> tuple[str, str, str]:
    """Kind, person and tenant of an actor, as the settings of the transaction have them."""
    kind = "host" if actor.is_host else str(actor.kind)
    return kind, str(actor.person_id or ""), str(actor.tenant_id or "")


def set_context(actor: Actor) -> None:
    """Set the actor in the database, for the rest of this transaction."""
    _set(context_of(actor))


def _set(values: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, values)


def _exchange(values: Sequence[str]) -> Sequence[str]:
    """Set the context; returns the earlier one."""
    with connection.cursor() as cursor:
        cursor.execute(_EXCHANGE, values)
        earlier: Sequence[str] = cursor.fetchone()[: len(_SETTINGS)]
        return earlier


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """One transaction in which the database knows the actor; the earlier context returns at the end."""
    if not connection.in_atomic_block:  # it ends with the transaction by itself
        with transaction.atomic():
            set_context(actor)
            yield actor
        return
    with transaction.atomic():
        earlier = _exchange(context_of(actor))
        yield actor
        _set(earlier)


def forced_policy(table: str, read: str, write: str | None = None) -> tuple[str, str]:
    """SQL (forwards, backwards) that puts a table behind row-level security, the owner included.

    `read` and `write` are SQL conditions over the row; SYSTEM always passes.
    """
    system = "current_setting('portal.kind', true) = 'system'"
    using = f"({system} OR {read})"
    check = f"({system} OR {write or read})"
    forwards = (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
        f"CREATE POLICY {table}_policy ON {table} USING {using} WITH CHECK {check};"
    )
    backwards = (
        f"DROP POLICY {table}_policy ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; "
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    )
    return forwards, backwards


IS_HOST = "current_setting('portal.kind', true) = 'host'"


def own_tenant(column: str = "tenant_id") -> str:
    """SQL condition: the row belongs to the tenant that the actor acts for."""
    return f"{column}::text = current_setting('portal.tenant', true)"
