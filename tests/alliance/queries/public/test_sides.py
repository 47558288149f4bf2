"""What is summed over all members between two cycles: once for a revision, from whichever day somebody looks at it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.models import Cycle, PublishedVerdict, Report
from alliance.queries.public.figure_moves import figure_moves
from alliance.queries.public.sides import Side, as_known_now
from alliance.queries.public.verdict_pairs import pair_counts
from portal.kernel.publishing import Publication, read_public_revision, rendering_page
from tests.factories import Cast
from tests.support.changes import HOURS, make_changing_cycles
from tests.support.corrections import VERDICT, correct_verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_changing_cycles()


def cycles() -> tuple[Cycle, Cycle]:
    before, now = Cycle.objects.select_related("charter").order_by("starts_on")
    return before, now


def last_number() -> int:
    return int(Publication.objects.latest("number").number)


def summed(before: Side, now: Side) -> list[str]:
    """The statements that compare all members, on a public page."""
    with rendering_page(read_public_revision()), CaptureQueriesContext(connection) as captured:
        assert pair_counts(before, now) == {("limited", "complete"): 1, ("substantial", "not_due"): 1}
        moves = figure_moves(before, now, None, 8)
        assert (moves.worse, moves.better, moves.broken) == (1, 1, 1)
        assert {move.indicator.key for move in moves.rows} == {HOURS}
    return [query["sql"] for query in captured if query["sql"].lstrip().startswith("WITH keys")]


@pytest.mark.usefixtures("cast")
def test_all_members_are_compared_once_for_all_pages_of_a_revision() -> None:
    before, now = cycles()
    number = last_number()

    assert len(summed(Side(before), Side(now))) == 2
    assert summed(Side(before), Side(now)) == []
    assert summed(Side(before, number), Side(now, number)) == []


def test_a_day_before_a_correction_stays_that_day(cast: Cast) -> None:
    before, now = cycles()
    number = last_number()
    report = Report.objects.get(organisation=cast.aurora, cycle=before)
    corrected = {"value": "substantial", "reason": "Counted twice.", "difference": "One was counted twice."}
    correct_verdict(cast, report, corrected, VERDICT)

    assert PublishedVerdict.objects.filter(cycle=before, valid_from__gt=number).exists()
    assert as_known_now(Side(before, number)) == Side(before, number)
    assert as_known_now(Side(before, last_number())) == Side(before)
    assert as_known_now(Side(now, number)) == Side(now)
    assert pair_counts(Side(before, number), Side(now)) == {
        ("limited", "complete"): 1,
        ("substantial", "not_due"): 1,
    }
    assert pair_counts(Side(before), Side(now)) == {
        ("limited", "substantial"): 1,
        ("substantial", "not_due"): 1,
    }
