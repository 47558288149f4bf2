"""How verdicts are counted and compared with the cycle before."""

from alliance.queries.public.verdict_matrix import VerdictChanges, VerdictTally, verdict_changes


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
