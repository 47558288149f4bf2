"""A calendar file (RFC 5545) of whole days: what a calendar program subscribes to or imports."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LINE = 75  # octets, without the break
# a calendar must have a component; of days without hours this one says nothing
_NOTHING = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """Something that happens on a day; the same `uid` replaces what a program has of it.

    `sequence` counts its changes and `changed_at` is the last of them: of a calendar that is read again and again. One
    that is cancelled stays in it, so that programs take it off.
    """

    uid: str
    day: date
    summary: str
    url: str = ""
    description: str = ""
    sequence: int | None = None
    changed_at: datetime | None = None
    is_cancelled: bool = False


def to_icalendar(
    name: str, events: Iterable[CalendarEvent], stamp: datetime, *, refresh_hours: int = 0
) -> str:
    """The file: `name` is what a program calls the calendar, `stamp` when it was made.

    With `refresh_hours` it is one to subscribe to: how often a program should look again.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Portal//EN", "CALSCALE:GREGORIAN"]
    if refresh_hours:
        # no METHOD: with it the file is a message of scheduling, which must name who organises each day
        lines += [
            f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_hours}H",
            f"X-PUBLISHED-TTL:PT{refresh_hours}H",
        ]
    lines.append(f"X-WR-CALNAME:{_escape(name)}")
    for event in events:
        changed = _utc(event.changed_at or stamp)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escape(event.uid)}",
            f"DTSTAMP:{changed}",
            *([f"LAST-MODIFIED:{changed}"] if event.changed_at else []),
            *([f"SEQUENCE:{event.sequence}"] if event.sequence is not None else []),
            *(
                [f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"]
                if event.sequence is not None
                else []
            ),
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escape(event.summary)}",
            *([f"DESCRIPTION:{_escape(event.description)}"] if event.description else []),
            *([f"URL:{event.url}"] if event.url else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    if "BEGIN:VEVENT" not in lines:
        lines += _NOTHING
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return _CONTROL.sub("", lines)


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
