"""What the table of retention periods says, in both languages, is what the purge does."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import translation

from alliance.services import report_uploads
from alliance.services.subscription_links import CONFIRM_WITHIN
from portal.kernel.files import storage
from portal.kernel.files.integrity import scrub
from portal.kernel.privacy.retention import RetentionRule, retention_table
from practices.services import imports

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY, YEAR = timedelta(days=1), timedelta(days=365)

# periods that something else than the purge keeps, or that are no promise
ELSEWHERE = {
    "reset-links": [timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)],
    "attempts": [DAY],  # the longest time that a limit counts over
    "files": [storage._GRACE_PERIOD],
    "unused-files": [scrub.UNREFERENCED_KEPT_FOR],
    "subscriptions": [CONFIRM_WITHIN],  # written into each row
    "report-uploads": [report_uploads.WAITS],  # the file itself
    "imports": [imports.UNCONFIRMED_RETENTION],  # the files themselves
    "logs": [timedelta(days=30)],  # recommended to whoever runs the portal
}
_ENGLISH = re.compile(r"(?:(\d+)|\b(?:a|an))\s(hour|day|week|year)s?\b")
_RUSSIAN = re.compile(r"(?:(\d+)\s|(?<!\w))(час|сут|дн|день|недел|год|лет)(\w*)")
_VAGUE = re.compile(r"\bнесколько часов|\bsome hours|\bsome minutes")
_UNITS = {
    "hour": timedelta(hours=1), "день": DAY, "day": DAY, "week": timedelta(days=7), "year": YEAR,
    "час": timedelta(hours=1), "сут": DAY, "дн": DAY, "недел": timedelta(days=7), "год": YEAR, "лет": YEAR,
}  # fmt: skip


def periods_in(sentence: str, language: str) -> list[timedelta]:
    """The periods that a sentence names, the shortest first; without a number it is one."""
    words = _VAGUE.sub("", sentence)
    matches = (_ENGLISH if language == "en" else _RUSSIAN).finditer(words)
    return sorted({int(match[1] or 1) * _UNITS[match[2]] for match in matches})


def sentence(rule: RetentionRule, language: str) -> str:
    with translation.override(language):
        return str(rule.how_long)


def periods_asked(rule: RetentionRule) -> Iterator[timedelta]:
    """How long ago something has to be, in the queries of a purge; nothing for what has ended by now."""
    for rows in rule.rows:
        for value in rows(NOW).query.sql_with_params()[1]:
            if isinstance(value, datetime) and value != NOW:
                yield NOW - value
            elif isinstance(value, date) and not isinstance(value, datetime):
                yield NOW.date() - value


@pytest.mark.parametrize("rule", retention_table(), ids=lambda rule: rule.name)
def test_the_periods_of_the_table_are_those_of_the_purge(rule: RetentionRule) -> None:
    periods = {*periods_asked(rule), *ELSEWHERE.get(rule.name, ())}

    assert set(periods_in(sentence(rule, "en"), "en")) == periods
    assert periods_in(sentence(rule, "ru"), "ru") == periods_in(sentence(rule, "en"), "en")


@pytest.mark.parametrize("rule", retention_table(), ids=lambda rule: rule.name)
def test_no_query_purges_data_with_an_unlimited_period(rule: RetentionRule) -> None:
    words = sentence(rule, "en")

    assert ("бессрочно" in sentence(rule, "ru")) == ("indefinitely" in words)
    if words == "indefinitely":
        assert not rule.rows


def test_no_rule_of_the_exceptions_is_gone() -> None:
    assert ELSEWHERE.keys() <= {rule.name for rule in retention_table()}


@pytest.mark.parametrize(
    ("words", "language", "days"),
    [
        ("30 days; the file itself 7 days", "en", [7, 30]),
        ("some minutes, a day at most", "en", [1]),
        ("30 дней; сам файл — 7 дней", "ru", [7, 30]),
        ("пока не заменит, но не дольше года", "ru", [365]),
        ("неделю или до загрузки", "ru", [7]),
        ("бессрочно", "ru", []),
    ],
)
def test_periods_are_read_from_sentences(words: str, language: str, days: list[int]) -> None:
    assert periods_in(words, language) == [timedelta(days=count) for count in days]
