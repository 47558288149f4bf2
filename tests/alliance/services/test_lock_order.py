"""Several reports are locked in one order, whoever does it: that of their periods."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance.enums import CycleState
from alliance.models import Report, Withdrawal
from alliance.queries.mergers import exempted_by_merger
from alliance.services import withdrawals
from alliance.services.assignments import assign_reports
from alliance.services.carry_over_renewal import renew_carry_over
from alliance.services.cycle_decisions import lock_reports
from alliance.services.findings import withdraw_findings
from alliance.services.interests import declare_interest
from alliance.services.mergers import MergerPlan, merge_organisation
from alliance.services.pauses import end_pauses_that_are_over
from portal.kernel.access import acting_as
from portal.kernel.errors import WrongState
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]

LOCK = 'FOR UPDATE OF "alliance_report"'
ORDER = re.compile(r'ORDER BY "alliance_cycle"."starts_on" ASC, ("alliance_report"."id"|1) ASC')


def _withdraw_pledge(cast: Cast, _reports: list[Report]) -> None:
    withdrawals._lock_subject(Withdrawal(type="pledge", organisation=cast.aurora, record=str(uuid4())))


def _withdraw_findings(cast: Cast, _reports: list[Report]) -> None:
    with suppress(WrongState):  # there is no such finding; the reports are locked before
        withdraw_findings(cast.actor("mona"), {0: ""}, "Asked by mistake.")


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, reports: assign_reports(cast.actor("mona"), reports, cast.rita.pk),
        lambda cast, _reports: declare_interest(
            cast.actor("mona"), cast.aurora, "She has shares.", cast.rita
        ),
        lambda _cast, reports: lock_reports(reports[0].cycle),
        lambda _cast, _reports: end_pauses_that_are_over(),
        lambda _cast, reports: renew_carry_over(reports[-1]),
        _withdraw_pledge,
        _withdraw_findings,
    ],
    ids=["assign", "declare", "cycle", "pauses", "carry-over", "withdraw", "findings"],
)
def test_reports_are_locked_by_the_order_of_their_periods(
    act: Callable[[Cast, list[Report]], object],
) -> None:
    cast, charter = read_cast(), read_charter()
    reports = [
        make_report(make_cycle(charter, slug), cast.aurora) for slug in ("2026-h1", "2025-h2", "2025-h1")
    ]

    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        act(cast, reports)

    locks = [query["sql"] for query in captured if LOCK in query["sql"] and "ORDER BY" in query["sql"]]
    assert locks
    assert [sql for sql in locks if not ORDER.search(sql)] == []


def test_a_merger_that_is_taken_back_puts_the_reports_back_by_the_order_of_their_periods() -> None:
    cast, charter = read_cast(), read_charter()
    reports = [
        make_report(make_cycle(charter, slug, CycleState.OPEN), cast.aurora)
        for slug in ("2026-h1", "2025-h2", "2025-h1")
    ]
    plan = MergerPlan(cast.beacon, date(2026, 4, 1), "One of Beacon now.", frozenset(r.pk for r in reports))

    with acting_as(cast.actor("mona")) as mona:
        merged = merge_organisation(mona, cast.aurora, plan)
        rows = exempted_by_merger(mona, merged)

    assert [row.pk for row in rows] == [report.pk for report in reversed(reports)]
