"""A target over time: values are joined only where nothing lies between, and everything stays within the drawing."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.kernel.charts import TargetTrack, TrackKind, TrackPoint

FIRST, LAST, TODAY = date(2025, 1, 1), date(2027, 12, 31), date(2026, 11, 1)
ENDS = [date(2025, 6, 30), date(2025, 12, 31), date(2026, 6, 30)]


def point(number: int, value: str | None, kind: TrackKind = TrackKind.VALUE, **more: Any) -> TrackPoint:
    end = ENDS[number]
    start = date(end.year, 1 if end.month == 6 else 7, 1)
    number_ = None if value is None else Decimal(value)
    return TrackPoint(f"Period {number}", start, end, kind, number_, **more)


def track(*points: TrackPoint, **changes: Any) -> TargetTrack:
    facts: dict[str, Any] = {
        "name": "promise-1", "title": "Ten found", "first": FIRST, "last": LAST, "today": TODAY,
        "signed_on": date(2025, 2, 1), "due_on": date(2027, 6, 30), "points": points, "goal": Decimal(10),
        "goal_text": "10", "higher_is_better": True, **changes,
    }  # fmt: skip
    return TargetTrack(**facts)


def lines(drawing: TargetTrack) -> int:
    return drawing.layout.line.count("M")


def test_no_line_crosses_a_gap_or_a_changed_definition() -> None:
    whole = track(point(0, "4"), point(1, "6"), point(2, "8"))
    gap = track(point(0, "4"), point(1, None, TrackKind.NOT_FILED), point(2, "8"))
    broken = track(point(0, "4"), point(1, "6"), point(2, "8", breaks_before=True))

    assert [lines(drawing) for drawing in (whole, gap, broken)] == [2, 0, 1]
    assert gap.layout.crosses


@pytest.mark.parametrize(("higher", "top"), [(True, True), (False, False)])
def test_the_good_side_is_tinted(higher: bool, top: bool) -> None:
    good = track(point(0, "4"), higher_is_better=higher).layout.good

    assert good is not None
    assert (good[1] == 2) is top


def test_a_neutral_indicator_has_no_tint() -> None:
    assert track(point(0, "4"), higher_is_better=None).layout.good is None


@pytest.mark.parametrize("value", ["0", "0.0004", "1234567890", "-5"])
def test_everything_stays_within_the_drawing(value: str) -> None:
    drawing = track(point(0, value), point(2, value, estimate=True, lower=Decimal(value) - 1))

    numbers = [
        float(x) for x in re.findall(r"[MLA ](-?[\d.]+) -?[\d.]+", drawing.layout.line + drawing.layout.goal)
    ]
    assert all(0 <= x <= drawing.width for x in numbers)
    for word in drawing.layout.words:
        assert 0 <= word.x <= drawing.width
    assert drawing.svg.startswith("<svg")


def test_the_table_and_the_words_have_every_period() -> None:
    drawing = track(
        point(0, None, TrackKind.WITHHELD, text="Withheld"), point(1, "6", estimate=True), point(2, "8")
    )

    assert drawing.table.rows[:3] == [["Period 0", "Withheld"], ["Period 1", "≈ 6"], ["Period 2", "8"]]
    assert "Target: 10" in drawing.words
    assert len(drawing.layout.hatched) == 1


def test_levels_without_room_show_each_run_once_and_every_correction() -> None:
    levels = [2, 2, 2, 4, 4, 2, 2, 2]
    days = [date(2019 + number // 2, 6 if number % 2 else 12, 30) for number in range(len(levels))]
    points = [
        TrackPoint(
            f"Period {number}", day, day, TrackKind.LEVEL, level=level, text=str(level), url=f"/{number}/",
            was="complete" if number == 6 else "",
        )
        for number, (day, level) in enumerate(zip(sorted(days), levels, strict=True))
    ]  # fmt: skip
    narrow = track(*points, first=date(2010, 1, 1), goal=None)
    wide = track(*points, first=date(2019, 1, 1), last=date(2023, 12, 31), width=900, goal=None)

    assert [tile.level for tile in narrow.layout.tiles] == [2, 4, 2, 2]
    assert [shape.url for shape in narrow.layout.points] == ["/2/", "/4/", "/6/", "/7/"]
    assert narrow.layout.corrected
    assert [tile.level for tile in wide.layout.tiles] == levels
    assert len(narrow.table.rows) == len(wide.table.rows)
