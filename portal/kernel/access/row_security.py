"""PostgreSQL row-level security, and the context that it reads.

The context is set with `set_config(..., is_local => true)`, so it ends with the transaction and cannot leak
through a pooled connection. After a local setting the value is '' and not NULL: policies compare with ''.

Before anybody is known, and on the pages where people sign in and look after their accounts, `portal.identifying` is on
beside the actor: it opens the tables of accounts, and no other.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from portal.kernel.access.actor import Actor
from portal.kernel.database import reading_level_replica

_SETTINGS = ("portal.kind", "portal.person", "portal.tenant", "portal.identifying")
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


def set_context(actor: Actor, *, identifying: bool = False) -> None:
    """Set the actor in the database, for the rest of this transaction; `identifying` opens the tables of accounts."""
    _set(_values(actor, identifying=identifying))


def _values(actor: Actor, *, identifying: bool = False) -> Sequence[str]:
    return (*context_of(actor), "on" if identifying else "")


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
def acting_as(actor: Actor, *, identifying: bool = False) -> Iterator[Actor]:
    """One transaction in which the database knows the actor; the earlier context returns at the end."""
    if not connection.in_atomic_block:  # it ends with the transaction by itself
        with transaction.atomic():
            set_context(actor, identifying=identifying)
            yield actor
        return
    with transaction.atomic():
        earlier = _exchange(_values(actor, identifying=identifying))
        yield actor
        _set(earlier)


@contextmanager
def reading_as(actor: Actor) -> Iterator[Actor]:
    """`acting_as` for what is long and only read: from a replica that has everything committed until now, if there
    is one; from the primary otherwise, and inside a transaction."""
    with reading_level_replica(), acting_as(actor):
        yield actor


def forced_policy(table: str, read: str, write: str | None = None) -> tuple[str, str]:
    """SQL (forwards, backwards) that puts a table behind row-level security, the owner included.

    `read` and `write` are SQL conditions over the row; SYSTEM always passes. Without `write`, who reads a row may
    write it. Who only reads it may lock it; a row that they have changed does not meet `write`, and is refused.
    """
    using, check = f"({_SYSTEM} OR {read})", f"({_SYSTEM} OR {write})"
    policies = {"policy": f"FOR SELECT USING {using}"} if write else {"policy": f"USING {using}"}
    if write:
        policies["insert"] = f"FOR INSERT WITH CHECK {check}"
        policies["update"] = f"FOR UPDATE USING {using} WITH CHECK {check}"
        policies["delete"] = f"FOR DELETE USING {check}"
    created = [f"CREATE POLICY {table}_{name} ON {table} {text};" for name, text in policies.items()]
    dropped = [f"DROP POLICY {table}_{name} ON {table};" for name in policies]
    forwards = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    backwards = (
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    )
    return " ".join([forwards, *created]), " ".join([*dropped, backwards])


def also_allowed(table: str, whom: str, command: str, condition: str) -> tuple[str, str]:
    """SQL (forwards, backwards) that lets others do one thing with the rows, beside the table's own policy."""
    name = f"{table}_{whom}"
    return f"CREATE POLICY {name} ON {table} FOR {command} {condition};", f"DROP POLICY {name} ON {table};"


# As a subselect it is asked once for a query, and the planner expects every other row to pass. Of a comparison it would
# expect one in two hundred, and go through whole tables for each row of another, as if there were but one.
_SYSTEM = "(SELECT current_setting('portal.kind', true) = 'system')"
IS_HOST = "current_setting('portal.kind', true) = 'host'"
IS_SIGNED_IN = "current_setting('portal.kind', true) IN ('person', 'host')"
IS_IDENTIFYING = "current_setting('portal.identifying', true) = 'on'"


def own_tenant(column: str = "tenant_id") -> str:
    """SQL condition: the row belongs to the tenant that the actor acts for."""
    return f"{column}::text = current_setting('portal.tenant', true)"


def own_person(column: str = "person_id") -> str:
    """SQL condition: the row belongs to the person who acts."""
    return f"{column}::text = current_setting('portal.person', true)"
