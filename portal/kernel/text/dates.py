"""How dates and moments are written in each language; a moment in the active time zone."""

from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as format_by_letters

from portal.kernel.text.languages import reader_language
from portal.kernel.text.numbers import NO_BREAK
from portal.kernel.text.times import format_time

_DATE_FORMATS = {"ru": "j E Y г."}
_SHORT_DATE_FORMATS = {"ru": "j E"}
# Zones that a language calls by letters of its own.
_ZONE_NAMES = {"ru": {"MSK": "МСК"}}


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _date_of(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    return timezone.localdate(value) if timezone.is_aware(value) else value.date()


@lru_cache(maxsize=1024)
def _format_date(on: date, form: str, language: str) -> str:
    """A date in the reader's language; cached, for lists repeat it."""
    del language  # the active one, in which the months are named
    return format_by_letters(on, form).replace(" ", NO_BREAK)


def format_date(value: date | datetime | None) -> str:
    """The date in words, unbroken: 14 August 2026; 14 августа 2026 г."""
    return "" if value is None else _format_date(_date_of(value), *_date_form())


def _date_form() -> tuple[str, str]:
    language = reader_language()
    return _DATE_FORMATS.get(language, "j F Y"), language


def format_short_date(value: date | datetime | None) -> str:
    """Day and month, for lists where the year is shown once: 14 Aug; 14 августа."""
    language = reader_language()
    form = _SHORT_DATE_FORMATS.get(language, "j M")
    return "" if value is None else _format_date(_date_of(value), form, language)


def format_moment(value: datetime | None) -> str:
    """Date, time and zone of a moment."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    date_of_it = _format_date(_date_of(value), *_date_form())
    return f"{date_of_it}, {format_time(local)}{NO_BREAK}{_name_of_zone(local.strftime('%Z'))}"


def format_end(value: datetime | None) -> str:
    """The moment at which a term ends: the end of a day is written as its 24:00, 11 December 2026, 24:00 MSK.

    Where clocks go forward at midnight the next day begins at 01:00; that moment is the 24:00 of the day before, too.
    """
    last = value.astimezone(UTC) - datetime.resolution if value else None
    if value is None or last is None or _date_of(last) == _date_of(value):
        return format_moment(value)
    return f"{format_date(last)}, 24:00{NO_BREAK}{_zone_name(value)}"


def _zone_name(value: datetime) -> str:
    return _name_of_zone(_local(value).strftime("%Z"))


def _name_of_zone(zone: str) -> str:
    if zone[:1] in ("+", "-"):
        # without letters of its own, by its distance: +0545 is UTC+5:45
        minutes = f":{zone[3:]}" if zone[3:] else ""
        return f"UTC{zone[0]}{int(zone[1:3])}{minutes}"
    return _ZONE_NAMES.get(reader_language(), {}).get(zone, zone)


def format_local_time(value: datetime | None) -> str:
    """The time of day of a moment, in the reader's format: 14:05, or 2:05 PM."""
    local = _local(value) if value else None
    return format_time(local) if isinstance(local, datetime) else ""


def format_utc(value: datetime) -> str:
    """Date and time in UTC: to compare moments of two time zones."""
    return f"{format_date(timezone.localdate(value, UTC))}, {value.astimezone(UTC):%H:%M}"
