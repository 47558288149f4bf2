"""Figures as they were submitted, over members and cycles; for actors who may see submissions."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, JSONField, TextField, Value
from django.db.models.functions import Cast, Coalesce

from alliance.figure_fields import FiledFigure
from alliance.models import Cycle, Organisation, Submission
from alliance.queries.corrected_submissions import published_changes
from alliance.validators.corrections import corrected_figures
from portal.kernel.access import Actor

# The figures of these indicators, wherever they are in the content; the database parses, a few rows travel.
_PATH = "$.measures[*].figures[*] ? (@.indicator == $keys[*])"


@dataclass(frozen=True, slots=True)
class SubmittedFigures:
    """The figures of some indicators in one member's last submission for one cycle."""

    organisation: Organisation
    cycle_id: int
    figures: Sequence[FiledFigure]
    version: int  # of the charter that it answers to


def submitted_figures(
    actor: Actor,
    cycles: Sequence[Cycle],
    keys: Sequence[str],
    *,
    of: int | None = None,
    reports: Collection[int] | None = None,
) -> list[SubmittedFigures]:
    """The last submission of each report of these cycles: these indicators, as corrected since. Two queries.

    `of` is the one organisation whose submissions are wanted, `reports` the only ones. Each submission is parsed
    by the database, which takes a millisecond of its processor: for many there are `other_totals`.
    """
    document = Cast(
        Func(F("body"), Value("UTF8"), function="convert_from", output_field=TextField()), JSONField()
    )
    variables = Value(json.dumps({"keys": list(keys)}))
    part = Func(
        document, Value(_PATH), variables, function="jsonb_path_query_array", output_field=JSONField()
    )
    rows: Any = (
        Submission.objects.visible_to(actor)
        .standing()
        .filter(report__cycle__in=cycles)
        .order_by("report_id", "-number")
        .distinct("report_id")
        .annotate(
            part=part,
            cycle=F("report__cycle_id"),
            version=Coalesce("report__earlier_charter__version", "report__cycle__charter__version"),
        )
        .select_related("organisation")
        .defer("body")
    )
    if of is not None:
        rows = rows.filter(organisation=of)
    if reports is not None:
        rows = rows.filter(report__in=reports)
    submitted = list(rows)
    changes = published_changes(row.report_id for row in submitted)
    return [
        SubmittedFigures(
            row.organisation,
            row.cycle,
            [
                FiledFigure.from_document(each)
                for each in corrected_figures(row.part, changes.get(row.report_id, {}))
            ],
            row.version,
        )
        for row in submitted
    ]
