"""A cycle of many members for its summary: the demonstration's, with figures, late reports and notices in bulk."""

from random import Random
from typing import Any

from django.db import transaction

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle, PublishedFigure, PublishedReport, PublishedTotal
from bench.pages.data import grow
from portal.kernel.access import SYSTEM, acting_as

MODEL_MEMBER = "aurora-video"  # whose figures the others have, with numbers of their own
_LATE, _NOT_FILED, _EXEMPT = 9, 17, 41  # every so many reports


def grow_cycle(members: int, seed: int = 1) -> Cycle:
    """Let there be so many members; each with figures in the last published cycle as the model member has them.

    Some reports are late, some were not filed, some members are exempt.
    """
    grow(members, seed)
    cycle = Cycle.objects.filter(state=CycleState.PUBLISHED).latest("starts_on")
    chance = Random(seed)
    with transaction.atomic(), acting_as(SYSTEM):
        new = list(
            PublishedReport.objects.current()
            .filter(cycle=cycle, organisation__slug__startswith="member-")
            .order_by("pk")
        )
        for position, report in enumerate(new, 1):
            report.late = not position % _LATE
            report.signatory_name, report.signatory_office = f"Signatory {position}", "Director"
            report.notice = _notice(position)
            report.reason = (
                "It has no service of its own in this half-year." if report.notice == "exempt" else ""
            )
        PublishedReport.objects.bulk_update(
            new, ("late", "signatory_name", "signatory_office", "notice", "reason"), batch_size=500
        )
        for model in (PublishedFigure, PublishedTotal):
            _copy(model, cycle, [report for report in new if not report.notice], chance)
    return cycle


def _notice(position: int) -> str:
    if not position % _EXEMPT:
        return ReportState.EXEMPT
    return ReportState.NOT_FILED if not position % _NOT_FILED else ""


def _copy(
    model: type[PublishedFigure] | type[PublishedTotal],
    cycle: Cycle,
    reports: list[PublishedReport],
    chance: Random,
) -> None:
    """The model member's rows for each report; figures keep their services, which nothing of a document asks about."""
    own = list(model.objects.current().filter(cycle=cycle, organisation__slug=MODEL_MEMBER).order_by("pk"))
    columns = [column.attname for column in model._meta.local_fields if not column.primary_key]
    for report in reports:
        rows: list[Any] = []
        for row in own:
            values = {name: getattr(row, name) for name in columns}
            values |= {"organisation_id": report.organisation_id, "valid_from": report.valid_from}
            if values["value"] is not None:
                values["value"] = round(values["value"] * chance.randint(20, 180) / 100)
            rows.append(model(**values))
        model.objects.bulk_create(rows)
