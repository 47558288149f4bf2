"""What was before and after: which disc is hollow, where the arrow points, and that no word leaves the drawing."""

import re
from decimal import Decimal

import pytest
from django.utils import translation

from portal.kernel.charts import Change, ChangeChart
from portal.kernel.charts.text_metrics import width_of

FALL, RISE = Change("Contact", Decimal("4.1"), Decimal("1.6")), Change("Answers", Decimal(20), Decimal(31))


def chart(*changes: Change, unit: str = "in 10,000") -> ChangeChart:
    return ChangeChart(name="changes", title="Before and after", unit=unit, changes=changes)


def start_of(path: str) -> float:
    return float(re.match(r"M(-?[\d.]+)", path).group(1))


@pytest.mark.parametrize("change", [FALL, RISE])
def test_the_arrow_leads_from_the_hollow_disc_to_the_filled_one(change: Change) -> None:
    (row,) = chart(change).layout.rows
    way = 1 if change.after > change.before else -1

    begin, end = (float(place.split()[0]) for place in row.shaft[1:].split("L"))
    assert (start_of(row.after) - start_of(row.before)) * way > 0
    assert (end - begin) * way > 0
    svg = chart(change).svg
    assert f'class="chart-hollow" d="{row.before}"' in svg
    assert f'class="chart-full" d="{row.after}"' in svg


def test_values_that_touch_have_no_arrow() -> None:
    (row,) = chart(Change("Same", Decimal(31), Decimal("31.1"))).layout.rows
    assert (row.shaft, row.head) == ("", "")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    "changes",
    [
        [FALL, RISE],
        [Change("None", Decimal(0), Decimal(0))],
        [Change("Below", Decimal(-4), Decimal(12))],
        [Change("Очень длинное название того, что измеряли " * 3, Decimal(10**12), Decimal("0.000001"))],
        [Change("From nothing", Decimal("0"), Decimal("0.4"))],
    ],
)
def test_every_word_stays_within_the_drawing(changes: list[Change], narrow: bool) -> None:
    drawn = chart(*changes).narrow if narrow else chart(*changes)
    for row in drawn.layout.rows:
        for word in (row.before_word, row.after_word):
            width = width_of(word.text, 14)
            left = word.x - (width if word.anchor == "end" else 0)
            assert left >= 0, word
            assert left + width <= drawn.width, word


def test_it_is_given_in_words_and_as_a_table_in_the_readers_language() -> None:
    with translation.override("ru"):
        drawn = chart(FALL)
        assert drawn.table.rows == [["Contact", "4,1", "1,6"]]
    assert chart(FALL).words == "Contact: 4.1 before, 1.6 after. in 10,000."
