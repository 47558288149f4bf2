"""A first and a last value in one row: no word stands on another one."""

from decimal import Decimal

import pytest

from portal.kernel.charts import Dumbbell, DumbbellChart
from portal.kernel.charts.text_metrics import width_of

_SIZE, _WIDTH = 13, 720
SMALL = Dumbbell("Кедр Мессенджер", Decimal(74310), first=Decimal(67961))
LARGE = Dumbbell("Granite", Decimal(4_900_000), first=Decimal(4_400_000))
FALLEN = Dumbbell("Aurora", Decimal(4_700_000), first=Decimal(4_990_000))


def test_a_page_of_rows_is_drawn_on_the_scale_of_all() -> None:
    whole = DumbbellChart(name="ranked", title="Pieces", rows=(SMALL, LARGE, FALLEN))
    page = DumbbellChart(
        name="ranked", title="Pieces", rows=(FALLEN,), others=(Decimal(67961), Decimal(4_990_000))
    )

    assert page.row_drawings() == whole.row_drawings()[2:]
    assert page.head_drawing == whole.head_drawing


@pytest.mark.parametrize("rows", [(SMALL, LARGE), (FALLEN, SMALL), (LARGE, FALLEN)])
def test_a_first_value_touches_neither_the_name_nor_the_last_value(rows: tuple[Dumbbell, ...]) -> None:
    chart = DumbbellChart(name="ranked", title="Pieces", rows=rows, width=_WIDTH)

    for name, last, last_x, shape in chart.layout:
        width = width_of(shape.word, _SIZE)
        start = shape.word_x - width if shape.anchor == "end" else shape.word_x
        assert shape.word
        assert start > width_of(name, _SIZE) + 4
        assert start + width < last_x - width_of(last, _SIZE, bold=True) - 4
    assert chart.ticks[0][0] > width_of("Aurora", _SIZE)
