"""What somebody types into the one box of a figure: words of both languages, units, estimates, and what is refused."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from alliance.enums import FigureStatus, Unit, ValueType
from alliance.figure_fields import FigureValues
from alliance.validators.cell_texts import CellKind, CellReading, read_cell_text, with_reading
from portal.kernel.errors import DomainError

HOURS = CellKind(ValueType.DURATION, Unit.HOURS, "hours")
SHARE = CellKind(ValueType.SHARE, Unit.PERCENT, "%")
PIECES = CellKind(ValueType.COUNT, Unit.PIECES, "pieces")
ANSWER = CellKind(ValueType.YES_NO)
CHOICE = CellKind(ValueType.CHOICE, choices={"daily": "day", "ежедневно": "day"}, answers="Daily")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("n/a", FigureStatus.NOT_APPLICABLE),
        ("–", FigureStatus.NOT_APPLICABLE),
        ("Неприменимо", FigureStatus.NOT_APPLICABLE),
        ("н/д", FigureStatus.NOT_MEASURED),
        ("Not  measured", FigureStatus.NOT_MEASURED),
        ("не измерялось", FigureStatus.NOT_MEASURED),
        ("отказ", FigureStatus.DECLINED),
    ],
)
def test_words_of_either_language_say_why_there_is_no_number(text: str, status: str) -> None:
    assert read_cell_text(text, PIECES, "en") == CellReading(status=status)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("status", [each for each in FigureStatus if each != FigureStatus.REPORTED])
def test_the_words_that_a_cell_shows_can_be_typed_back(language: str, status: FigureStatus) -> None:
    with override(language):
        assert read_cell_text(status.label.lower(), PIECES, language).status == status


@pytest.mark.parametrize(
    ("text", "kind", "language", "number"),
    [
        ("1.5 h", HOURS, "en", "1.5"),
        ("1,5 ч", HOURS, "ru", "1.5"),
        ("12 часов", HOURS, "ru", "12"),
        ("84.8 %", SHARE, "en", "84.8"),
        ("84,8%", SHARE, "ru", "84.8"),
        ("1,270 pieces", PIECES, "en", "1270"),
        ("-3", PIECES, "en", "-3"),
    ],
)
def test_a_unit_that_fits_is_taken(text: str, kind: CellKind, language: str, number: str) -> None:
    assert read_cell_text(text, kind, language).value == Decimal(number)


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("5 %", HOURS, "this figure is in hours"),
        ("5 h", SHARE, "this figure is in %"),
        ("90 min", HOURS, "this figure is in hours"),
        ("5 h", PIECES, "this figure is in pieces"),
        ("1.2 mln", PIECES, "in full"),
        ("about a lot", PIECES, "“about a lot” is not a number"),
        ("#REF!", PIECES, "“#REF!” is an error of the spreadsheet and no answer"),
        ("#N/A", PIECES, "is an error of the spreadsheet"),
        ("#Н/Д", ANSWER, "is an error of the spreadsheet"),
        ("#ДЕЛ/0!", CHOICE, "is an error of the spreadsheet"),
        ("Err:502", PIECES, "is an error of the spreadsheet"),
        ("#1", PIECES, "is not a number"),
        ("12.03.2026", PIECES, "is not a number"),
        ("99999999999999999999", PIECES, "Too many digits"),
        ("maybe", ANSWER, "Answer yes or no"),
        ("weekly", CHOICE, "listed answers: Daily."),
        ("1" * 300, PIECES, "too long"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_in_words(text: str, kind: CellKind, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        read_cell_text(text, kind, "en")


def test_answers_and_choices_are_read_in_either_language() -> None:
    assert read_cell_text("Да", ANSWER, "en").value == 1
    assert read_cell_text("no", ANSWER, "ru").value == 0
    assert read_cell_text("Ежедневно", CHOICE, "en").choice == "day"


def test_an_estimate_is_marked_as_one_and_a_status_takes_the_number_and_its_bounds_away() -> None:
    bounds = FigureValues(
        value=Decimal(66), lower=Decimal(62), upper=Decimal(71), estimate=True, note="Sampled."
    )

    about = with_reading(None, read_cell_text("≈ 66", PIECES, "en"))
    none = with_reading(bounds, read_cell_text("n/a", PIECES, "en"))

    assert about == FigureValues(value=Decimal(66), estimate=True)
    assert none == FigureValues(status=FigureStatus.NOT_APPLICABLE, note="Sampled.")


def test_a_number_typed_over_an_estimate_is_one_too_where_it_has_bounds() -> None:
    number = read_cell_text("70", PIECES, "en")
    alone = FigureValues(value=Decimal(66), estimate=True)
    bounds = FigureValues(value=Decimal(66), lower=Decimal(62), upper=Decimal(71), estimate=True)
    marked_first = FigureValues(estimate=True, method="Sampled.")

    estimates = [with_reading(each, number) for each in (alone, bounds, marked_first)]

    assert [each and each.estimate for each in estimates] == [False, True, True]


def test_an_emptied_figure_is_deleted_unless_it_has_other_values() -> None:
    empty = read_cell_text("  ", PIECES, "en")

    assert with_reading(FigureValues(value=Decimal(5)), empty) is None
    assert with_reading(FigureValues(value=Decimal(5), note="Why"), empty) == FigureValues(note="Why")


def test_a_share_that_follows_from_its_parts_is_not_typed_over() -> None:
    share = FigureValues(value=Decimal(50), numerator=Decimal(1), denominator=Decimal(2))

    for text in ("51", ""):
        with pytest.raises(DomainError, match="part and whole"):
            with_reading(share, read_cell_text(text, SHARE, "en"))


def test_a_part_without_its_whole_leaves_the_share_to_be_emptied() -> None:
    share = FigureValues(value=Decimal(50), numerator=Decimal(1))

    assert with_reading(share, CellReading(is_empty=True)) == FigureValues(numerator=Decimal(1))
