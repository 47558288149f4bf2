"""The rows of a cycle's workbook that are many: every figure and every text, one below the other, with typed cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.documents.cells import QUIET, truth, value_cell
from alliance.documents.cycle_charter import Asked, CycleCharter
from alliance.enums import Disclosure, FigureStatus
from alliance.queries.public.wording import status_text
from alliance.services.report_document import plain
from portal.kernel.workbooks import Cell, Column

# What stands in the columns of the two sheets: heading, width, style.
_Column = tuple[str | Promise, int, str]
_FIGURES: Sequence[_Column] = (
    (_("Member"), 26, "line"),
    (_("Member’s key"), 18, "line"),
    (_("Commitment"), 12, "line"),
    (_("Measure"), 10, "line"),
    (_("Indicator"), 10, "line"),
    (_("Title"), 40, "line"),
    (_("Service"), 22, "line"),
    (_("Part"), 24, "line"),
    (_("Status"), 16, "line"),
    (_("Value"), 16, "number"),
    (_("Unit"), 12, "line"),
    (_("Value, exact"), 18, "exact"),
    (_("Numerator"), 14, "number"),
    (_("Denominator"), 14, "number"),
    (_("Lower bound"), 14, "number"),
    (_("Upper bound"), 14, "number"),
    (_("Estimate"), 11, "truth"),
    (_("Definition changed"), 13, "truth"),
    (_("Why it changed"), 30, "line"),
    (_("How it was counted"), 30, "line"),
    (_("Note"), 30, "line"),
    (_("Reason"), 30, "line"),
    (_("Services counted"), 11, "count"),
    (_("Services in all"), 11, "count"),
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
_ALL_SERVICES, _WHOLE = _("All services"), _("Whole organisation")


def figure_columns(*, disclosed: bool) -> list[Column]:
    """The columns of the sheet of figures; `disclosed` is for readers who see what the public does not."""
    return _columns(_FIGURES, disclosed=disclosed)


def answer_columns(*, disclosed: bool) -> list[Column]:
    return _columns(_ANSWERS, disclosed=disclosed)


def _columns(columns: Sequence[_Column], *, disclosed: bool) -> list[Column]:
    shown = columns if disclosed else columns[:-1]
    return [Column(str(title), width, style) for title, width, style in shown]


@dataclass(frozen=True, slots=True)
class Filer:
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


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure, wherever it was read: withheld it has no value; `kept` it has one that is not public."""

    indicator: str
    service: str | None
    cell: str
    status: str
    withheld: bool
    value: Decimal | None
    choice: str
    numerator: Decimal | None
    denominator: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    estimate: bool
    method: str
    note: str
    reason: str
    definition_changed: bool
    definition_note: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A total over services, as it was published or would be worked out."""

    indicator: str
    cell: str
    withheld: bool
    value: Decimal | None
    parts: int
    of: int


_DECIMALS = ("value", "numerator", "denominator", "lower", "upper")
_AS_FILED = (
    "indicator", "service", "cell", "status", "choice", "estimate", "method", "note", "reason", "definition_changed",
    "definition_note",
)  # fmt: skip


def fact_of(figure: Mapping[str, Any]) -> Fact:
    """A figure of a submission, a working copy or a publication."""
    values: dict[str, Any] = {name: figure[name] for name in _AS_FILED}
    numbers = {name: Decimal(figure[name]) if figure[name] is not None else None for name in _DECIMALS}
    kept = figure.get("disclosure") == Disclosure.SECRETARIAT
    return Fact(withheld=figure.get("withheld", False), kept=kept, **values | numbers)


def sum_of(total: Mapping[str, Any]) -> Sum:
    """A total of a document."""
    value = Decimal(total["value"]) if total["value"] is not None else None
    return Sum(total["indicator"], total["cell"], total["withheld"], value, total["parts"], total["of"])


class RowMaker:
    """Makes the rows of figures and of answers; what all rows of an indicator share is worked out once."""

    def __init__(self, charter: CycleCharter, names: Mapping[str, str], *, disclosed: bool) -> None:
        self.charter, self.names = charter, names
        self._end = None if disclosed else -1  # the last column says who may read it
        self._statuses: dict[str, str] = {str(status): str(status.label) for status in FigureStatus}
        self._withheld = status_text("", withheld=True)
        self._disclosures = {one: str(one.label) for one in Disclosure}
        self._all, self._whole = str(_ALL_SERVICES), str(_WHOLE)

    def figure(self, filer: Filer, asked: Asked, fact: Fact) -> tuple[Cell, ...]:
        indicator = asked.indicator
        number = partial(value_cell, self.charter, indicator)
        row = (
            *self._frame(filer, asked),
            self.names.get(fact.service, fact.service) if fact.service else self._whole,
            self.charter.cell(fact.cell) or None,
            (self._withheld, QUIET) if fact.withheld else self._statuses.get(fact.status, fact.status),
            value_cell(self.charter, indicator, fact.value, fact.choice),
            asked.unit or None,
            plain(fact.value),
            None if fact.numerator is None else float(fact.numerator),
            None if fact.denominator is None else float(fact.denominator),
            number(fact.lower),
            number(fact.upper),
            truth(fact.estimate),
            truth(fact.definition_changed),
            fact.definition_note or None,
            fact.method or None,
            fact.note or None,
            fact.reason or None,
            None,
            None,
            indicator.key,
            fact.cell or None,
            self._disclosures[Disclosure.SECRETARIAT if fact.kept else Disclosure.PUBLIC],
        )
        return row[: self._end]

    def total(self, filer: Filer, asked: Asked, total: Sum) -> tuple[Cell, ...]:
        status: Cell = (self._withheld, QUIET) if total.withheld else self._statuses[FigureStatus.REPORTED]
        value = None if total.withheld else total.value
        row = (
            *self._frame(filer, asked), (self._all, "strong"), self.charter.cell(total.cell) or None, status,
            value_cell(self.charter, asked.indicator, value), asked.unit or None, plain(value),
            *[None] * 10, total.parts, total.of, asked.indicator.key, total.cell or None, None,
        )  # fmt: skip
        return row[: self._end]

    def _frame(self, filer: Filer, asked: Asked) -> tuple[Cell, ...]:
        indicator = asked.indicator
        return (
            filer.name, filer.slug, asked.commitment.code, asked.measure.code, indicator.code, indicator.title,
        )  # fmt: skip

    def answer(self, filer: Filer, answer: Mapping[str, Any]) -> tuple[Cell, ...]:
        """A text: of an indicator, or of a pledge beyond the charter."""
        asked = self.charter.by_key.get(answer["indicator"])
        code, title = (
            (asked.indicator.code, asked.indicator.title) if asked else ("", answer.get("title", ""))
        )
        withheld = answer.get("withheld", False)
        kept = answer.get("disclosure", Disclosure.PUBLIC) == Disclosure.SECRETARIAT
        text: Cell = (self._withheld, QUIET) if withheld else answer["text"]
        row = (
            filer.name, filer.slug, code or None, title, answer["language"], text, answer["indicator"] or None,
            self._disclosures[Disclosure.SECRETARIAT if kept else Disclosure.PUBLIC],
        )  # fmt: skip
        return row[: self._end]
