"""Numbers, ticks, widths of words, and labels that give way to each other."""

import itertools
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.charts.numbers import format_short, format_value, round_to, tick_texts
from portal.kernel.charts.scales import Scale, log_ticks, stack, ticks_for
from portal.kernel.charts.shares import divide
from portal.kernel.charts.text_metrics import cut, width_of, wrap
from tests.support.made_up_values import UNTIMED


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_ticks_are_round_and_enclose_the_values() -> None:
    assert ticks_for(decimals("36", "81"), 7, ceiling=Decimal(100)) == decimals(
        "30", "40", "50", "60", "70", "80", "90", "100"
    )


def test_ticks_start_at_zero_when_zero_is_near() -> None:
    assert ticks_for(decimals("10", "95"), 5) == decimals("0", "20", "40", "60", "80", "100")


def test_ticks_of_counts_are_whole() -> None:
    assert ticks_for(decimals("0", "2"), 5, whole=True) == decimals("0", "1", "2")


def test_ticks_without_values_are_zero_and_one() -> None:
    ticks = ticks_for([], 4)
    assert (ticks[0], ticks[-1]) == (Decimal(0), Decimal(1))


def test_ticks_pass_through_zero_for_negative_values() -> None:
    assert Decimal(0) in ticks_for(decimals("-5.5", "8"), 6)


@UNTIMED
@given(st.lists(st.decimals(-(10**30), 10**30, allow_nan=False, places=3), min_size=1, max_size=20))
def test_any_values_lie_within_at_most_fifteen_ticks(values: list[Decimal]) -> None:
    ticks = ticks_for(values, 6)
    assert ticks[0] <= min(values) <= max(values) <= ticks[-1]
    assert 2 <= len(ticks) <= 15


def test_scale_maps_the_ends_on_the_ends() -> None:
    scale = Scale(Decimal(0), Decimal(10), 300, 20)
    assert (scale(Decimal(0)), scale(Decimal(5)), scale(Decimal(10))) == (300, 160, 20)


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("en", "1204318", "1,204,318"),
        ("ru", "1204318", "1\u00a0204\u00a0318"),
        ("en", "-0.60", "−0.6"),
        ("en", "83.90", "83.9"),
        ("ru", "81.3", "81,3"),
        ("en", "1E+6", "1,000,000"),
    ],
)
def test_values_are_written_as_in_texts_without_zeros_at_their_end(
    language: str, value: str, expected: str
) -> None:
    with translation.override(language):
        assert format_value(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1840", "1,840"), ("18406", "18.4k"), ("999999", "1m"), ("1286365", "1.29m"), ("2E+30", "2×10³⁰")],
)
def test_short_values_have_three_digits_from_ten_thousand_up(value: str, expected: str) -> None:
    with translation.override("en"):
        assert format_short(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        (("0", "50", "100"), ["0", "50", "100"]),
        (("0", "500000", "1000000"), ["0", "0.5m", "1.0m"]),
        (("0", "0.25", "0.50"), ["0", "0.25", "0.50"]),
        (("0", "5E+29", "1E+30"), ["0", "5×10²⁹", "1×10³⁰"]),
        (("0", "0.000001", "0.000002"), ["0", "1×10⁻⁶", "2×10⁻⁶"]),
    ],
)
def test_tick_texts_share_a_unit_and_their_decimals(ticks: tuple[str, ...], expected: list[str]) -> None:
    with translation.override("en"):
        assert tick_texts(decimals(*ticks)) == expected


def test_rounded_has_no_trailing_zero_and_no_negative_zero() -> None:
    assert [str(round_to(number)) for number in (12.04, 12.06, -0.01, 3.0)] == ["12", "12.1", "0", "3"]


def test_wrapping_fills_lines_and_cuts_what_is_left_over() -> None:
    lines = wrap("Автономная некоммерческая организация исследования детства", 170, 13)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(width_of(line, 13) <= 170 for line in lines)


def test_cutting_leaves_alone_what_fits() -> None:
    assert cut("Aurora", 200, 13) == "Aurora"


def test_a_text_is_cut_in_the_time_that_its_line_takes() -> None:
    """Were it shortened from its end, sign by sign, this would take an hour."""
    assert cut("Aurora " * 50_000, 200, 13) == cut("Aurora " * 50, 200, 13)


def test_one_endless_word_is_cut_too() -> None:
    assert width_of(wrap("Д" * 200, 100, 13)[0], 13) <= 100


def test_labels_that_fit_stay_where_they_want_to_be() -> None:
    assert stack([10, 50, 90], [16, 16, 16], 0, 200) == [10, 50, 90]


def test_labels_that_would_overlap_move_apart_evenly() -> None:
    assert stack([50, 50], [16, 16], 0, 200, gap=4) == [40, 60]


def test_labels_stay_inside_the_bounds() -> None:
    assert stack([195, 198], [16, 16], 0, 200, gap=4) == [164, 184]


@UNTIMED
@given(
    st.lists(
        st.tuples(st.floats(-500, 500), st.floats(8, 60)),
        min_size=1,
        max_size=12,
    )
)
def test_no_two_labels_ever_overlap(blocks: list[tuple[float, float]]) -> None:
    positions, heights = [block[0] for block in blocks], [block[1] for block in blocks]
    tops = stack(positions, heights, 0, 300, gap=2)
    placed = sorted(zip(tops, heights, strict=True))
    assert all(top + height <= after + 1e-6 for (top, height), (after, _) in itertools.pairwise(placed))
    assert placed[0][0] >= -1e-6


def test_shares_divide_in_proportion_but_none_below_its_need() -> None:
    assert divide(100, [80, 19, 1], [10, 10, 20]) == pytest.approx([64.65, 15.35, 20], abs=0.01)


def test_shares_shrink_alike_when_their_needs_do_not_fit() -> None:
    assert divide(60, [1, 9], [40, 80]) == [20, 40]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        (("0.3", "40"), ["0.25", "0.5", "1", "2", "4", "8", "16", "32", "64"]),
        (("56324", "2373000"), ["50000", "100000", "200000", "500000", "1000000", "2000000", "5000000"]),
        (("1", "5000000"), ["1", "10", "100", "1000", "10000", "100000", "1000000", "10000000"]),
    ],
)
def test_ticks_of_proportions_are_round_numbers_around_the_values(
    values: tuple[str, ...], ticks: list[str]
) -> None:
    assert log_ticks([Decimal(value) for value in values]) == [Decimal(tick) for tick in ticks]
