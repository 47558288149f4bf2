"""The last days of the demonstration, so that every area has work to do."""

from collections.abc import Mapping
from functools import partial

from alliance.demo.calendar import Calendar
from alliance.demo.files import Record
from alliance.demo.filing import Filing
from alliance.demo.report_reviews import DemoReview
from alliance.demo.schedule import Schedule
from alliance.demo.sections import schedule_sections


def schedule_open_reports(
    record: Record, filings: Mapping[str, Filing], calendar: Calendar, schedule: Schedule
) -> None:
    """A report half written, one waiting, one in review, one returned, one to sign."""
    half, waiting = filings[record["half_filled"]], filings[record["waiting"]]
    in_review, returned = filings[record["in_review"]], filings[record["returned"]]
    to_sign, review = filings[record["awaiting_sign_off"]], DemoReview(in_review)
    question = record["question"]
    acts = (
        (9, returned.write),
        (8, returned.submit),
        (7, in_review.write),
        (6, in_review.submit),
        (5, DemoReview(returned).start),
        (4, review.start),
        (3.5, partial(DemoReview(returned).request_changes, record["returned_summary"].strip())),
        (3, partial(review.give_verdicts, stop_before=record["judged_upto"])),
        (2.9, partial(review.note, record["note"]["text"], record["note"]["measure"])),
        (2.5, waiting.write),
        (2, waiting.submit),
        (1.5, partial(review.ask, question["measure"], question["text"])),
        (1.2, to_sign.write),
        (1, to_sign.ask_for_sign_off),
        (0.8, partial(half.write, stop_before=record["written_upto"])),
    )
    schedule_sections(record["sections"], half, calendar, schedule)
    for days, act in acts:
        schedule.add(calendar.days_ago(days), act)
