"""Divided tables: the parts that are needed soon, the months that are over, the numbers that begin with a month.

The parts are made and dropped by functions of the database's owner (`migrations/0000_partitions.py`); how a table is
divided stands in the migration that makes it.
"""

from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

_NUMBERS_OF_A_MONTH = 10_000_000_000
# For each divided table how many months from this one on have a part without a gap, up to 13, and the size of its
# default part, into which nothing should fall. Names and sizes may be asked by everybody, rows may not.
PARTITIONS_SQL = """
SELECT parent.relname, (
    SELECT coalesce(min(months), 13) FROM generate_series(0, 12) months WHERE NOT EXISTS (
      SELECT FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid WHERE inhparent = parent.oid
        AND right(part.relname, CASE by.each WHEN 'year' THEN 5 ELSE 8 END) = to_char(
          (now() AT TIME ZONE 'UTC') + months * interval '1 month',
          CASE by.each WHEN 'year' THEN '_YYYY' ELSE '_YYYY_MM' END)
    )), coalesce((SELECT pg_relation_size(partdefid) WHERE partdefid <> 0), 0)
  FROM pg_partitioned_table JOIN pg_class parent ON parent.oid = partrelid,
    LATERAL (SELECT replace(obj_description(partrelid, 'pg_class'), 'by ', '') AS each) by
  WHERE by.each IN ('month', 'year') ORDER BY 1
"""


def first_number(moment: datetime) -> int:
    """The first number of a journal entry in the month of this moment; as `portal_first_number` in the database."""
    month = moment.astimezone(UTC)
    return (month.year * 100 + month.month) * _NUMBERS_OF_A_MONTH


def make_partitions(alias: str = DEFAULT_DB_ALIAS) -> int:
    """Make the parts of this month and the next two where they are missing; how many were."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT portal_make_partitions()")
        return int(cursor.fetchone()[0])


def analyze_partitioned() -> None:
    """Let the planner learn what divided tables hold as a whole."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT portal_analyze_partitioned()")


def drop_expired_month(channel: str) -> int | None:
    """Drop the oldest month of messages of a channel whose lifetime is over; how many went, None where there is none.

    Raises OperationalError when somebody reads the table for longer than the drop may wait.
    """
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT portal_drop_expired_month(%s)", [channel])
        removed = cursor.fetchone()[0]
        return None if removed is None else int(removed)


def is_locked_out(error: OperationalError) -> bool:
    """Whether the statement gave up waiting for a lock."""
    return getattr(error.__cause__, "pgcode", None) == "55P03"
