"""One report of 40 measures for six services, with 1,500 figures, the second that its member writes.

It is the demonstration's with measures repeated. What was filed for the last period has the same keys: each text, an
answer of yes or no in each measure, numbers beside which those of this period stand, and some of them too far off.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction

from alliance.enums import (
    Aggregation,
    EvidenceKind,
    FigureStatus,
    IndicatorScope,
    IndicatorType,
    ReportState,
    ValueType,
)
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import (
    Answer,
    Charter,
    Evidence,
    Figure,
    Indicator,
    Measure,
    Membership,
    Ownership,
    Report,
    Service,
    Submission,
)
from alliance.queries.report_frame import (
    RequestedFigure,
    figures_in,
    last_content,
    last_filed,
    last_submission,
    report_frame,
)
from alliance.queries.submission_extracts import submission_extracts
from alliance.queries.working_copy import working_copy
from alliance.services.carry_over import carry_over_answers
from alliance.services.submission_content import content_of
from bench.desks.copies import owner_cursor
from bench.pages.data import load_demonstration
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import canonical, digest, touch_public_revision

MEASURES, COUNTS, SERVICES, FIGURES = 40, 7, 6, 1_500
WITH_PARTS = 10  # each so many measures have one with a number for each part
_BREAKDOWN = "time-band"
_TEXT = (
    "We look at what children meet on our services, decide what to do about it, and say what came of it. "
    * 12
)
# of a hundred figures: without a number last time, and therefore now; six times as much as then; with a note
_MISSING, _FAR_OFF, _NOTED = 0.02, 0.04, 0.2


def make_report() -> Report:
    """Load the demonstration; gives back a draft of one of its members that asks for as much, and has filed before."""
    load_demonstration()
    _let_triggers("DISABLE")
    with transaction.atomic(), acting_as(SYSTEM):
        report = _second_report()
        Figure.objects.all().delete()
        Answer.objects.all().delete()
        _let_there_be_measures(report.charter)
        _let_there_be_services(report)
        touch_public_revision()
    time.sleep(1.1)  # by then every process reads the charter again
    _file_last_period(report)
    _let_triggers("ENABLE")
    return report


def _file_last_period(report: Report) -> None:
    """Let the member have filed all of it for the last period: it is written here, and stored as filed then."""
    with transaction.atomic(), acting_as(SYSTEM):
        filed = last_filed(last_submission(report))
        assert filed is not None, "it was chosen for that"
        _write_whole(report)
        content = {**filed.content, **content_of(working_copy(report)), "cycle": filed.content["cycle"]}
        Evidence.objects.filter(report=report).update(report=filed.submission.report_id)
        extracts = submission_extracts(report.charter_id, content)
    body = canonical(content)
    columns: dict[str, Any] = {
        "body": body,
        "sha256": digest(body),
        **{name: json.dumps(row) for name, row in extracts.items()},
    }
    with owner_cursor() as cursor:
        cursor.execute(
            f"UPDATE {Submission._meta.db_table} SET {', '.join(f'{name} = %s' for name in columns)} WHERE id = %s",
            [*columns.values(), filed.submission.pk],
        )


def _second_report() -> Report:
    """The latest draft of a member that has filed before, and in which one person writes and another signs."""
    rows = Report.objects.filter(state=ReportState.DRAFT).select_related("organisation", "cycle__charter")
    return next(
        report
        for report in rows.order_by("-cycle__starts_on", "-pk")
        if last_submission(report) and report.organisation.memberships.filter(ended_at=None).count() > 1
    )


def _let_triggers(state: str) -> None:
    """A charter in force does not change, nor what was filed, but in a bench."""
    with owner_cursor() as cursor:
        for model in (Measure, Indicator, Submission):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {state} TRIGGER USER")


def fill(report: Report, figures: int = FIGURES, seed: int = 1) -> None:
    """What was carried over, and numbers in the first so many places, instead of all that was there.

    In a place with an answer that was carried over it stays, still to be confirmed.
    """
    with transaction.atomic(), acting_as(SYSTEM):
        for model in (Figure, Answer, Evidence):
            model.objects.filter(report=report).delete()
        carry_over_answers(report)
        chance, last = Random(seed), figures_in(last_content(report)).numbers
        _write_figures(report, figures, lambda place: _beside(last.get(place), chance))


def _let_there_be_measures(charter: Charter) -> None:
    """Repeat the measures, and give each one text, an answer of yes or no and counts by service; a few have parts."""
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
    for order, measure in enumerate(Measure.objects.filter(charter=charter).order_by("position", "pk")):
        for number, kind in enumerate([text, *[count] * COUNTS]):
            kind.pk, kind.measure, kind.key = None, measure, f"row-{measure.pk}-{number}"
            kind.position = number
            if kind is count:
                kind.value = ValueType.YES_NO if number == COUNTS else ValueType.COUNT
                kind.breakdowns = [_BREAKDOWN] if number == 1 and order % WITH_PARTS == 0 else []
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


# --- What is written of it ---


def _write_whole(report: Report) -> None:
    """Every text, a piece of evidence for each measure, every figure: what was filed for the last period."""
    chance, frame = Random(0), report_frame(report)
    own = {"report": report, "organisation_id": report.organisation_id}
    Answer.objects.bulk_create(
        Answer(indicator=row, text=f"{row.title}: {_TEXT}"[: row.limit], disclosure=row.disclosure, **own)
        for required in frame.measures
        for row in required.narratives
    )
    Evidence.objects.bulk_create(
        Evidence(
            measure=required.measure, kind=EvidenceKind.LINK, title="What we publish about it",
            url=f"https://{report.organisation.slug}.example/{required.measure.key}", disclosure="public", **own,
        )
        for required in frame.measures
    )  # fmt: skip
    _write_figures(report, MEASURES * COUNTS * SERVICES, lambda _place: _first(chance))


def _write_figures(report: Report, count: int, values: Callable[[FigurePlace], FigureValues]) -> None:
    """In the first so many places, with their parts; what stands in one already, stays."""
    frame = report_frame(report)
    totals = [
        each for required in frame.measures for row in required.figures for each in required.totals(row)
    ]
    wholes = {each.place for each in totals[:count]}
    there = {row.place for row in Figure.objects.filter(report=report).select_related("indicator", "service")}
    writer = Membership.objects.filter(organisation=report.organisation_id).earliest("pk").person_id
    Figure.objects.bulk_create(
        Figure(
            report=report,
            updated_by_id=writer,
            organisation_id=report.organisation_id,
            indicator=each.indicator,
            service=each.service,
            cell=each.cell,
            disclosure=each.indicator.disclosure,
            **_of_its_type(each, values(each.place)).as_columns(),
        )
        for required in frame.measures
        for row in required.figures
        for each in required.requested(row)
        if each.place._replace(cell="") in wholes and each.place not in there
    )


def _first(chance: Random) -> FigureValues:
    if chance.random() < _MISSING:
        return FigureValues(status=FigureStatus.NOT_MEASURED, reason="It is counted from next year on.")
    return FigureValues(value=Decimal(chance.randint(1_000, 2_000_000)))


def _beside(last: Decimal | None, chance: Random) -> FigureValues:
    if last is None:  # of what was not measured a part
        return FigureValues(status=FigureStatus.NOT_MEASURED)
    far_off, noted = chance.random() < _FAR_OFF, chance.random() < _NOTED
    value = last * 6 if far_off else Decimal(round(int(last) * chance.uniform(0.5, 1.5)))
    return FigureValues(value=value, note="Counted by the month." if noted else "")


def _of_its_type(target: RequestedFigure, values: FigureValues) -> FigureValues:
    """A part is a hundredth of what a total is; an answer of yes or no is a yes."""
    if not values.is_reported or values.value is None:
        return values
    if target.indicator.value == ValueType.YES_NO:
        return FigureValues(value=Decimal(1))
    return replace(values, value=values.value // 100) if target.cell else values
