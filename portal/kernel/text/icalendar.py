"""A calendar file (RFC 5545) of whole days: what a calendar program subscribes to or imports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE = 75  # octets, without the break


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """Something that happens on a day; the same `uid` replaces what a program has of it."""

    uid: str
    day: date
    summary: str
    url: str = ""


def to_icalendar(name: str, events: Iterable[CalendarEvent], stamp: datetime) -> str:
    """The file: `name` is what a program calls the calendar, `stamp` when it was made."""
    made = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Portal//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escape(name)}")
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escape(event.uid)}",
            f"DTSTAMP:{made}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escape(event.summary)}",
            *([f"URL:{event.url}"] if event.url else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _escape(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _fold(line: str) -> str:
    """Lines of at most 75 octets; what follows begins with a space. No letter is cut in two."""
    parts, part, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _LINE:
            parts.append(part)
            part, size = "", 1  # the space in front
        part += sign
        size += octets
    return "\r\n ".join([*parts, part])
