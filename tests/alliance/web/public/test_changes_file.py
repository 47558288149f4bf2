"""What the file of changes says of corrections and withdrawals: every value, before and now, and why."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from alliance.models import Report
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import KIDS, REASON, REPLY, correct, correct_verdict, figures
from tests.support.pledges import published as publish_pledge_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import withdraw

pytestmark = pytest.mark.django_db

COLUMNS = ("Kind", "Service", "About", "Before", "Now", "Publication", "Reason", "Cycle")


def rows_of(client: Client, language: str = "en") -> list[tuple[str, ...]]:
    since = today() - timedelta(days=1)
    text = client.get(f"/{language}/changes.csv?since={since}").content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    names = {
        "Kind": 0,
        "Service": 2,
        "About": 3,
        "Before": 4,
        "Now": 5,
        "Publication": 7,
        "Reason": 10,
        "Cycle": 13,
    }
    assert len(header) == 14
    return [
        tuple(row[names[name]] for name in COLUMNS) for row in rows if row[0] in ("correction", "withdrawal")
    ]


@pytest.fixture
def report(cast: Cast) -> Report:
    cycle = make_cycle(read_charter(), "2026-h1")
    publish_pledge_of(cast, read_charter())
    make_published_report(cycle, cast.aurora, figures("10", "20"), {"find": "limited"}, {"find": "No."})
    make_published_cycle(cycle)
    with acting_as(SYSTEM):
        return Report.objects.get(cycle=cycle, organisation=cast.aurora)


def test_corrected_values_in_the_file(client: Client, cast: Cast, report: Report) -> None:
    correct(cast, report, KIDS, "12")
    correct_verdict(
        cast, report, {"value": "substantial", "reason": "More was found.", "difference": "One of two."}
    )
    correct(cast, report, REPLY, {"text": "Yes."})
    last = Publication.objects.latest("number").number
    touch_public_revision()
    reply, verdict, figure = rows_of(client)

    why = REASON["en"]
    assert figure == (
        *("correction", "aurora-kids", "Content actioned, Aurora Kids", "10", "12"),
        *(figure[5], why, "2026-h1"),
    )
    assert verdict[2:5] == ("Verdict on 1 Find", "limited", "substantial")
    assert reply == (
        *("correction", "", "Reply on 1 Find", "No.", "Yes.", str(last), why),
        "2026-h1",
    )
    assert rows_of(client, "ru")[2][6] == REASON["ru"]


@pytest.mark.usefixtures("report")
def test_withdrawal_in_the_file(client: Client, cast: Cast) -> None:
    pledge = Publication.objects.filter(type="pledge").latest("number")
    withdraw(cast, pledge, {"en": "It was not theirs.", "ru": "Оно не их."})
    touch_public_revision()
    [row] = rows_of(client)

    assert (row[0], row[6], row[7]) == ("withdrawal", "It was not theirs.", "")
    assert "Aurora Video" in row[2]
