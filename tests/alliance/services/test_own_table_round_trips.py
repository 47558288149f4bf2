"""Every kind of answer, written as somebody's own table and mapped, comes back as it was."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, data, integers, permutations, sampled_from

from alliance.enums import FigureStatus, UploadKind, ValueType
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Figure, Report, ReportUpload
from alliance.queries.report_frame import ReportFrame, RequestedFigure, report_frame
from alliance.queries.upload_differences import UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.services.figures import FigureChange, save_figures
from alliance.services.table_reading import read_rows, read_table
from alliance.services.table_targets import TableTargets
from alliance.services.upload_reading import FileReading
from alliance.validators.foreign_tables import NumberStyle, Rows, TableSource
from alliance.validators.table_plans import ColumnRole, TablePlan
from portal.kernel.access import acting_as
from portal.kernel.text import plain_decimal
from tests.alliance.services.test_round_trips import answers
from tests.factories import Cast
from tests.support.every_kind import make_report_of_every_kind

pytestmark = pytest.mark.django_db

NAMES = ("indicator", "service", "part")
FIELDS = ("value", "lower", "upper", "numerator", "denominator", "status", "reason", "method", "note")
SOURCES = [("utf-8", ";"), ("utf-16", "\t"), ("utf-8", ","), ("utf-8", "|")]
GROUPS = {NumberStyle.POINT: ("", " ", "\u00a0", ","), NumberStyle.COMMA: ("", " ", "\u202f", ".")}


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report_of_every_kind(cast)


def written(number: Decimal | None, style: NumberStyle, group: str) -> str:
    """A number as a program of this style writes it, its thousands parted by `group`."""
    if number is None:
        return ""
    whole, _point, decimals = (plain_decimal(number) or "").partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    return f"{grouped}{'.' if style == NumberStyle.POINT else ','}{decimals}" if decimals else grouped


def line_of(target: RequestedFigure, values: FigureValues, style: NumberStyle, group: str) -> dict[str, str]:
    """The row of one figure, by the names of the columns."""
    kind, is_reported = target.indicator.value, values.is_reported
    answer = written(values.value, style, group)
    if kind == ValueType.CHOICE:
        answer = next(
            (each["title"]["en"] for each in target.indicator.choices if each["key"] == values.choice), ""
        )
    elif kind == ValueType.YES_NO and is_reported:
        answer = "yes" if values.value else "no"
    elif values.numerator is not None:
        answer = ""  # it follows from part and whole
    return {
        "indicator": target.indicator.key,
        "service": target.service.slug if target.service else "The whole organisation",
        "part": target.cell,
        **{
            name: written(getattr(values, name), style, group)
            for name in ("lower", "upper", "numerator", "denominator")
        },
        "value": f"~{answer}" if values.estimate else answer,
        "status": "" if is_reported else str(FigureStatus(values.status).label),
        **{name: getattr(values, name) for name in ("reason", "method", "note")},
    }


def drawn_answers(drawn: DataObject, frame: ReportFrame) -> Iterator[tuple[RequestedFigure, FigureValues]]:
    """Figures with all that a table of one's own can say of them."""
    for target, values in drawn.draw(answers(frame)):
        yield target, replace(values, definition_changed=False, definition_note="")


def mapped(rows: Rows, frame: ReportFrame, style: NumberStyle, first_row: int) -> TablePlan:
    """What a person says of the table: which columns have names, how numbers are written, what each name stands for."""
    header = rows[first_row - 1]
    roles = [ColumnRole.NAME if text in NAMES else ColumnRole.VALUE for text in header]
    plan = TablePlan(first_row, 1, style, roles)
    targets = TableTargets(frame)
    names = {name.key: targets.suggest(name) for name in plan.all_names(rows)}
    return TablePlan.from_json(replace(plan, names=names).to_json())  # as it is kept for the next file


def test_every_kind_of_answer_comes_back_from_a_table_of_ones_own(
    report: Report, cast: Cast, full: bool
) -> None:
    @settings(
        max_examples=25 if full else 4,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        drawn=data(),
        style=sampled_from(list(NumberStyle)),
        source=sampled_from(
            [
                TableSource("utf-8", ";"),
                TableSource("utf-16", "\t"),
                TableSource("utf-8", ","),
                TableSource("utf-8", "|"),
            ]
        ),
        columns=permutations([*NAMES, *FIELDS]),
        title_rows=integers(0, 2),
    )
    def come_back(
        drawn: DataObject, style: NumberStyle, source: TableSource, columns: list[str], title_rows: int
    ) -> None:
        alice, frame = cast.actor("alice"), report_frame(report)
        figures = list(drawn_answers(drawn, frame))
        group = drawn.draw(sampled_from(GROUPS[style]))
        with acting_as(alice):
            Figure.objects.filter(report=report).delete()
            save_figures(alice, report, [FigureChange(target, values, None) for target, values in figures])
        text = io.StringIO()
        table = csv.DictWriter(text, columns, delimiter=source.separator, lineterminator="\r\n")
        text.write("Our report\r\n" * title_rows)
        table.writeheader()
        table.writerows(line_of(target, values, style, group) for target, values in figures)

        places = {target.place for target, _values in figures}
        rows = read_rows(text.getvalue().encode(source.encoding), source).rows
        assert_come_back(report, cast, rows, style, title_rows + 1, places)

    come_back()


def assert_come_back(
    report: Report, cast: Cast, rows: Rows, style: NumberStyle, first_row: int, places: set[FigurePlace]
) -> None:
    with acting_as(cast.actor("alice")):
        copy = working_copy(report)
        reading = FileReading(b"", copy.frame, "en", lambda _done, _total, _proposals: None)
        file = read_table(reading, rows, mapped(rows, copy.frame, style, first_row))
        proposals = [proposal.to_json() for proposal in file.proposals]
        upload = ReportUpload(report=report, kind=UploadKind.TABLE, proposals=proposals)
        differences = UploadDifferences(upload, copy).rows

    assert not [row.refusals for row in differences if row.refusals]
    assert {row.kind for row in differences} <= {"unchanged"}
    read_values = {row.proposal.place: FigureValues(**row.proposal.values).cleaned() for row in differences}
    assert read_values == {place: FigureValues.of(copy.figures[place]) for place in places}
