"""What became of promises between two cycles and two days: decided late, revised, and by which publication."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from alliance.models import Cycle, PublishedPledge
from alliance.services.target_outcomes import project_targets
from portal.kernel import clock
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import Cast, make_cycle, make_service, read_charter
from tests.support.changes import HOURS, csv_rows
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

DAY = "2025-12-31"
MISSED = {
    "state": "missed",
    "reason": {"en": "Tariffs older than 2021 came later."},
    "decided_on": "2026-04-07",
}


def promise_rows(client: Client, query: str) -> list[dict[str, str]]:
    return [row for row in csv_rows(client, query) if row["Kind"] == "promise"]


def publish(cast: Cast, day: datetime, slug: str, hours: str = "") -> int:
    """Aurora's report for a cycle, which is published with it; the number of the report."""
    cycle = make_cycle(read_charter(), slug)
    figures = {"speed": [submitted_figure(HOURS, hours, service="clips")]} if hours else None
    with clock.at(day):
        number = make_published_report(cycle, cast.aurora, figures).number
        make_published_cycle(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(published_at=day)
    return number


def revise(pledge: PublishedPledge, number: int, *targets: dict[str, Any]) -> PublishedPledge:
    """The pledge with other targets since this publication."""
    PublishedPledge.objects.filter(pk=pledge.pk).update(valid_to=number)
    pledge.pk, pledge.valid_from, pledge.revision = None, number, pledge.revision + 1
    pledge.targets = [{**pledge.targets[0], "decision": None, **target} for target in targets]
    pledge.save()
    project_targets(Publication.objects.get(number=number), [pledge.organisation_id])
    return pledge


@pytest.fixture
def numbers(cast: Cast) -> dict[str, int]:
    """A target of December that the secretariat decides in April, one of June that the report of October shows kept."""
    make_service(cast.aurora, "clips")
    first = publish(cast, datetime(2026, 3, 10, 12, tzinfo=UTC), "2025-h2")
    pledge = make_published_pledge(cast.aurora, {"text": "All numbers.", "due_on": DAY})
    counted = {"text": "Two days.", "due_on": "2026-06-30", "indicator": HOURS, "value": "48"}
    make_published_pledge(cast.aurora, counted)
    PublishedPledge.objects.update(valid_from=first)
    project_targets(Publication.objects.get(number=first), [cast.aurora.pk])
    with clock.at(datetime(2026, 4, 7, 12, tzinfo=UTC)):
        decided = make_published_report(make_cycle(read_charter(), "2025-h1"), cast.beacon).number
    revise(pledge, decided, {"text": "All numbers.", "due_on": DAY, "decision": MISSED})
    report = publish(cast, datetime(2026, 10, 9, 12, tzinfo=UTC), "2026-h1", "12")
    touch_public_revision()
    return {"decided": decided, "kept": report}


def test_promises_between_cycles(client: Client, numbers: dict[str, int]) -> None:
    words = words_of(client.get("/en/changes/?from=2025-h2&to=2026-h1")).replace("\N{NO-BREAK SPACE}", " ")
    rows = promise_rows(client, "from=2025-h2&to=2026-h1")

    assert "1 target was missed. 1 target was kept." in words
    decision = "Decided by the secretariat on 7 April 2026: Tariffs older than 2021 came later."
    assert f"by 31 December 2025 · {decision} · No. {numbers['decided']}" in words
    assert f"by 30 June 2026 · 12 hours on the day · No. {numbers['kept']}" in words
    assert [(row["Now"], row["About"], row["Publication"]) for row in rows] == [
        ("missed", "All numbers.", str(numbers["decided"])),
        ("kept", "Two days.", str(numbers["kept"])),
    ]


@pytest.mark.usefixtures("numbers")
def test_decision_in_the_ledger(client: Client) -> None:
    words = words_of(client.get("/en/promises/?state=missed")).replace("\N{NO-BREAK SPACE}", " ")

    assert words.count("Decided by the secretariat on 7 April 2026: Tariffs older than 2021 came later.") == 1


def test_targets_of_a_revised_pledge(client: Client, cast: Cast) -> None:
    """In the page, its file and the feed; the other is missed for the first time, and a reworded one is the same."""
    old = {"text": "All numbers.", "due_on": DAY, "decision": MISSED}
    reworded = {"text": "Every report.", "due_on": "2026-01-15", "decision": MISSED}
    first = publish(cast, datetime(2026, 3, 10, 12, tzinfo=UTC), "2025-h2")
    pledge = make_published_pledge(cast.aurora, old, reworded)
    PublishedPledge.objects.update(valid_from=first)
    project_targets(Publication.objects.get(number=first), [cast.aurora.pk])
    with clock.at(datetime(2026, 4, 7, 12, tzinfo=UTC)):
        then = make_published_report(make_cycle(read_charter(), "2025-h1"), cast.beacon).number
    new = {"text": "All tariffs.", "due_on": DAY, "decision": MISSED}
    revise(pledge, then, new, {**reworded, "text": "Each report."}, old)
    touch_public_revision()
    query = "since=2026-03-20&until=2026-04-30"

    missed = client.get(f"/en/changes/?{query}").context["changes"].promises["missed"]
    assert ([promise.standing.text for promise in missed.rows], missed.total) == (["All tariffs."], 1)
    assert [row["About"] for row in promise_rows(client, query)] == ["All tariffs."]
    feed = client.get("/en/promises.atom").text
    assert feed.count("All numbers.") == 1
