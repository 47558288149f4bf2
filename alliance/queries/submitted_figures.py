"""Figures as they were submitted, over members and cycles; for actors who may see submissions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, JSONField, TextField, Value
from django.db.models.functions import Cast

from alliance.figure_fields import FiledFigure
from alliance.models import Cycle, Organisation, Submission
from alliance.queries.corrected_submissions import published_changes
from alliance.validators.corrections import corrected_figures
from portal.kernel.access import Actor

# The figures of these indicators, wherever they are in the content; the database parses, a few rows travel.
_PATH = "$.measures[*].figures[*] ? (@.indicator == $keys[*])"
_TOTALS_PATH = '$.measures[*].figures[*] ? (@.indicator == $keys[*] && @.cell == "")'


@dataclass(frozen=True, slots=True)
class SubmittedFigures:
    """The figures of some indicators in one member's last submission for one cycle."""

    organisation: Organisation
    cycle_id: int
    figures: Sequence[FiledFigure]


def submitted_figures(
    actor: Actor,
    cycles: Sequence[Cycle],
    keys: Sequence[str],
    *,
    of: int | None = None,
    but: int | None = None,
) -> list[SubmittedFigures]:
    """The last submission of each report of these cycles: these indicators, as corrected since. Two queries.

    `of` is the one organisation whose submissions are wanted; with `but` they are those of all others, without the
    cells of breakdowns. Each submission is parsed by the database, which takes a millisecond of its processor.
    """
    document = Cast(
        Func(F("body"), Value("UTF8"), function="convert_from", output_field=TextField()), JSONField()
    )
    variables = Value(json.dumps({"keys": list(keys)}))
    path = Value(_PATH if but is None else _TOTALS_PATH)
    part = Func(document, path, variables, function="jsonb_path_query_array", output_field=JSONField())
    rows: Any = (
        Submission.objects.visible_to(actor)
        .standing()
        .filter(report__cycle__in=cycles)
        .order_by("report_id", "-number")
        .distinct("report_id")
        .annotate(part=part, cycle=F("report__cycle_id"))
        .select_related("organisation")
        .defer("body")
    )
    if of is not None:
        rows = rows.filter(organisation=of)
    if but is not None:
        rows = rows.exclude(organisation=but)
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
        )
        for row in submitted
    ]
