"""Calendar files: whole days, escaped texts, folded lines."""

from datetime import UTC, date, datetime

from portal.kernel.text import CalendarEvent, to_icalendar

STAMP = datetime(2026, 11, 28, 8, 5, tzinfo=UTC)


def lines_of(*events: CalendarEvent) -> list[str]:
    return to_icalendar("Cycles; all", events, STAMP).split("\r\n")


def test_a_day_lasts_until_the_next() -> None:
    lines = lines_of(
        CalendarEvent("due-1@portal.example", date(2026, 12, 31), "Due", "https://portal.example/1/")
    )

    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert "X-WR-CALNAME:Cycles\\; all" in lines
    assert {"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "DTSTAMP:20261128T080500Z"} < set(
        lines
    )
    assert "URL:https://portal.example/1/" in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_texts_are_escaped() -> None:
    assert "SUMMARY:One\\, two\\; three \\\\ four\\nfive" in lines_of(
        CalendarEvent("1", date(2026, 1, 1), "One, two; three \\ four\nfive")
    )


def test_long_lines_are_folded_between_letters() -> None:
    text = "Срок подачи отчётов " * 12
    content = to_icalendar("x", [CalendarEvent("1", date(2026, 1, 1), text)], STAMP)

    assert max(len(line.encode()) for line in content.split("\r\n")) <= 75
    assert f"SUMMARY:{text}" in content.replace("\r\n ", "")
