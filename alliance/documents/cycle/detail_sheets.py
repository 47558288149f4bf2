"""The rows of a cycle's workbook that are many: every figure and every text, one below the other, with typed cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.documents.cells import MUTED_STYLE, tick_cell, value_cell
from alliance.documents.charter import CharterIndicator, CycleCharter
from alliance.enums import Disclosure, FigureStatus
from alliance.figure_fields import (
    EXPLANATIONS,
    FIELDS,
    FLAG_COLUMNS,
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    FiledFigure,
    ValueKind,
)
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import figure_text, status_text
from portal.kernel.documents.workbooks import Cell, Column
from portal.kernel.text import plain_decimal

# The columns of the two sheets: heading, width, style.
_Column = tuple[str | Promise, int, str]
# the columns beside a figure's value: numbers, then flags with their explanations, then texts
_DETAILS = (
    *NUMBER_COLUMNS,
    *(name for flag in FLAG_COLUMNS for name in (flag, EXPLANATIONS.get(flag, "")) if name),
    *TEXT_COLUMNS,
)
_STYLES: Mapping[ValueKind, tuple[int, str]] = {
    ValueKind.NUMBER: (14, "number"),
    ValueKind.FLAG: (13, "truth"),
    ValueKind.LINE: (30, "line"),
    ValueKind.TEXT: (30, "line"),
}
_STYLE_OF: Mapping[str, str] = {name: _STYLES[FIELDS[name].kind][1] for name in _DETAILS}
_details_of = attrgetter(*_DETAILS)
_COUNTS_OF_SHARE = ("numerator", "denominator")  # of a share: they are counts, the share is not
_FIGURES: Sequence[_Column] = (
    (_("Member"), 26, "line"),
    (_("Member’s key"), 18, "line"),
    (_("Commitment"), 12, "line"),
    (_("Measure"), 10, "line"),
    (_("Indicator"), 10, "line"),
    (_("Title"), 40, "line"),
    (_("Service"), 22, "line"),
    (_("Part"), 24, "line"),
    (FIELDS["status"].heading, 16, "line"),
    (FIELDS["value"].heading, 16, "number"),
    (_("Unit"), 12, "line"),
    (_("Value, exact"), 18, "exact"),
    *((FIELDS[name].heading, *_STYLES[FIELDS[name].kind]) for name in _DETAILS),
    (_("Services counted"), 11, "count"),
    (_("Services in all"), 11, "count"),
    (_("Before correction"), 18, "line"),
    (_("Corrected in No."), 12, "count"),
    (_("Indicator’s key"), 24, "line"),
    (_("Part’s key"), 24, "line"),
    (_("Disclosure"), 18, "line"),
)
_ANSWERS: Sequence[_Column] = (
    (_("Member"), 26, "text"),
    (_("Member’s key"), 18, "line"),
    (_("Indicator"), 10, "line"),
    (_("Title"), 36, "text"),
    (_("Language"), 10, "line"),
    (_("Text"), 100, "text"),
    (_("Indicator’s key"), 24, "line"),
    (_("Disclosure"), 18, "line"),
)
_ALL_SERVICES, _WHOLE = _("All services"), _("The whole organisation")


def figure_columns(*, includes_withheld: bool) -> list[Column]:
    """The columns of the sheet of figures; `includes_withheld` is for readers who see what the public does not."""
    return _columns(_FIGURES, includes_withheld=includes_withheld)


def answer_columns(*, includes_withheld: bool) -> list[Column]:
    return _columns(_ANSWERS, includes_withheld=includes_withheld)


def _columns(columns: Sequence[_Column], *, includes_withheld: bool) -> list[Column]:
    columns = columns if includes_withheld else columns[:-1]
    return [Column(str(title), width, style) for title, width, style in columns]


@dataclass(frozen=True, slots=True)
class MemberFiling:
    """A member and what became of its report: the words for its state, and what it filed."""

    slug: str
    name: str
    state: str
    has_filed: bool
    late: bool = False
    submitted_at: datetime | None = None
    signed_by: str = ""
    reason: str = ""
    number: int | None = None  # of the publication, or of the submission
    sha256: str = ""
    standing: str = ""  # a `Standing`
    correction: str = ""  # what was said of the filing before that was corrected
    extended_to: date | None = None  # its own last day, where the secretariat gave more time than the cycle
    pending_state: str = ""  # of what is not published: the state without the day as of which it is so
    earlier_version: int | None = None  # of the charter, where the report answers to another than the cycle


@dataclass(frozen=True, slots=True)
class CycleTotal:
    """A total over services, as it was published or would be worked out."""

    indicator: str
    cell: str
    withheld: bool
    value: Decimal | None
    parts: int
    of: int
    correction: Reading | None = None  # with what the total was before, and the publication that corrected it


def total_from_document(total: Mapping[str, Any]) -> CycleTotal:
    """A total of a document."""
    value = Decimal(total["value"]) if total["value"] is not None else None
    return CycleTotal(
        total["indicator"], total["cell"], total["withheld"], value, total["parts"], total["of"]
    )


def _correction_cells(entry: CharterIndicator, correction: Reading | None) -> tuple[Cell, Cell]:
    before = correction.before_correction if correction else None
    if correction is None or before is None:
        return None, None
    text = figure_text(entry.indicator, before.status, before.value, before.choice, estimate=before.estimate)
    return text or None, correction.corrected_in


class DetailRowBuilder:
    """Makes the rows of figures and of answers; what all rows of an indicator share is worked out once."""

    def __init__(self, charter: CycleCharter, names: Mapping[str, str], *, includes_withheld: bool) -> None:
        self.charter, self.names = charter, names
        self._end = None if includes_withheld else -1  # the last column says who may read it
        self._statuses: dict[str, str] = {str(status): str(status.label) for status in FigureStatus}
        self._withheld = status_text("", withheld=True)
        self._disclosures = {each: str(each.label) for each in Disclosure}
        self._all, self._whole = str(_ALL_SERVICES), str(_WHOLE)

    def figure(
        self,
        filer: MemberFiling,
        entry: CharterIndicator,
        figure: FiledFigure,
        correction: Reading | None = None,
    ) -> tuple[Cell, ...]:
        """A figure; `correction` says what it was before it was corrected, where it was."""
        (_key, service, cell), values = figure.place, figure.values
        row = (
            *self._common_cells(filer, entry),
            self.names.get(service, service) if service else self._whole,
            self.charter.cell(cell) or None,
            (self._withheld, MUTED_STYLE)
            if figure.withheld
            else self._statuses.get(values.status, values.status),
            value_cell(self.charter, entry.indicator, values.value, values.choice),
            entry.unit or None,
            plain_decimal(values.value),
            *(
                self._detail(entry, name, value)
                for name, value in zip(_DETAILS, _details_of(values), strict=True)
            ),
            None,
            None,
            *_correction_cells(entry, correction),
            entry.indicator.key,
            cell or None,
            self._disclosures[Disclosure.SECRETARIAT if figure.secretariat_only else Disclosure.PUBLIC],
        )
        return row[: self._end]

    def _detail(self, charter_indicator: CharterIndicator, name: str, value: Any) -> Cell:
        if value is None or value == "":
            return None
        style = _STYLE_OF[name]
        if style == "number":
            return (
                float(value)
                if name in _COUNTS_OF_SHARE
                else value_cell(self.charter, charter_indicator.indicator, value)
            )
        return tick_cell(value) if style == "truth" else value

    def total(self, filer: MemberFiling, entry: CharterIndicator, total: CycleTotal) -> tuple[Cell, ...]:
        status: Cell = (
            (self._withheld, MUTED_STYLE) if total.withheld else self._statuses[FigureStatus.REPORTED]
        )
        value = None if total.withheld else total.value
        row = (
            *self._common_cells(filer, entry), (self._all, "strong"), self.charter.cell(total.cell) or None, status,
            value_cell(self.charter, entry.indicator, value), entry.unit or None, plain_decimal(value),
            *[None] * len(_DETAILS), total.parts, total.of,
            *_correction_cells(entry, total.correction), entry.indicator.key, total.cell or None, None,
        )  # fmt: skip
        return row[: self._end]

    def _common_cells(self, filer: MemberFiling, entry: CharterIndicator) -> tuple[Cell, ...]:
        indicator = entry.indicator
        return (
            filer.name, filer.slug, entry.commitment.code, entry.measure.code, indicator.code, indicator.title,
        )  # fmt: skip

    def answer(self, filer: MemberFiling, answer: Mapping[str, Any]) -> tuple[Cell, ...]:
        """A text: of an indicator, or of a pledge beyond the charter."""
        entry = self.charter.by_key.get(answer["indicator"])
        code, title = (
            (entry.indicator.code, entry.indicator.title) if entry else ("", answer.get("title", ""))
        )
        withheld = answer.get("withheld", False)
        secretariat_only = answer.get("disclosure", Disclosure.PUBLIC) == Disclosure.SECRETARIAT
        text: Cell = (self._withheld, MUTED_STYLE) if withheld else answer["text"]
        row = (
            filer.name, filer.slug, code or None, title, answer["language"], text, answer["indicator"] or None,
            self._disclosures[Disclosure.SECRETARIAT if secretariat_only else Disclosure.PUBLIC],
        )  # fmt: skip
        return row[: self._end]
