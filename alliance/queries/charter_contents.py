"""The content of a charter, fixed once a cycle uses it; and which version is in force."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.db.models import QuerySet

from alliance.enums import CharterState
from alliance.models import Chapter, Charter, Indicator, Measure
from portal.kernel.publishing import cached_for_revision

Rows = TypeVar("Rows", bound=QuerySet)
_LONG_COLUMNS = ("summary", "note", "statement", "sources", "breakdowns")
_TEXT_COLUMNS = tuple(
    field.name for field in Charter._meta.concrete_fields if field.name.startswith(_LONG_COLUMNS)
)


def without_charter_texts(rows: Rows, *charters: str) -> Rows:
    """The same rows, for lists: of the charter at each path its name, version and dates, and no text.

    Every row would bring all texts and sources of its charter along, and each would be read anew.
    """
    return rows.defer(*(f"{charter}__{name}" for charter in charters for name in _TEXT_COLUMNS))


@cached_for_revision
def chapters_of(charter_id: int) -> Mapping[int, Chapter]:
    """The charter's chapters by their ids."""
    return {row.pk: row for row in Chapter.objects.filter(charter_id=charter_id)}


@cached_for_revision
def measures_of(charter_id: int) -> Sequence[Measure]:
    """The charter's measures in its order, each with its commitment."""
    rows = Measure.objects.filter(charter_id=charter_id).select_related("commitment")
    return list(rows.order_by("commitment__position", "position"))


@cached_for_revision
def indicators_of(charter_id: int) -> Mapping[int, Sequence[Indicator]]:
    """The charter's indicators in its order, by the id of their measure."""
    indicators: dict[int, list[Indicator]] = {}
    for row in Indicator.objects.filter(charter_id=charter_id):
        indicators.setdefault(row.measure_id, []).append(row)
    return indicators


@cached_for_revision
def version_in_force(key: str) -> Charter | None:
    """The version of a charter that is in force."""
    return Charter.objects.filter(key=key, state=CharterState.IN_FORCE).first()
