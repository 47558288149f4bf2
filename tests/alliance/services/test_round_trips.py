"""Every kind of answer goes out as a workbook and as CSV, and comes back as it was."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import (
    DataObject,
    DrawFn,
    booleans,
    composite,
    data,
    decimals,
    integers,
    none,
    sampled_from,
    text,
)

from alliance.enums import FigureStatus, UploadKind, ValueType
from alliance.figure_csv import rows_of, write_figure_csv
from alliance.figure_fields import FIELDS, FigureValues, ValueKind
from alliance.models import Answer, Figure, Indicator, Report, ReportUpload
from alliance.queries.report_frame import ReportFrame, RequestedFigure, report_frame
from alliance.queries.upload_differences import UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.services.answers import save_answer
from alliance.services.figures import FigureChange, save_figures
from alliance.services.form_reading import read_form
from alliance.services.upload_reading import FileReading, read_figures
from portal.kernel.access import acting_as
from tests.factories import Cast
from tests.support.every_kind import make_report_of_every_kind
from tests.support.report_forms import take_form

pytestmark = pytest.mark.django_db
# what a cell of a spreadsheet may be taken for: a formula, a line, an escape, a number, a word of the form
TEXTS = text("=+-@'\"|;,\n\t_x0041é я1%", max_size=16).map(str.strip) | sampled_from(
    [
        "=SUM(A1)",
        "+7 (495)",
        "-",
        "@all",
        "no",
        "Не применимо",
        "Yes / Да",
        "1,234",
        "first\nsecond",
        "“quoted”",
    ]
)
_DIGITS = 15  # that a spreadsheet keeps exactly


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report_of_every_kind(cast)


def numbers(kind: str) -> Any:
    """Numbers of this kind, up to as many digits as a spreadsheet keeps."""
    if kind == ValueType.COUNT:
        return integers(0, 10**_DIGITS - 1).map(Decimal)
    if kind == ValueType.SHARE:
        return decimals(0, 100, places=4)
    return decimals(0, 10**9 - 1, places=6) | decimals(0, 1, places=12)


@composite
def figure_values(draw: DrawFn, indicator: Indicator) -> FigureValues:
    """A figure as an editor may leave it: an answer with what belongs to it, or why there is none."""
    words = {
        name: draw(TEXTS) for name, spec in FIELDS.items() if spec.kind in (ValueKind.LINE, ValueKind.TEXT)
    }
    changed = draw(booleans())
    if draw(integers(0, 3)) == 0:
        statuses = [each for each in FigureStatus.values if each != FigureStatus.REPORTED]
        return FigureValues(status=draw(sampled_from(statuses)), definition_changed=changed, **words)
    words["reason"] = ""
    if indicator.value == ValueType.YES_NO:
        return FigureValues(value=Decimal(draw(booleans())), definition_changed=changed, **words)
    if indicator.value == ValueType.CHOICE:
        keys = [each["key"] for each in indicator.choices]
        return FigureValues(choice=draw(sampled_from(keys)), definition_changed=changed, **words)
    kind = numbers(indicator.value)
    bounds = {name: draw(none() | kind) for name in ("lower", "upper")}
    if indicator.value == ValueType.SHARE and draw(booleans()):  # it follows from its part and whole
        whole = draw(integers(1, 10**_DIGITS - 1))
        part = draw(integers(0, whole))
        return FigureValues(
            numerator=Decimal(part), denominator=Decimal(whole), definition_changed=changed, **bounds, **words
        )
    return FigureValues(
        value=draw(kind), estimate=draw(booleans()), definition_changed=changed, **bounds, **words
    )


@composite
def answers(draw: DrawFn, frame: ReportFrame) -> list[tuple[RequestedFigure, FigureValues]]:
    """A figure for most places; of what is worked out from months or quarters these alone."""
    targets = [
        target
        for required in frame.measures
        for row in required.figures
        for target in required.requested(row)
        if not (row.period and not target.cell)
    ]
    return [(target, draw(figure_values(target.indicator))) for target in targets if draw(integers(0, 4))]


def test_every_kind_of_answer_comes_back_as_it_was_as_a_form_and_as_csv(
    report: Report, cast: Cast, full: bool
) -> None:
    @settings(
        max_examples=25 if full else 4,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        drawn=data(),
        words=TEXTS.filter(bool),
        languages=sampled_from([["en"], ["ru"], ["en", "ru"], ["ru", "en"]]),
    )
    def come_back(drawn: DataObject, words: str, languages: list[str]) -> None:
        assert_answers_come_back(report, cast, drawn, words, languages)

    come_back()


def assert_answers_come_back(
    report: Report, cast: Cast, drawn: DataObject, words: str, languages: list[str]
) -> None:
    alice = cast.actor("alice")
    frame = report_frame(report)
    figures = drawn.draw(answers(frame))
    with acting_as(alice):
        Figure.objects.filter(report=report).delete()
        Answer.objects.filter(report=report).delete()
        save_figures(alice, report, [FigureChange(target, values, None) for target, values in figures])
        save_answer(
            alice, report, frame.measures[0].narratives[0], text=words, language=languages[-1], version=0
        )

    form = take_form(alice, report, *languages)
    with acting_as(alice):
        copy = working_copy(report)
        lines = "".join(write_figure_csv(rows_of(copy.figures.values()), languages[-1]))
        for kind, read, content in (
            (UploadKind.FORM, read_form, form),
            (UploadKind.FIGURES, read_figures, lines.encode("utf-8-sig")),
        ):
            reading = FileReading(content, copy.frame, languages[0], lambda _done, _total, _proposals: None)
            file = read(reading)
            proposals = [proposal.to_json() for proposal in file.proposals]
            upload = ReportUpload(report=report, kind=kind, taken_at=file.taken_at, proposals=proposals)
            rows = UploadDifferences(upload, copy).rows

            assert not [row.refusals for row in rows if row.refusals]
            assert {row.kind for row in rows} <= {"unchanged"}
            read_values = {row.proposal.place: row.proposal.values for row in rows}
            for place, figure in copy.figures.items():
                assert FigureValues(**read_values[place]) == FigureValues.of(figure), (kind, place)
            if kind == UploadKind.FORM:
                assert read_values[None] == {"text": words, "language": languages[-1]}
        assert {target.place for target, _values in figures} <= set(copy.figures)
