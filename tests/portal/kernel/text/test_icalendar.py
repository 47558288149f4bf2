"""Calendar files: whole days, escaped texts, folded lines; read by a strict reader of the standard."""

from datetime import UTC, date, datetime

import pytest

from portal.kernel.text import CalendarEvent, to_icalendar
from tests.support.icalendar import events_of, read_icalendar

STAMP = datetime(2026, 11, 28, 8, 5, tzinfo=UTC)


def read(*events: CalendarEvent, name: str = "Cycles; all") -> list[dict[str, str]]:
    return events_of(read_icalendar(to_icalendar(name, events, STAMP, refresh_hours=6).encode()))


def test_a_day_lasts_until_the_next() -> None:
    (event,) = read(
        CalendarEvent("due-1@portal.example", date(2026, 12, 31), "Due", "https://portal.example/1/")
    )

    assert event["DTSTART;VALUE=DATE"] == "20261231"
    assert event["DTEND;VALUE=DATE"] == "20270101"
    assert event["DTSTAMP"] == "20261128T080500Z"
    assert event["URL"] == "https://portal.example/1/"


@pytest.mark.parametrize(
    "text",
    [
        "One, two; three \\ four\nfive",
        "\\n is no break, \\, no comma",
        "Срок подачи отчётов " * 12,
        "🌞" * 40,
        "a" * 67 + ",,,,,,;;;;\\\\\\",
        "DTEND:20300101, END:VEVENT",
    ],
)
def test_texts_come_through_folded_and_escaped(text: str) -> None:
    (event,) = read(CalendarEvent("1", date(2026, 1, 1), text, description=text), name=text)

    assert (event["SUMMARY"], event["DESCRIPTION"]) == (text, text)


def test_breaks_and_control_characters_end_no_line() -> None:
    (event,) = read(CalendarEvent("1", date(2026, 1, 1), "One\r\ntwo\rthree\x00\x0b\x1b\x7f\tfour"))

    assert event["SUMMARY"] == "One\ntwo\nthree\tfour"


def test_a_calendar_without_a_day_is_a_calendar_all_the_same() -> None:
    assert read() == []


def test_a_calendar_to_subscribe_to_asks_nobody_to_come() -> None:
    """METHOD would make it a message of scheduling, which names who organises."""
    assert "METHOD" not in to_icalendar("x", [], STAMP, refresh_hours=6)
