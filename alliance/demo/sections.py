"""Who writes what in the report that is half written, and what colleagues say about it."""

from collections.abc import Sequence
from functools import partial

from alliance.demo.calendar import Calendar
from alliance.demo.files import Record
from alliance.demo.filing import Filing
from alliance.demo.schedule import Schedule
from alliance.models import MeasureComment
from alliance.queries.delegations import measures_by_commitment
from alliance.queries.report_frame import report_frame
from alliance.services.delegations import give_sections
from alliance.services.measure_comments import write_comment


def schedule_sections(record: Record, filing: Filing, calendar: Calendar, schedule: Schedule) -> None:
    """Sections are given, one of them late by the end; a conversation beside a measure waits for an answer."""
    for given in record["given"]:
        schedule.add(calendar.days_ago(given["days_ago"]), partial(_give, given, filing, calendar))
    schedule.add(calendar.days_ago(0.7), partial(_talk, record["talk"], filing))


def _give(given: Record, filing: Filing, calendar: Calendar) -> None:
    report = filing.report()
    people = [filing.cast.people[key].pk for key in given["to"]]
    due_on = calendar.day_ago(-given["days_left"])
    with filing.cast.acting(given["by"], filing.slug) as actor:
        keys = {}
        for commitment, measures in measures_by_commitment(report_frame(report)):
            keys[commitment.code] = f"c{commitment.pk}"
            keys |= {required.measure.code: f"m{required.measure.pk}" for required in measures}
        sections = [keys[code] for code in given["sections"]]
        give_sections(actor, report, sections, people, due_on, given.get("note", ""))


def _talk(messages: Sequence[Record], filing: Filing) -> None:
    """Each message after the first answers it."""
    report = filing.report()
    first: MeasureComment | None = None
    for message in messages:
        with filing.cast.acting(message["by"], filing.slug) as actor:
            required = next(
                each for each in report_frame(report).measures if each.measure.code == messages[0]["measure"]
            )
            comment = write_comment(actor, report, required.measure, message["text"], parent=first).comment
            first = first or comment
