"""One report of 40 measures for six services, with 1,500 figures: the demonstration's, with measures repeated."""

import time
from decimal import Decimal
from random import Random

from django.db import transaction

from alliance.enums import Aggregation, IndicatorScope, IndicatorType, ReportState, ValueType
from alliance.models import (
    Answer,
    Charter,
    Figure,
    Indicator,
    Measure,
    Membership,
    Ownership,
    Report,
    Service,
)
from alliance.queries.report_frame import report_frame
from bench.desks.copies import owner_cursor
from bench.pages.data import load_demonstration
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import touch_public_revision

MEASURES, COUNTS, SERVICES, FIGURES = 40, 7, 6, 1_500


def make_report() -> Report:
    """Load the demonstration; gives back a draft of one of its members that asks for as much. It is empty."""
    load_demonstration()
    _let_triggers("DISABLE")
    with transaction.atomic(), acting_as(SYSTEM):
        rows = Report.objects.filter(state=ReportState.DRAFT).select_related("organisation", "cycle__charter")
        report = rows.latest("cycle__starts_on", "pk")
        Figure.objects.all().delete()
        Answer.objects.all().delete()
        _let_there_be_measures(report.charter)
        _let_there_be_services(report)
        touch_public_revision()
    _let_triggers("ENABLE")
    time.sleep(1.1)  # by then every process reads the charter again
    return report


def _let_triggers(state: str) -> None:
    """A charter in force does not change, but in a bench."""
    with owner_cursor() as cursor:
        for model in (Measure, Indicator):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {state} TRIGGER USER")


def fill(report: Report, figures: int = FIGURES, seed: int = 1) -> None:
    """Numbers in the first so many places, in the place of all that was there."""
    with transaction.atomic(), acting_as(SYSTEM):
        Figure.objects.filter(report=report).delete()
        _fill(report, figures, Random(seed))


def _let_there_be_measures(charter: Charter) -> None:
    """Repeat the measures, and give each one text and as many counts by service."""
    measures = list(Measure.objects.filter(charter=charter).order_by("position"))
    Measure.objects.filter(charter=charter).update(core=True)
    for number in range(MEASURES - len(measures)):
        original = measures[number]
        original.pk, original.key, original.core = None, f"{original.key[:50]}-{number}", True
        original.save(force_insert=True)
    rows = Indicator.objects.filter(charter=charter)
    text = rows.filter(type=IndicatorType.NARRATIVE).earliest("position")
    count = rows.filter(
        type=IndicatorType.FIGURE, value=ValueType.COUNT, scope=IndicatorScope.SERVICE
    ).earliest("position")
    count.breakdowns, count.part_of, count.period, count.aggregation = [], "", "", Aggregation.SUM
    count.minimum = count.maximum = None
    rows.delete()
    for measure in Measure.objects.filter(charter=charter):
        for number, kind in enumerate([text, *[count] * COUNTS]):
            kind.pk, kind.measure, kind.key = None, measure, f"row-{measure.pk}-{number}"
            kind.position = number
            kind.save(force_insert=True)


def _let_there_be_services(report: Report) -> None:
    cycle = report.cycle
    owned = Service.objects.all().owned_by(report.organisation_id, cycle.starts_on, cycle.ends_on)
    missing = SERVICES - owned.count()
    for number in range(missing):
        service = Service.objects.create(
            slug=f"{report.organisation.slug}-more-{number}", name=f"Service {number}"
        )
        Ownership.objects.create(
            service=service, organisation=report.organisation, starts_on=report.cycle.starts_on
        )


def _fill(report: Report, figures: int, chance: Random) -> None:
    frame = report_frame(report)
    places = [
        each for required in frame.measures for row in required.figures for each in required.totals(row)
    ]
    writer = Membership.objects.filter(organisation=report.organisation_id).earliest("pk").person_id
    Figure.objects.bulk_create(
        Figure(
            report=report,
            updated_by_id=writer,
            organisation_id=report.organisation_id,
            indicator=each.indicator,
            service=each.service,
            cell=each.cell,
            status="reported",
            disclosure="public",
            value=Decimal(chance.randint(1_000, 2_000_000)),
            note="Counted by the month." if chance.random() < 0.2 else "",
        )
        for each in places[:figures]
    )
