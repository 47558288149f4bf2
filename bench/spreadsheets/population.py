"""One report of 40 measures for six services, with 1,500 figures: the demonstration's, with measures repeated."""

from decimal import Decimal
from random import Random

from django.db import transaction

from alliance.enums import IndicatorType, ReportState
from alliance.models import Charter, Figure, Indicator, Measure, Ownership, Report, Service
from alliance.queries.report_frame import report_frame
from bench.pages.data import load_demonstration
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import touch_public_revision

MEASURES, SERVICES, FIGURES = 40, 6, 1_500


def make_report(seed: int = 1) -> Report:
    """Load the demonstration; gives back a draft of one of its members, as large as that."""
    load_demonstration()
    with transaction.atomic(), acting_as(SYSTEM):
        rows = Report.objects.filter(state=ReportState.DRAFT).select_related("organisation", "cycle__charter")
        report = rows.latest("cycle__starts_on", "pk")
        _let_there_be_measures(report.charter)
        _let_there_be_services(report)
        touch_public_revision()
    with transaction.atomic(), acting_as(SYSTEM):
        Figure.objects.filter(report=report).delete()
        _fill(report, Random(seed))
    return report


def _let_there_be_measures(charter: Charter) -> None:
    """Repeat the measures, each with its indicators, under keys of their own."""
    core = list(Measure.objects.filter(charter=charter, core=True).order_by("position"))
    for number in range(MEASURES - len(core)):
        original = core[number % len(core)]
        indicators = list(Indicator.objects.filter(measure=original))
        original.pk, original.key = None, f"{original.key[:50]}-{number}"
        original.save(force_insert=True)
        for row in indicators:
            row.pk, row.measure, row.key, row.part_of = None, original, f"{row.key[:50]}-{number}", ""
            row.save(force_insert=True)


def _let_there_be_services(report: Report) -> None:
    missing = SERVICES - len(report_frame(report).services)
    for number in range(missing):
        service = Service.objects.create(
            slug=f"{report.organisation.slug}-more-{number}", name=f"Service {number}"
        )
        Ownership.objects.create(
            service=service, organisation=report.organisation, starts_on=report.cycle.starts_on
        )


def _fill(report: Report, chance: Random) -> None:
    """Numbers in the first so many places, totals and parts."""
    frame = report_frame(report)
    places = [
        each
        for required in frame.measures
        for row in required.figures
        if row.type == IndicatorType.FIGURE and not row.choices
        for each in required.requested(row)
    ]
    Figure.objects.bulk_create(
        Figure(
            report=report,
            organisation_id=report.organisation_id,
            indicator=each.indicator,
            service=each.service,
            cell=each.cell,
            status="reported",
            disclosure="public",
            value=Decimal(chance.randint(1, 99)),
            note="Counted by the month." if chance.random() < 0.2 else "",
        )
        for each in places[:FIGURES]
    )
