"""Reports of several cycles that are open at once: one is filed while the next one is being written already."""

from decimal import Decimal

from alliance.enums import CycleState, Disclosure
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Measure, Report
from alliance.queries.report_frame import report_frame
from alliance.queries.working_copy import working_copy
from alliance.services.answers import save_answer
from alliance.services.carry_over import carry_over_answers
from alliance.services.evidence import add_link, remove_evidence
from alliance.services.figures import write_note
from alliance.services.submissions import submit_report
from portal.kernel.access import acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.working_copies import fill_report, save_one_figure

_COUNT = FigurePlace("content-actioned", "aurora-kids")


def fill(cast: Cast, report: Report, text: str) -> None:
    """Everything is answered, with a method and a link that have the same words."""
    alice = cast.actor("alice")
    fill_report(alice, report, text)
    save_one_figure(alice, report, _COUNT, FigureValues(value=Decimal(120), method=text), None)
    with acting_as(alice):
        for pledge in report_frame(report).own_pledges:
            save_answer(alice, report, pledge.record, text=text, language="en", version=0)
        for row in report.evidence.filter(carried_over=True):
            remove_evidence(alice, report, row)
        measure = Measure.objects.get(indicators__key="content-actioned", charter=report.charter)
        add_link(alice, report, measure, "https://aurora.example/rules", text, Disclosure.PUBLIC)
        copy = working_copy(report)
        if places := {finding.place for finding in copy.unanswered_warnings}:
            write_note(alice, copy, [copy.figures[place] for place in places], "As it was.")


def submit(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)


def open_report(slug: str) -> Report:
    report = make_report(make_cycle(read_charter(), slug, CycleState.OPEN), read_cast().aurora)
    carry_over_answers(report)
    return report


def two_open_reports() -> tuple[Cast, Report, Report]:
    """The first half of 2025 is filed; the second half is written while that of 2026 is open already."""
    cast = read_cast()
    oldest = open_report("2025-h1")
    fill(cast, oldest, "Oldest.")
    submit(cast, oldest)
    middle, latest = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, middle, "Middle.")
    return cast, middle, latest
