"""The cycles and one cycle's page."""

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle, Organisation
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM
from tests.factories import make_cast, make_charter, make_cycle, make_report
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    """Aurora filed, Beacon did not."""
    cast, cycle = make_cast(), make_cycle(make_charter())
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))
    return make_published_cycle(cycle)


def test_a_cycle_names_who_filed_and_who_did_not(client: Client, cycle: Cycle) -> None:
    context = client.get("/en/cycles/2026-h1/").context

    assert [report.organisation.slug for report in context["filed_reports"]] == ["aurora-video"]
    assert [report.organisation.slug for report in context["unfiled_reports"]] == ["beacon-search"]
    assert [row["kind"] for row in context["grid"]["rows"]] == ["", "Not filed"]


def test_the_list_counts_what_was_filed(client: Client, cycle: Cycle) -> None:
    (row,) = client.get("/en/cycles/").context["rows"]

    assert row.filings == {"filed": 1, "late": 0, "not_filed": 1, "exempt": 0}
    assert row.tally.good == 1


def test_the_matrix_is_a_file(client: Client, cycle: Cycle) -> None:
    lines = client.get("/en/cycles/2026-h1/verdicts.csv").content.decode("utf-8-sig").splitlines()

    assert lines == [
        "Member,1 Find,2 Answer",
        "Aurora Video,Complete,Not due",
        "Beacon Search,Not due,Not due",
    ]


def test_an_open_cycle_says_its_dates_and_nothing_of_its_reports(client: Client, cycle: Cycle) -> None:
    aurora = Organisation.objects.get(slug="aurora-video")
    make_report(make_cycle(cycle.charter, "2026-h2"), aurora, ReportState.SUBMITTED)

    answer = client.get("/en/cycles/2026-h2/")

    assert (answer.context["filed_reports"], answer.context["unfiled_reports"], answer.context["matrix"]) == (
        [],
        [],
        None,
    )
    assert client.get("/en/cycles/2026-h2/verdicts.csv").status_code == 404


def test_a_planned_cycle_is_not_public(client: Client, cycle: Cycle) -> None:
    make_cycle(cycle.charter, "2027-h1", CycleState.PLANNED)

    assert client.get("/en/cycles/2027-h1/").status_code == 404
    assert len(client.get("/en/cycles/").context["rows"]) == 1
