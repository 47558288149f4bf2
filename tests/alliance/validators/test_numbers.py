"""Numbers as people type them, by language."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, strategies

from alliance.validators.numbers import ANY_LANGUAGE, parse_number, read_back
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure, plain_decimal


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1234.5", "en", "1234.5"),
        ("1,234.5", "en", "1234.5"),
        ("1,234", "en", "1234"),
        ("1,234,567", "en", "1234567"),
        ("1 234.5", "en", "1234.5"),
        ("1 234,5", "ru", "1234.5"),
        ("1\u00a0234,5", "ru", "1234.5"),
        ("1\u202f234\u202f567", "ru", "1234567"),
        ("1234.5", "ru", "1234.5"),
        ("0", "ru", "0"),
        ("81,3 %", "ru", "81.3"),
        ("\u22124", "en", "-4"),
        (" 0.5 ", "en", "0.5"),
        ("1'234", "en", "1234"),
        ("0,125", "ru", "0.125"),
        ("-0,125", "ru", "-0.125"),
        ("1 234,567", "ru", "1234.567"),
        ("1,2340", "ru", "1.234"),
        ("0,125", ANY_LANGUAGE, "0.125"),
        ("1,234,567", ANY_LANGUAGE, "1234567"),
    ],
)
def test_parse_number_reads_what_the_language_writes(text: str, language: str, number: str) -> None:
    assert parse_number(text, language) == Decimal(number)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "about a third",
        "NaN",
        "Infinity",
        "1e30",
        "10^30",
        "1" + "0" * 30,
        "1.2.3",
        "12,34.5",
        "--4",
        "0x10",
        "٣",
        "1 2",
        "120 64",
        "12\n345",
        "12\t345",
        "1 2345",
        "1234 567",
    ],
)
def test_parse_number_refuses_what_is_no_number(text: str, language: str) -> None:
    with pytest.raises(DomainError):
        parse_number(text, language)


def test_parse_number_refuses_an_ambiguous_comma_in_russian_and_offers_both() -> None:
    with pytest.raises(DomainError) as refusal:
        parse_number("1,234", "ru")

    assert "1 234 " in str(refusal.value)
    assert "1,2340" in str(refusal.value)


def test_thousands_do_not_begin_with_a_zero() -> None:
    with pytest.raises(
        DomainError, match=r"“0,125”: in English, decimals begin with a point\. Enter 0\.125\."
    ):
        parse_number("0,125", "en")


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,5", "12.5"), ("1\u202f270,5 %", "1270.5"), ("1.270,55", "1270.55"), ("\u22120,5", "-0.5")],
)
def test_a_decimal_comma_in_english_is_refused_with_what_to_enter(text: str, number: str) -> None:
    with pytest.raises(DomainError) as refusal:
        parse_number(text, "en")

    assert str(refusal.value).endswith(f"Enter {number}.")
    parse_number(number, "en")


def test_parse_number_refuses_more_decimals_than_are_kept() -> None:
    with pytest.raises(DomainError, match="15"):
        parse_number("0.0000000000000001", "en")


@pytest.mark.parametrize(
    "text", ["1234567890.123456", "12.12345678901234", "1234567890123456", "1000000000000.001"]
)
def test_parse_number_refuses_more_digits_than_a_spreadsheet_keeps(text: str) -> None:
    with pytest.raises(DomainError, match="Too many digits: at most 15"):
        parse_number(text, "en")


@given(
    digits=strategies.integers(min_value=0, max_value=10**15 - 1),
    places=strategies.integers(min_value=0, max_value=15),
    language=strategies.sampled_from(["en", "ru"]),
)
def test_fifteen_digits_are_read_shown_and_written_as_they_were_given(
    digits: int, places: int, language: str
) -> None:
    number = Decimal(digits).scaleb(-places)

    with translation.override(language):
        shown = read_back(format_figure(number), language)

    assert parse_number(shown, language) == number
    assert Decimal(plain_decimal(number)) == number
    assert Decimal(repr(float(number))) == number


def test_parse_number_says_what_would_be_right() -> None:
    with pytest.raises(DomainError, match=r"“about a third” is not a number.*1,234\.5"):
        parse_number("about a third", "en")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "number", ["1.234", "-12.345", "0.125", "3.2", "1234", "1234.567", "12345.678", "1234567", "0"]
)
def test_what_is_shown_in_a_field_is_read_back_as_the_same_number(number: str, language: str) -> None:
    with translation.override(language):
        text = read_back(format_figure(Decimal(number)), language)

    assert parse_number(text, language) == Decimal(number)
