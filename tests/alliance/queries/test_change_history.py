"""What one person writes in one go is one change: within ten minutes of its beginning."""

from datetime import UTC, datetime, timedelta

import pytest

from alliance.queries.change_history import Sitting, VersionMark, group_sittings

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALICE, SVEN = 1, 2


def mark(number: int, minutes: int, writer: int | None = ALICE, **kinds: bool) -> VersionMark:
    return VersionMark(number, BEGIN + timedelta(minutes=minutes), writer, **kinds)


@pytest.mark.parametrize(
    ("marks", "sittings"),
    [
        ([], []),
        ([mark(1, 0), mark(2, 4), mark(3, 10)], [Sitting(0, 3)]),
        # each within ten minutes of the one before, and not of the first
        ([mark(1, 0), mark(2, 9), mark(3, 18), mark(4, 19)], [Sitting(2, 4), Sitting(0, 2)]),
        ([mark(1, 0), mark(2, 1, SVEN), mark(3, 2)], [Sitting(2, 3), Sitting(1, 2), Sitting(0, 1)]),
        ([mark(1, 0, None), mark(2, 1, None)], [Sitting(1, 2), Sitting(0, 1)]),
        (
            [mark(1, 0), mark(2, 1, is_emptied=True), mark(3, 2)],
            [Sitting(2, 3), Sitting(1, 2), Sitting(0, 1)],
        ),
        # what was taken away is found again, however soon it went
        ([mark(1, 0), mark(2, 1), mark(3, 2, is_loss=True), mark(4, 3)], [Sitting(2, 4), Sitting(0, 2)]),
    ],
)
def test_sittings(marks: list[VersionMark], sittings: list[Sitting]) -> None:
    assert group_sittings(marks) == sittings
