"""The table of the charter: every commitment, measure and indicator of every public version, in both languages."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.enums import (
    Aggregation,
    CharterState,
    Direction,
    Disclosure,
    IndicatorScope,
    IndicatorType,
    ValueType,
)
from alliance.models import Charter
from alliance.queries.public.commitment_places import commitment_places
from alliance.queries.public.data_tables.columns import (
    EXAMPLE_INDICATOR,
    ColumnType,
    DataColumn,
    DataScope,
    DataTable,
    TextCell,
    text_cell,
)
from alliance.queries.public.lists import charters_with_parts

_KINDS = ("commitment", "indicator", "measure")
_INDICATORS_ALONE = _("unless an indicator")
_NOT_EXPLAINED = _("unless an indicator with such words")

_COLUMNS = (
    DataColumn("charter", _("Key of the charter"), "alliance"),
    DataColumn("charter_version", _("Version of the charter"), "1", ColumnType.INTEGER),
    DataColumn("kind", _("What the row is"), "indicator", choices=_KINDS),
    DataColumn("key", _("Permanent key; never reused"), EXAMPLE_INDICATOR),
    DataColumn("charter_state", _("State of the version"), "in_force", choices=CharterState.values),
    DataColumn(
        "parent", _("Key of the commitment or measure that it belongs to"), "search", empty=_("of a commitment"),
    ),
    DataColumn("code", _("Code in this version"), "2.1.3"),
    DataColumn("position", _("Place among those beside it, from 1"), "3", ColumnType.INTEGER),
    DataColumn("title_en", _("Title in English"), "Time to removal", empty=_("unless translated"), is_free=True),
    DataColumn("title_ru", _("Title in Russian"), "Время до удаления", empty=_("unless translated"), is_free=True),
    DataColumn("text_en", _("Text or guidance in English"), "", empty=_("unless given"), is_free=True),
    DataColumn("text_ru", _("Text or guidance in Russian"), "", empty=_("unless given"), is_free=True),
    DataColumn(
        "explanation_en", _("What the indicator is, in words for readers, in English"), "", empty=_NOT_EXPLAINED,
        is_free=True,
    ),
    DataColumn(
        "explanation_ru", _("What the indicator is, in words for readers, in Russian"), "", empty=_NOT_EXPLAINED,
        is_free=True,
    ),
    DataColumn("type", _("Type of the indicator"), "figure", choices=IndicatorType.values, empty=_INDICATORS_ALONE),
    DataColumn("value", _("Type of its values"), "hours", choices=ValueType.values, empty=_INDICATORS_ALONE),
    DataColumn("unit", _("Unit of its values"), "users", empty=_INDICATORS_ALONE),
    DataColumn("direction", _("What is better"), "lower", choices=Direction.values, empty=_INDICATORS_ALONE),
    DataColumn(
        "scope", _("Asked of each service or of the organisation"), "service",
        choices=IndicatorScope.values, empty=_INDICATORS_ALONE,
    ),
    DataColumn(
        "aggregation", _("How services are added together"), "sum", choices=Aggregation.values, empty=_INDICATORS_ALONE,
    ),
    DataColumn(
        "disclosure", _("Whether it is public by default"), "public",
        choices=Disclosure.values, empty=_INDICATORS_ALONE,
    ),
    DataColumn("breakdowns", _("Keys of its breakdowns, with blanks between"), "harm age", empty=_("unless there are")),
)  # fmt: skip


def _rows(scope: DataScope) -> Iterator[Sequence[TextCell]]:
    places = commitment_places(scope.commitment) if scope.commitment else None
    for charter in sorted(charters_with_parts(), key=lambda each: (each.key, each.version)):
        key = places.keys.get(charter.pk, "") if places else None
        for values in sorted(_parts(charter, key), key=lambda row: row[2:4]):
            yield [text_cell(column, value) for column, value in zip(_COLUMNS, values, strict=True)]


def _parts(charter: Charter, commitment_key: str | None) -> Iterator[tuple[Any, ...]]:
    """The parts of one version, or of the commitment that has this key in it."""

    def part(kind: str, row: Any, parent: str, text: str, *further: object) -> tuple[Any, ...]:
        texts = (getattr(row, f"{name}_{code}") for name in ("title", text) for code in ("en", "ru"))
        frame = (charter.key, charter.version, kind, row.key, charter.state, parent, row.code, row.position)
        return (*frame, *texts, *(further or (None,) * 10))

    for chapter in charter.chapters.all():
        for commitment in chapter.commitments.all():
            if commitment_key is not None and commitment.key != commitment_key:
                continue
            yield part("commitment", commitment, "", "text")
            for measure in commitment.measures.all():
                yield part("measure", measure, commitment.key, "text")
                for each in measure.indicators.all():
                    explanations = (getattr(each, f"explanation_{code}") for code in ("en", "ru"))
                    yield part(
                        "indicator", each, measure.key, "guidance", *explanations, each.type, each.value, each.unit,
                        each.direction, each.scope, each.aggregation, each.disclosure, " ".join(each.breakdowns),
                    )  # fmt: skip


CHARTER = DataTable(
    "charter",
    _("One commitment, measure or indicator of a version, in both languages"),
    _COLUMNS,
    ("charter", "charter_version", "kind", "key"),
    _rows,
)
