"""The data dictionary: every indicator of the charter, as a reader of its numbers must know it."""

from collections.abc import Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.documents.charter import CharterIndicator, CycleCharter
from alliance.enums import IndicatorType
from alliance.models import Charter, Indicator
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import cell_title
from portal.kernel.documents.workbooks import Cell, Column, Sheet, number_cell

_COLUMNS: Sequence[tuple[str | Promise, int, str]] = (
    (gettext_lazy("Code"), 9, "strong"),
    (gettext_lazy("Key"), 26, "line"),
    (gettext_lazy("Chapter"), 24, "text"),
    (gettext_lazy("Commitment"), 34, "text"),
    (gettext_lazy("Measure"), 34, "text"),
    (gettext_lazy("Title"), 40, "strong"),
    (gettext_lazy("What it means"), 60, "text"),
    (gettext_lazy("What members are asked for"), 60, "text"),
    (gettext_lazy("Type"), 14, "text"),
    (gettext_lazy("Value"), 14, "text"),
    (gettext_lazy("Unit"), 14, "text"),
    (gettext_lazy("Scope"), 18, "text"),
    (gettext_lazy("Breakdowns"), 40, "text"),
    (gettext_lazy("Parts exclude each other"), 12, "truth"),
    (gettext_lazy("Total"), 16, "text"),
    (gettext_lazy("Direction"), 18, "text"),
    (gettext_lazy("Default disclosure"), 18, "text"),
    (gettext_lazy("Choices"), 36, "text"),
    (gettext_lazy("Part of"), 22, "line"),
    (gettext_lazy("Minimum"), 10, "number"),
    (gettext_lazy("Maximum"), 10, "number"),
    (gettext_lazy("Maximum length, characters"), 12, "count"),
)


def dictionary_sheet(charter: CycleCharter) -> Sheet:
    """One row for each indicator, in the charter's order."""
    columns = [Column(str(title), width, style) for title, width, style in _COLUMNS]
    title = _("Data dictionary")
    return Sheet(title, title, columns, _rows(charter), fixed=2)


def _rows(charter: CycleCharter) -> Iterator[Sequence[Cell]]:
    for entry in charter.indicators:
        indicator = entry.indicator
        frame = (
            indicator.code, indicator.key, entry.chapter, f"{entry.commitment.code} {entry.commitment.title}",
            f"{entry.measure.code} {entry.measure.title}", indicator.title, indicator.explanation or None,
            indicator.guidance or None,
            indicator.get_type_display(),
        )  # fmt: skip
        disclosure = indicator.get_disclosure_display()
        if indicator.type == IndicatorType.NARRATIVE:
            yield *frame, *[None] * 7, disclosure, *[None] * 4, indicator.limit
        else:
            yield *frame, *_figure(charter.charter, entry, disclosure)


def _figure(charter: Charter, entry: CharterIndicator, disclosure: str) -> tuple[Cell, ...]:
    indicator = entry.indicator
    return (
        indicator.get_value_display(),
        entry.unit or None,
        indicator.get_scope_display(),
        _breakdowns(charter, indicator) or None,
        bool(indicator.exclusive) if indicator.breakdowns else None,
        indicator.get_aggregation_display(),
        indicator.get_direction_display(),
        disclosure,
        ", ".join(in_reader_language(choice["title"]) or choice["key"] for choice in indicator.choices)
        or None,
        indicator.part_of or None,
        None if indicator.minimum is None else number_cell(indicator.minimum),
        None if indicator.maximum is None else number_cell(indicator.maximum),
        None,
    )


def _breakdowns(charter: Charter, indicator: Indicator) -> str:
    """Each breakdown with its parts: "Harm: bullying, grooming"."""
    known = {breakdown["key"]: breakdown for breakdown in charter.breakdowns}
    texts = []
    if indicator.period:
        aggregation = indicator.get_period_aggregation_display()
        texts.append(f"{indicator.get_period_display()} ({_('Total')}: {aggregation})")
    for breakdown in (known[key] for key in indicator.breakdowns if key in known):
        cells = [f"{breakdown['key']}={cell['key']}" for cell in breakdown["cells"]]
        parts = ", ".join(cell_title(charter, cell) for cell in cells)
        texts.append(f"{in_reader_language(breakdown['title']) or breakdown['key']}: {parts}")
    return "; ".join(texts)
