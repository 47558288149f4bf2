"""What changed between two cycles and between two days: worse first, and nothing compared that cannot be."""

import csv
import io
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Cycle
from alliance.queries.local_dates import today
from alliance.services.publications import record_report_notice
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, make_report, make_service, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

HOURS = "time-to-removal"


@pytest.fixture
def cast() -> Cast:
    """Aurora's verdict falls and Beacon's is new, for it had not filed; four services of Aurora go four ways."""
    cast, charter = read_cast(), read_charter()
    hours: dict[str, tuple[str, str, dict[str, Any]]] = {
        "slower": ("10", "15", {}),
        "faster": ("10", "4", {}),
        "steady": ("100", "101", {}),
        "anew": ("10", "90", {"definition_changed": True, "definition_note": "Calls too."}),
    }
    for slug in hours:
        make_service(cast.aurora, slug)
    for place, (slug, verdict, days) in enumerate([("2025-h2", "complete", 40), ("2026-h1", "limited", 10)]):
        cycle, at = make_cycle(charter, slug), today() - timedelta(days=days)
        figures = [
            submitted_figure(HOURS, values[place], service=service, **(values[2] if place else {}))
            for service, values in hours.items()
        ]
        with clock.at(datetime.combine(at, time(12), UTC)):
            make_published_report(cycle, cast.aurora, {"speed": figures}, {"find": verdict})
            if place:
                make_published_report(cycle, cast.beacon, verdicts={"find": "substantial"})
            else:
                record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))
            make_published_cycle(cycle)
        Cycle.objects.filter(pk=cycle.pk).update(published_at=datetime.combine(at, time(12), UTC))
    touch_public_revision()
    return cast


@pytest.mark.usefixtures("cast")
def test_two_cycles_are_compared_worse_first(client: Client) -> None:
    answer = client.get("/en/changes/")
    words = words_of(answer)

    assert "0 verdicts rose and 1 fell." in words
    assert "1 is new." in words
    assert "Fell 1 Aurora Video" in words
    assert "Filed again Beacon Search" in words
    assert [row.move.service.slug for row in answer.context["moved"]] == ["slower", "faster"]
    assert "2 of 3 figures that can be compared moved by a tenth or more." in words
    assert "definition changed 1, withheld 0" in words


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("query", "fell"),
    [
        ("?from=2025-h2&to=2026-h1", 1),
        ("?from=2026-h1&to=2025-h2", 1),
        ("?member=beacon-search", 0),
        ("?member=aurora-video", 1),
    ],
)
def test_cycles_and_members_are_chosen(client: Client, query: str, fell: int) -> None:
    assert len(client.get(f"/en/changes/{query}").context["changes"].fell) == fell


@pytest.mark.usefixtures("cast")
def test_cycles_in_the_wrong_order_are_swapped_and_it_is_said(client: Client) -> None:
    words = words_of(client.get("/en/changes/?from=2026-h1&to=2025-h2"))

    assert "The later one was named first" in words


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("since", "until", "fell"), [(20, 0, 1), (5, 0, 0), (20, 15, 0)])
def test_days_compare_the_record_as_it_stood(client: Client, since: int, until: int, fell: int) -> None:
    days = [(today() - timedelta(days=ago)).isoformat() for ago in (since, until)]

    changes = client.get(f"/en/changes/?since={days[0]}&until={days[1]}").context["changes"]

    assert len(changes.fell) == fell
    assert changes.is_empty is (fell == 0)


@pytest.mark.usefixtures("cast")
def test_days_before_the_record_compare_nothing(client: Client) -> None:
    words = words_of(client.get("/en/changes/?since=2001-01-01&until=2001-02-01"))

    assert "There is nothing to compare yet" in words


@pytest.mark.usefixtures("cast")
def test_the_file_has_a_row_for_each_change(client: Client) -> None:
    text = client.get("/en/changes.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [(row["Kind"], row["Member"], row["Better"]) for row in rows] == [
        ("verdict", "aurora-video", "no"),
        ("report", "beacon-search", "yes"),
        ("figure", "aurora-video", "no"),
        ("figure", "aurora-video", "yes"),
    ]


@pytest.mark.parametrize("query", ["?from=nothing", "?member=nobody"])
def test_unknown_cycles_and_members_are_404(client: Client, cast: Cast, query: str) -> None:
    assert client.get(f"/en/changes/{query}").status_code == 404


def test_an_empty_record_has_nothing_to_compare(client: Client) -> None:
    read_cast()

    assert "There is nothing to compare yet" in words_of(client.get("/en/changes/"))
