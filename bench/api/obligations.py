"""Reports of one member, past and due: as many half-years as fill a page."""

from datetime import date, timedelta

from alliance.enums import CycleState, ReportState
from alliance.models import Charter, Cycle, Person, Report
from portal.kernel.access import SYSTEM, acting_as

_HALF_YEAR = timedelta(days=182)


def make_reports(email: str, reports: int) -> None:
    """Let the organisation of this person have so many reports, published ones of cycles that are long over."""
    with acting_as(SYSTEM):
        member = Person.objects.get(email=email).memberships.get(ended_at=None).organisation
        charter, first = Charter.objects.earliest("pk"), Cycle.objects.earliest("starts_on")
        missing = range(1, reports - Report.objects.filter(organisation=member).count() + 1)
        cycles = Cycle.objects.bulk_create(
            _cycle(charter, first.starts_on - number * _HALF_YEAR, number) for number in missing
        )
        Report.objects.bulk_create(
            Report(organisation=member, cycle=cycle, state=ReportState.PUBLISHED, due_on=cycle.due_on)
            for cycle in cycles
        )


def _cycle(charter: Charter, starts_on: date, number: int) -> Cycle:
    name = f"Half-year {number:03} before"
    return Cycle(
        slug=f"before-{number:03}", title_en=name, title_ru=name, charter=charter, state=CycleState.PUBLISHED,
        starts_on=starts_on, ends_on=starts_on + _HALF_YEAR, due_on=starts_on + _HALF_YEAR,
    )  # fmt: skip
