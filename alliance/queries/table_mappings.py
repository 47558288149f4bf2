"""Kept mappings of tables: the one for a file of the same make, and all of the organisation."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from alliance.models import ReportUpload, TableMapping
from alliance.validators.foreign_tables import Rows
from alliance.validators.table_guesses import shape_of, table_blocks
from alliance.validators.table_plans import TablePlan
from portal.kernel.access import Actor

_MOST_COMPARED = 20


def table_mappings(actor: Actor, charter_key: str) -> QuerySet[TableMapping]:
    """The mappings that the organisation has kept for reports on this charter, the latest first."""
    rows: QuerySet[TableMapping] = TableMapping.objects.visible_to(actor).filter(charter_key=charter_key)
    return rows.select_related("saved_by")


def mapping_for(actor: Actor, upload: ReportUpload, guess: TablePlan) -> TableMapping | None:
    """The mapping that was kept for a table of the same make and still fits this one, else the nearest. Two queries.

    `guess` is what the table looks like (`guess_plan`).
    """
    rows = upload.table_rows
    mappings = table_mappings(actor, upload.report.charter.key)
    mapping = mappings.filter(shape=shape_of(rows, guess.block)).first()
    if mapping is not None and (guess.block or TablePlan.from_json(mapping.plan).fits(rows)):
        return mapping
    mapping = mappings.filter(shape=_shape_beside_others(rows, guess)).first()
    if mapping is not None and _was_alone(TablePlan.from_json(mapping.plan), guess):
        return mapping
    return _nearest(mappings[:_MOST_COMPARED], guess, {name.key for name in guess.all_names(rows)})


def _shape_beside_others(rows: Rows, guess: TablePlan) -> str:
    """The shape of the first table of a file where it stands alone by now, or stood alone before."""
    first = next(iter(table_blocks(rows)), None)
    if guess.block is None:
        return shape_of(rows, first) if first else ""
    return shape_of(rows) if guess.block == first else ""


def _was_alone(earlier: TablePlan, guess: TablePlan) -> bool:
    """Whether a plan is not that of another table of a file of several, which it did not always say."""
    if earlier.block or not guess.block:
        return bool(earlier.block) and not guess.block
    return not earlier.last_row and earlier.first_row <= guess.block.last


def _nearest(
    mappings: Iterable[TableMapping], guess: TablePlan, names: Collection[str]
) -> TableMapping | None:
    """The mapping that knows most names of the table, half of them at least.

    Headers name the period, columns are renamed and added: that makes no other table of it. A table beside it in its
    file is another one, whatever names they share.
    """
    plans = [(TablePlan.from_json(mapping.plan), mapping) for mapping in mappings]
    known = [
        (len(plan.names.keys() & names), mapping)
        for plan, mapping in plans
        if plan.block_key == guess.block_key
    ]
    count, nearest = max(known, key=lambda each: each[0], default=(0, None))
    return nearest if count and 2 * count >= len(names) else None
