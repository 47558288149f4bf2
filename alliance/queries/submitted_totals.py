"""Totals as they were submitted, of many members at once; for actors who may see submissions."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from alliance.enums import CorrectionState, CorrectionSubject
from alliance.models import CorrectionItem, Cycle, Indicator, Submission
from alliance.queries.submitted_figures import submitted_figures
from alliance.queries.submitted_readings import submitted_organisation_reading
from alliance.validators.lineage import KeyHistory
from portal.kernel.access import Actor

Totals = Mapping[
    str, Mapping[int, Sequence[Decimal]]
]  # by the key of the indicator and the number of the cycle


def other_totals(
    actor: Actor,
    cycles: Sequence[Cycle],
    indicators: Sequence[Indicator],
    histories: Sequence[KeyHistory],
    *,
    but: int,
) -> Totals:
    """What all members but one submitted for the whole organisation, under the keys of these indicators.

    As corrected since. One query, and two more where such a figure was corrected: no other body is read.
    """
    totals: dict[str, dict[int, list[Decimal]]] = {indicator.key: {} for indicator in indicators}
    names = sorted({name for history in histories for name in (history.key, *history.keys.values())})
    rows = _stored_rows(actor, cycles, names, but)
    corrected = {report for report, is_corrected, *_others in rows if is_corrected}
    for _report, is_corrected, cycle, version, *texts in rows:
        by_name = dict(zip(names, texts, strict=True))
        for history in histories:
            text = by_name.get(history.key_in(version) or "")
            if text is not None and not is_corrected:
                totals[history.key].setdefault(cycle, []).append(Decimal(text))
    for row in submitted_figures(actor, cycles, names, reports=corrected) if corrected else ():
        for indicator, history in zip(indicators, histories, strict=True):
            name = history.key_in(row.version)
            own = [
                figure._replace(place=figure.place._replace(indicator=indicator.key))
                for figure in row.figures
                if figure.place.indicator == name
            ]
            reading = submitted_organisation_reading(indicator, own)
            if reading is not None and reading.has_value and reading.value is not None:
                totals[indicator.key].setdefault(row.cycle_id, []).append(reading.value)
    return totals


def _stored_rows(actor: Actor, cycles: Sequence[Cycle], names: Sequence[str], but: int) -> list[Any]:
    """Each last submission: its report, whether such a figure was corrected, cycle, version of the charter, totals."""
    correction = CorrectionItem.objects.filter(
        correction__report=OuterRef("report"),
        correction__state=CorrectionState.PUBLISHED,
        subject=CorrectionSubject.FIGURE,
        indicator_key__in=names,
    )
    columns = {
        f"total_{place}": KeyTextTransform(name, "organisation_totals") for place, name in enumerate(names)
    }
    rows: Any = (
        Submission.objects.visible_to(actor)
        .standing()
        .filter(report__cycle__in=cycles)
        .exclude(organisation=but)
        .order_by("report_id", "-number")
        .distinct("report_id")
        .annotate(
            is_corrected=Exists(correction),
            version=Coalesce("report__earlier_charter__version", "report__cycle__charter__version"),
            **columns,
        )
    )
    return list(rows.values_list("report_id", "is_corrected", "report__cycle_id", "version", *columns))
