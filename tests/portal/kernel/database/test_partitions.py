"""Divided tables: numbers begin with a month, expired months are dropped whole, and no row falls beside them unseen."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Timer
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.checks.database import coming_months_have_partitions
from portal.kernel.database import PARTITIONS_SQL, drop_expired_month, first_number, make_partitions
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery, DeliveryState
from portal.kernel.privacy import tasks
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
TABLES = ["portal_delivery_email", "portal_delivery_inbox", "portal_event", "practices_accesslog"]


def ask(sql: str, *parameters: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def part_of(row: Event | Delivery) -> str:
    """The part of the divided table that a row lies in."""
    table = type(row)._meta.db_table
    ((part,),) = ask(
        f"SELECT relname FROM {table} t JOIN pg_class ON pg_class.oid = t.tableoid WHERE t.id = %s", row.pk
    )
    return str(part)


def entry(number: int | None = None) -> Event:
    """An entry of the journal, by default with the number that the database gives it."""
    given = {} if number is None else {"pk": number}
    return Event.objects.create(
        kind="any", actor_kind="system", target_type="portal.job", target_id=1, **given
    )


def deliver(event: Event, cast: Cast, channel: str, state: str, at: datetime) -> Delivery:
    delivery = Delivery.objects.create(
        event=event, channel=channel, recipient=cast.alice, tenant_id=cast.aurora.pk, state=state
    )
    Delivery.objects.filter(pk=delivery.pk).update(created_at=at)
    return delivery


def test_numbers_begin_with_their_month_and_parts_are_reached_through_their_table_alone(cast: Cast) -> None:
    with acting_as(SYSTEM):
        event = entry()
        letter = deliver(event, cast, Channel.EMAIL, DeliveryState.SENT, timezone.now())
        now = event.at.astimezone(UTC)

        assert event.pk // 10**10 == now.year * 100 + now.month == first_number(now) // 10**10
        assert part_of(event) == f"portal_event_{now:%Y}"
        assert part_of(letter) == f"portal_delivery_email_{now:%Y_%m}"
    for statement in (
        f"SELECT FROM partitions.portal_event_{now:%Y}",
        f"DELETE FROM partitions.portal_delivery_email_{now:%Y_%m}",
        "SELECT portal_make_partition('portal_event'::regclass, now() + interval '5 years')",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ask(statement)


def make_old_months(owner_cursor: Any, moments: Sequence[datetime]) -> None:
    for moment in moments:
        for channel in ("email", "inbox"):
            owner_cursor.execute(
                "SELECT portal_make_partition(%s::regclass, %s)",
                [f"partitions.portal_delivery_{channel}", moment],
            )


def test_an_expired_month_is_dropped_whole_and_what_still_waits_keeps_its_month(
    cast: Cast, owner_cursor: Any
) -> None:
    now = timezone.now()
    year_ago, two_years_ago = now - timedelta(days=400), now - timedelta(days=800)
    make_old_months(owner_cursor, [year_ago, two_years_ago])
    with acting_as(SYSTEM):
        number = first_number(two_years_ago) + 1
        old, dead, former = (entry(each) for each in (first_number(year_ago) + 1, number, 1))
        remaining = [
            deliver(old, cast, Channel.INBOX, DeliveryState.SENT, year_ago),
            deliver(dead, cast, Channel.EMAIL, DeliveryState.PENDING, two_years_ago),
        ]
        deliver(old, cast, Channel.EMAIL, DeliveryState.SENT, year_ago)  # alone in its month: dropped with it
        deliver(dead, cast, Channel.INBOX, DeliveryState.SENT, two_years_ago)
        # without a part of its own, and beside one that waits: removed by itself
        deliver(former, cast, Channel.EMAIL, DeliveryState.SENT, two_years_ago)
        deliver(entry(number + 1), cast, Channel.EMAIL, DeliveryState.SENT, two_years_ago)
    parts = (
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('partitions') AND relkind = 'r'"
    )
    before = {name for (name,) in ask(parts)}

    # a month that stays is not locked: whoever reads it holds nobody up
    owner_cursor.execute(
        f"BEGIN; LOCK TABLE partitions.portal_delivery_email_{two_years_ago:%Y_%m} IN ACCESS SHARE MODE"
    )
    try:
        tasks.daily_purge()
        run_all_jobs()
    finally:
        owner_cursor.execute("ROLLBACK")

    dropped = {f"portal_delivery_email_{year_ago:%Y_%m}", f"portal_delivery_inbox_{two_years_ago:%Y_%m}"}
    assert before - {name for (name,) in ask(parts)} == dropped
    with acting_as(SYSTEM):
        assert set(Delivery.objects.values_list("pk", flat=True)) == {delivery.pk for delivery in remaining}
        purges = Event.objects.filter(kind="retention.purge").order_by("pk").values_list("data", flat=True)
        assert [(data["rule"], data["count"]) for data in purges] == [
            ("letters", 1), ("inbox", 1), ("letters", 2)
        ]  # fmt: skip


def test_a_message_that_is_written_while_its_month_is_counted_keeps_the_month(
    cast: Cast, owner_cursor: Any
) -> None:
    year_ago = timezone.now() - timedelta(days=400)
    make_old_months(owner_cursor, [year_ago])
    with acting_as(SYSTEM):
        deliver(entry(first_number(year_ago) + 1), cast, Channel.EMAIL, DeliveryState.SENT, year_ago)
    owner_cursor.execute(
        f"BEGIN; UPDATE partitions.portal_delivery_email_{year_ago:%Y_%m} SET created_at = now()"
    )
    commit = Timer(0.3, owner_cursor.execute, ["COMMIT"])
    commit.start()

    with acting_as(SYSTEM):
        assert drop_expired_month(Channel.EMAIL) is None
        assert Delivery.objects.count() == 1
    commit.join()


@pytest.mark.slow
def test_a_month_that_somebody_reads_stays_until_tomorrow_and_the_rest_of_the_purge_is_done(
    cast: Cast, owner_cursor: Any
) -> None:
    year_ago = timezone.now() - timedelta(days=400)
    make_old_months(owner_cursor, [year_ago])
    part = f"portal_delivery_email_{year_ago:%Y_%m}"
    with acting_as(SYSTEM):
        deliver(entry(first_number(year_ago) + 1), cast, Channel.EMAIL, DeliveryState.SENT, year_ago)
    owner_cursor.execute(f"BEGIN; LOCK TABLE partitions.{part} IN ACCESS SHARE MODE")
    try:
        tasks.daily_purge()
        assert "purge_expired" in run_all_jobs()
    finally:
        owner_cursor.execute("ROLLBACK")

    assert ask("SELECT FROM pg_class WHERE relname = %s", part)
    with acting_as(SYSTEM):
        # row by row, as long as the month as a whole could not go
        assert not Delivery.objects.exists()


def test_a_row_in_the_default_partition_is_readable_and_reported(cast: Cast, owner_cursor: Any) -> None:
    """The default part takes it: an act is never refused because nobody has prepared its month. But it shows."""
    now = timezone.now()
    assert dict(row[::2] for row in ask(PARTITIONS_SQL)) == dict.fromkeys(TABLES, 0)
    assert all(months >= 3 for _table, months, _bytes in ask(PARTITIONS_SQL))
    assert coming_months_have_partitions(None, ["default"]) == []
    for part in (f"portal_delivery_inbox_{now:%Y_%m}", f"practices_accesslog_{now:%Y}"):
        owner_cursor.execute(f"DROP TABLE partitions.{part}")

    with acting_as(SYSTEM):
        item = deliver(entry(), cast, Channel.INBOX, DeliveryState.SENT, now)
        assert part_of(item) == "portal_delivery_inbox_default"
        assert Delivery.objects.get(pk=item.pk) == item
    (warning,) = coming_months_have_partitions(None, ["default"])
    assert warning.id == "portal.W006"
    assert "portal_delivery_inbox, practices_accesslog" in warning.msg

    make_partitions()

    states = {table: (months >= 3, size > 0) for table, months, size in ask(PARTITIONS_SQL)}
    assert states["practices_accesslog"] == (True, False)
    # what has begun in the default part ends there: to move rows would mean to delete some
    assert states["portal_delivery_inbox"] == (False, True)


def test_the_schedule_makes_the_coming_months(cast: Cast, owner_cursor: Any) -> None:
    coming = timezone.now().replace(day=1) + timedelta(days=32)
    part = f"partitions.portal_delivery_inbox_{coming:%Y_%m}"
    owner_cursor.execute(f"DROP TABLE {part}")

    tasks.daily_partitions()
    run_all_jobs()

    owner_cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [part])
    assert owner_cursor.fetchone() == (True,)
