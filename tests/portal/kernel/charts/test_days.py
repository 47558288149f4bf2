"""Counts over days: what lies where, that no words overlap or leave the drawing, and the table."""

from datetime import date, timedelta

import pytest

from portal.kernel.charts import DayBand, DayChart, DayCurve, NamedDay
from portal.kernel.charts.text_metrics import width_of

FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)
DUE, GRACE = date(2027, 2, 28), date(2027, 3, 10)
OWN = DayCurve("Now", [(FIRST, 0), (date(2027, 2, 1), 20), (date(2027, 2, 21), 84)], "84 submitted")
PEER = DayCurve("Then", [(FIRST, 0), (LAST, 183)], "183 in the last cycle", peer=True)


def chart(*days: NamedDay, curves: tuple[DayCurve, ...] = (OWN, PEER)) -> DayChart:
    return DayChart(
        name="filings", title="Submitted", first=FIRST, last=LAST, curves=curves, ceiling=200,
        bands=[DayBand(DUE, GRACE, "grace")], days=days, today=date(2027, 2, 21),
    )  # fmt: skip


def test_the_peer_lies_behind_and_both_stay_within() -> None:
    layout = chart().layout

    assert [curve.peer for curve in layout.curves] == [True, False]
    assert all(layout.left <= curve.x <= layout.right for curve in layout.curves)
    assert all(layout.top <= curve.y <= layout.bottom for curve in layout.curves)


def test_end_labels_of_curves_lie_beside_the_plot() -> None:
    layout = chart().layout
    end = next(curve for curve in layout.curves if curve.peer)

    assert (end.anchor, layout.right) == ("start", end.x)
    assert end.text_x > max(left + width for left, width, _label, _middle in layout.bands)
    assert end.text_x + width_of(end.text, 13) <= chart().width


@pytest.mark.parametrize("apart", [0, 1, 5, 20])
def test_named_days_do_not_overlap(apart: int) -> None:
    days = [NamedDay(DUE + timedelta(days=n * apart), "what happens on it") for n in range(3)]
    labels = [label for label in chart(*days).layout.labels if label.day]
    spans = []
    for label in labels:
        width = max(width_of(label.words, 13), width_of(label.day, 13, bold=True))
        left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
        assert left >= 0
        assert left + width <= chart().width
        spans.append((label.y, left, left + width))

    assert not [
        (a, b)
        for i, a in enumerate(spans)
        for b in spans[i + 1 :]
        if a[0] == b[0] and a[1] < b[2] and b[1] < a[2]
    ]
    assert labels


def test_the_table_has_each_day_on_which_something_happened() -> None:
    table = chart(NamedDay(DUE, "reports are due")).table

    assert table.header == ["Day", "Now", "Then"]
    assert [row[1:] for row in table.rows] == [
        ["0", "0"], ["20", "0"], ["84", "0"], ["–", "0"], ["–", "183"],
    ]  # fmt: skip
    assert table.rows[3][0].endswith(", reports are due")


def test_an_empty_curve_draws_nothing() -> None:
    assert chart(curves=(DayCurve("Now", [], ""),)).layout.curves == []


def test_days_must_be_in_order() -> None:
    with pytest.raises(ValueError, match="before the last"):
        DayChart(name="x", title="x", first=LAST, last=FIRST, curves=[], ceiling=1)
