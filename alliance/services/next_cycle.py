"""The next cycle, proposed from the last: its dates one period later, its names in the pattern of the last."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import translation
from django.utils.dates import MONTHS

from alliance.models import Cycle
from alliance.services.cycles import CyclePlan
from portal.kernel.text import LANGUAGES

_MONTHS_OF_YEAR = 12


def propose_next_cycle(last: Cycle) -> CyclePlan:
    """A plan for the cycle after this one; nothing is saved.

    Periods of whole months are followed by as many months, others by as many days; a deadline on the last day of a
    month stays there. The charter and the numbers of days are those of the last.
    """
    months = _whole_months(last.starts_on, last.ends_on)
    days = (last.ends_on - last.starts_on).days + 1

    def shift(day: date) -> date:
        return add_months(day, months) if months else day + timedelta(days=days)

    starts_on = last.ends_on + timedelta(days=1)
    ends_on = shift(last.ends_on)
    periods = ((last.starts_on, last.ends_on), (starts_on, ends_on))
    return CyclePlan(
        slug=_replace(last.slug, _tokens(*periods))[:30],
        titles={language: _next_title(last, language, *periods) for language in LANGUAGES},
        charter=last.charter,
        starts_on=starts_on,
        ends_on=ends_on,
        due_on=shift(last.due_on),
        grace_days=last.grace_days,
        review_days=last.review_days,
        response_days=last.response_days,
        correction_days=last.correction_days,
        publish_on=shift(last.publish_on) if last.publish_on else None,
    )


def _whole_months(starts_on: date, ends_on: date) -> int:
    """How many calendar months the period consists of; 0 where it is not one of whole months."""
    if starts_on.day != 1 or not _is_last_of_month(ends_on):
        return 0
    return (ends_on.year - starts_on.year) * _MONTHS_OF_YEAR + ends_on.month - starts_on.month + 1


def _is_last_of_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month stays the last, a day that there is not becomes it."""
    year, month = divmod(day.year * _MONTHS_OF_YEAR + day.month - 1 + months, _MONTHS_OF_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if _is_last_of_month(day) else min(day.day, last))


Period = tuple[date, date]


def _next_title(last: Cycle, language: str, before: Period, after: Period) -> str:
    title = getattr(last, f"title_{language}") or ""
    with translation.override(language):
        months = {
            str(MONTHS[old.month]): str(MONTHS[new.month]) for old, new in zip(before, after, strict=True)
        }
    return _replace(title, {**_tokens(before, after), **months})[:80]


def _tokens(before: Period, after: Period) -> dict[str, str]:
    """What the names of a period are made of, with what stands there in the next: years, halves, quarters, months."""
    tokens = {f"{old.year}": f"{new.year}" for old, new in zip(before, after, strict=True)}
    if before[0].year == before[1].year and before[0].year != after[0].year:
        tokens = {f"{before[0].year}": f"{after[0].year}"}
    length = _whole_months(*before)
    if length and length < _MONTHS_OF_YEAR and _MONTHS_OF_YEAR % length == 0:
        old, new = ((period[0].month - 1) // length + 1 for period in (before, after))
        tokens |= {f"{letter}{old}": f"{letter}{new}" for letter in ("h", "q", "")}
    if length == 1:
        tokens[f"{before[0].month:02}"] = f"{after[0].month:02}"
    return tokens


def _replace(text: str, tokens: Mapping[str, str]) -> str:
    """The text with all of them replaced at once; the first letter keeps its case."""
    lowered = {old.casefold(): new for old, new in tokens.items() if old}
    if not lowered:
        return text
    longest_first = "|".join(re.escape(old) for old in sorted(lowered, key=len, reverse=True))

    def put(match: re.Match[str]) -> str:
        old, new = match[0], lowered[match[0].casefold()]
        return new[:1].upper() + new[1:] if old[:1].isupper() else new[:1].lower() + new[1:]

    return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", put, text, flags=re.IGNORECASE)
