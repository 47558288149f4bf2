"""The clock: acts are stamped now, or in a demonstration's past; and nothing but the demonstration sets it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from portal.kernel import clock, journal
from portal.kernel.jobs import Job
from portal.kernel.publishing import Publication, publish
from tests.factories import read_cast

ROOT = Path(__file__).resolve().parents[3]
THEN = datetime(2025, 3, 14, 12, 0, tzinfo=UTC)


def test_it_says_now_unless_it_is_set() -> None:
    with clock.at(THEN):
        assert (clock.now(), clock.is_set()) == (THEN, True)

    assert (timezone.now() - clock.now() < timedelta(seconds=1), clock.is_set()) == (True, False)


def test_it_is_put_back_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), clock.at(THEN):
        raise ZeroDivisionError

    assert not clock.is_set()


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its time zone"), clock.at(datetime(2025, 3, 14)):
        pass


@pytest.mark.django_db
def test_what_is_recorded_of_the_past_is_stamped_then_and_routed_quietly() -> None:
    mona = read_cast().actor("mona")
    with clock.at(THEN):
        publish(mona, "test", "record", {}, title={"en": "Then"}, languages=["en"])
        event = journal.record(mona, "report.publish", Publication.objects.get())

    assert (Publication.objects.get().published_at, event.at) == (THEN, THEN)
    assert Job.objects.get(dedupe_key=f"event:{event.pk}").payload == {"event": event.pk, "quiet": 1}


def test_only_the_demonstration_sets_it() -> None:
    paths = [
        str(path.relative_to(ROOT))
        for folder in ("portal", "alliance")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if re.search(r"\bclock\.at\(|from portal\.kernel\.clock import", path.read_text(encoding="utf-8"))
    ]

    assert paths == [
        "alliance/demo/alliance.py",
        "alliance/demo/disclosures.py",
        "alliance/demo/schedule.py",
    ]


@pytest.mark.django_db
def test_what_waits_in_a_transaction_came_when_it_began_and_is_written_later() -> None:
    """A filing that waits for a lock over midnight is on time; edits that wait for one another rise."""
    began, written = clock.database_now(), clock.database_now_under_lock()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")

    assert clock.database_now() == began
    assert clock.database_now_under_lock() > written
