"""How verdicts are counted and compared with the cycle before."""

from datetime import date

import pytest

from alliance.models import PublishedReport, PublishedVerdict
from alliance.queries.public.record_changes import changes_between
from alliance.queries.public.sides import Side
from alliance.queries.public.verdict_matrix import (
    VerdictChanges,
    VerdictTally,
    commitment_tallies,
    last_judged_cycle_id,
    verdict_changes,
    verdict_matrix,
    verdict_tallies,
)
from alliance.queries.public.verdict_pairs import pair_counts
from portal.kernel.publishing import Publication, reading_as_of
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.published_reports import (
    make_published_cycle,
    make_published_members,
    make_published_report,
)


def test_a_tally_counts_what_is_due_apart_from_what_is_not() -> None:
    tally = VerdictTally.of(["complete", "substantial", "limited", "not_due", "complete"])

    assert (tally.total, tally.due, tally.good, tally.largest) == (5, 4, 3, 2)
    assert tally.counts == [
        ("complete", 2),
        ("substantial", 1),
        ("limited", 1),
        ("not_started", 0),
        ("no_evidence", 0),
        ("not_due", 1),
    ]


def test_moves_count_what_is_due_now_and_call_new_what_was_not() -> None:
    now = {
        "a": "complete",
        "b": "limited",
        "c": "limited",
        "d": "limited",
        "e": "not_due",
        "f": "no_evidence",
    }
    before = {"a": "limited", "b": "substantial", "c": "limited", "d": "not_due", "e": "complete"}

    assert verdict_changes([(now, before)]) == VerdictChanges(improved=1, worsened=1, unchanged=1, new=2)


@pytest.mark.django_db
def test_a_report_counts_its_verdicts_and_cycles_add_them_up() -> None:
    cast, charter = read_cast(), read_charter()
    before, now = (make_cycle(charter, slug) for slug in ("2025-h2", "2026-h1"))
    make_published_report(before, cast.aurora, verdicts={"find": "limited"})
    make_published_report(now, cast.aurora, verdicts={"find": "complete"})
    make_published_report(now, cast.beacon, verdicts={"find": "complete"})
    make_published_cycle(before)
    make_published_cycle(now)
    tallies, matrix = verdict_tallies([before.pk, now.pk]), verdict_matrix(now, before)

    assert {pk: +tally.values for pk, tally in tallies.items()} == {
        before.pk: {"limited": 1},
        now.pk: {"complete": 2},
    }
    assert matrix.tally.values == matrix.tallies["find"].values == {"complete": 2}
    assert matrix.changes == VerdictChanges(improved=1, new=1)
    assert last_judged_cycle_id(cast.aurora) == now.pk
    assert pair_counts(Side(before), Side(now), cast.aurora) == {("complete", "limited"): 1}
    assert verdict_tallies([before.pk])[before.pk].total == 1


@pytest.mark.django_db
def test_a_withdrawn_report_is_counted_no_more() -> None:
    cast, cycle = read_cast(), make_cycle(read_charter(), "2026-h1")
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    make_published_cycle(cycle)
    number = Publication.objects.latest("number").number
    for model in (PublishedReport, PublishedVerdict):
        model.objects.filter(cycle=cycle).update(valid_to=number + 1)

    assert verdict_tallies([cycle.pk])[cycle.pk].total == 0
    assert commitment_tallies(cycle) == {}
    with reading_as_of(number):
        assert verdict_tallies([cycle.pk])[cycle.pk].total == commitment_tallies(cycle)["find"].total == 1


@pytest.mark.django_db
def test_verdicts_that_moved_are_counted_whole_and_read_in_part() -> None:
    read_cast()
    before, now = (make_published_cycle(make_cycle(read_charter(), slug)) for slug in ("2025-h2", "2026-h1"))
    *_others, first, second, third = make_published_members(before, 4)
    values = {first.pk: "complete", second.pk: "complete", third.pk: "no_evidence"}
    for row in PublishedVerdict.objects.filter(cycle=before, commitment_key="find"):
        row.pk, row.cycle, row.value = None, now, values.get(row.organisation_id, "limited")
        row.save()
    days = (date(2026, 1, 1), date(2026, 1, 1))

    part, whole = (
        changes_between(Side(before), Side(now), days=days, numbers=(0, 0), limit=limit)
        for limit in (1, None)
    )

    assert [(each.rose.total, each.fell.total, each.stayed) for each in (part, whole)] == [(2, 1, 1)] * 2
    assert [move.organisation for move in part.rose.rows] == [first]
    assert [move.organisation for move in whole.rose.rows] == [first, second]
    assert [move.organisation for each in (part, whole) for move in each.fell.rows] == [third, third]
