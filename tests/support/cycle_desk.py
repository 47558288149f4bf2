"""An open cycle as its desk shows it: one member writes, one has submitted, one has nobody yet."""

from datetime import timedelta
from typing import Any

from alliance.models import Charter, Cycle, ExtensionRequest, Report
from tests.factories import Cast, make_cycle, make_organisation, make_report
from tests.support.submissions import make_submission

DESK = "/secretariat/cycles/2026-h1/"


def make_desk_cycle(cast: Cast, charter: Charter) -> Cycle:
    """Aurora writes and asks for more time, Beacon has submitted, Cedar has nobody yet."""
    cycle = make_cycle(charter)
    aurora = make_report(cycle, cast.aurora)
    make_submission(make_report(cycle, cast.beacon))
    make_report(cycle, make_organisation("cedar"))
    ExtensionRequest.objects.create(
        report=aurora, organisation=cast.aurora, requested_due_on=cycle.due_on + timedelta(days=9),
        reason="Our analyst left.", asked_by=cast.alice,
    )  # fmt: skip
    return cycle


def report_of(slug: str) -> Report:
    return Report.objects.select_related("cycle").get(organisation__slug=slug)


def day(moment: Any) -> str:
    return str(moment.isoformat())
