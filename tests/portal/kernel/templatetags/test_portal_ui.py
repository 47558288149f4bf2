"""Numbers, dates and links in the reader's language."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from portal.kernel.templatetags import portal_ui

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "value", "unit", "expected"),
    [
        ("en", 1204318, "", "1,204,318"),
        ("en", "81.300", "%", f"81.3{NB}%"),
        ("en", Decimal("-0.6"), "", "−0.6"),
        ("en", 0, "", "0"),
        ("en", "100", "", "100"),
        ("ru", 1284, "", "1284"),
        ("ru", 12840, "", f"12{NB}840"),
        ("ru", "1234567.5", "%", f"1{NB}234{NB}567,5{NB}%"),
        ("en", "yes", "", "yes"),
        ("en", None, "", ""),
        ("en", "NaN", "", "NaN"),
    ],
)
def test_figures_in_the_readers_language(language: str, value: object, unit: str, expected: str) -> None:
    with translation.override(language):
        assert portal_ui.figure(value, unit) == expected


@pytest.mark.parametrize(("value", "expected"), [(5, "+5"), (-5, "−5"), (0, "0")])
def test_a_change_carries_its_sign(value: int, expected: str) -> None:
    assert portal_ui.signed(value) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", f"14{NB}August{NB}2026"), ("ru", f"14{NB}августа{NB}2026{NB}г.")]
)
def test_days_are_unbroken(language: str, expected: str) -> None:
    with translation.override(language):
        assert portal_ui.day(date(2026, 8, 14)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", f"14{NB}August{NB}2026, 16:20{NB}MSK"), ("ru", f"14{NB}августа{NB}2026{NB}г., 16:20{NB}МСК")],
)
def test_a_moment_names_its_zone(language: str, expected: str) -> None:
    with translation.override(language):
        assert portal_ui.moment(datetime(2026, 8, 14, 13, 20, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Yekaterinburg", f"14{NB}August{NB}2026, 18:20{NB}UTC+5"),
        ("Asia/Kathmandu", f"14{NB}August{NB}2026, 19:05{NB}UTC+5:45"),
        ("America/Sao_Paulo", f"14{NB}August{NB}2026, 10:20{NB}UTC-3"),
    ],
)
def test_a_zone_without_letters_of_its_own_is_named_by_its_distance(zone: str, expected: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert portal_ui.moment(datetime(2026, 8, 14, 13, 20, tzinfo=UTC)) == expected


def test_russian_binds_its_short_words() -> None:
    with translation.override("ru"):
        assert portal_ui.bound("Ответ в срок и по делу") == f"Ответ в{NB}срок и{NB}по{NB}делу"
        assert portal_ui.bound("июль — декабрь") == f"июль{NB}— декабрь"


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 1000, "001"), (0, 5, "000"), (5, 5, "100"), (1, 0, "000"), (1, 3, "033")]
)
def test_a_share_is_at_least_one_where_there_is_anything(part: int, whole: int, share: str) -> None:
    assert portal_ui.share_of(part, whole) == share


def test_an_icon_is_silent_and_needs_no_inline_style() -> None:
    drawn = portal_ui.icon("check")

    assert ('aria-hidden="true"' in drawn, "style=" in drawn) == (True, False)


@pytest.mark.parametrize(
    ("path", "url"),
    [("/en/members/?page=2", "/ru/members/?page=2"), ("/en/", "/ru/"), ("/workspace/", "/ru/")],
)
def test_the_other_language_keeps_the_page(path: str, url: str) -> None:
    request = RequestFactory().get(path)
    with translation.override("en"):
        assert portal_ui.language_url(Context({"request": request}), "ru") == url


def nav(path: str, **context: object) -> str:
    template = Template('{% load portal_ui %}{% nav_link "account_login" "Sign in" %}')
    return template.render(Context({"request": RequestFactory().get(path), **context}))


@pytest.mark.parametrize(
    ("path", "marked"),
    [("/accounts/login/", ' aria-current="page"'), ("/accounts/login/x/", ' aria-current="true"'), ("/", "")],
)
def test_the_navigation_marks_where_one_is(path: str, marked: str) -> None:
    assert nav(path) == f'<li><a href="/accounts/login/"{marked}>Sign in</a></li>'


def test_a_page_may_name_the_section_it_belongs_to() -> None:
    assert 'aria-current="true"' in nav("/elsewhere/", nav="account_login")


def test_no_page_no_link() -> None:
    template = Template('{% load portal_ui %}{% nav_link "no:such-page" "Nowhere" %}')

    assert template.render(Context({})) == ""
