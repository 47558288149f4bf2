"""Several reports are locked in one order, whoever does it: that of their periods."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance.models import Report, Withdrawal
from alliance.services import withdrawals
from alliance.services.assignments import assign_reports
from alliance.services.carry_over_renewal import renew_carry_over
from alliance.services.cycle_decisions import lock_reports
from alliance.services.interests import declare_interest
from alliance.services.pauses import end_pauses_that_are_over
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]

LOCK = 'FOR UPDATE OF "alliance_report"'
ORDER = re.compile(r'ORDER BY "alliance_cycle"."starts_on" ASC, ("alliance_report"."id"|1) ASC')


def _withdraw_pledge(cast: Cast, _reports: list[Report]) -> None:
    withdrawals._lock_subject(Withdrawal(type="pledge", organisation=cast.aurora, record=str(uuid4())))


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
    ],
    ids=["assign", "declare", "cycle", "pauses", "carry-over", "withdraw"],
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
