"""The rows of the page of differences: each proposal of a file as a person reads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from alliance.enums import FigureStatus, ValueType
from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.models import Indicator, Pledge
from alliance.queries.change_history import ValueChange
from alliance.queries.field_history import figure_changes
from alliance.queries.public.wording import cell_title, status_text, value_text
from alliance.queries.report_frame import RequestedFigure
from alliance.queries.upload_differences import Difference, DifferenceKind, UploadDifferences
from portal.kernel.text import DiffMark, DiffPiece, compare_words, format_figure, shorten_unchanged

_SHOWN_TEXT = 600  # characters of a new text; the rest is in the file


@dataclass(frozen=True)
class UploadRow:
    """One difference with its words."""

    difference: Difference
    title: str
    context: str  # service, part, unit
    before: str
    after: str
    pieces: Sequence[DiffPiece] = ()
    before_pieces: Sequence[DiffPiece] = ()  # of a text in conflict: what was changed in the report
    base: str = ""  # what stood there when the form was taken
    last: str = ""  # of the last period
    details: Sequence[ValueChange] = ()

    @property
    def number(self) -> int:
        return self.difference.number

    @property
    def address(self) -> str:
        return self.difference.proposal.address

    @property
    def has_note(self) -> bool:
        values = self.difference.values
        return bool(values and values.note.strip())

    @property
    def has_remarks(self) -> bool:
        """Whether `_upload_remarks.html` has anything to say of it."""
        each = self.difference
        is_doubtful = each.proposal.is_hidden or each.erases_number
        return bool(is_doubtful or each.refusals or each.warnings or self.last or self.details)


class UploadRows:
    """Makes the rows of one file's differences."""

    def __init__(self, differences: UploadDifferences) -> None:
        self._frame = differences.copy.frame
        self._last: Mapping[FigurePlace, FiledFigure] = differences.copy.last_figures

    def rows(self, differences: Iterable[Difference]) -> list[UploadRow]:
        return [self._row(each) for each in differences]

    def _row(self, row: Difference) -> UploadRow:
        title, context = self._title(row)
        if isinstance(row.target, RequestedFigure):
            return self._figure_row(row, row.target, title, context)
        base = row.base if isinstance(row.base, str) else ""
        if row.kind == DifferenceKind.CONFLICT:
            before_pieces = _pieces_of_side(base, row.text, row.stored_text)
            pieces = _pieces_of_side(base, row.stored_text, row.text)
        else:
            before_pieces, pieces = (), _pieces(row.stored_text, row.text)
        text = row.text or _typed_text(row)
        after = text if len(text) <= _SHOWN_TEXT else f"{text[:_SHOWN_TEXT]}…"
        if row.language:
            context = ", ".join(filter(None, (context, get_language_info(row.language)["name_local"])))
        return UploadRow(row, title, context, row.stored_text, after, pieces, before_pieces, base)

    def _figure_row(self, row: Difference, target: RequestedFigure, title: str, context: str) -> UploadRow:
        indicator, stored = target.indicator, row.stored_values
        last = self._last.get(target.place)
        after = exact_text(indicator, row.values) if row.values else _typed_text(row)
        base = exact_text(indicator, row.base) if isinstance(row.base, FigureValues) else ""
        return UploadRow(
            row,
            title,
            context,
            exact_text(indicator, stored) if row.stored else "",
            after,
            base=base,
            last=exact_text(indicator, last.values) if last else "",
            details=list(figure_changes(indicator, _without_answer(stored), _without_answer(row.values)))
            if row.values
            else (),
        )

    def _title(self, row: Difference) -> tuple[str, str]:
        if isinstance(row.target, Pledge):
            return row.target.title, _("beyond the charter")
        indicator = row.indicator
        if indicator is None:
            return str(row.proposal.label), ""
        required = self._frame.measure_of(indicator.key)
        title = f"{required.measure.code} {indicator.title}" if required else indicator.title
        if not isinstance(row.target, RequestedFigure):
            return title, ""
        target = row.target
        names = (
            target.service.name if target.service else "",
            cell_title(self._frame.report.charter, target.cell) if target.cell else "",
            indicator.get_unit_display() if indicator.unit else "",
        )
        return title, ", ".join(filter(None, names))


def page_of_kind(pages: Sequence[Sequence[Difference]], kind: DifferenceKind, current: int) -> int:
    """The page on which a kind is: the current one if it has any, else the first; 0 where none has."""
    numbers = [number for number, rows in enumerate(pages, 1) if any(row.kind == kind for row in rows)]
    return current if current in numbers else next(iter(numbers), 0)


def _pieces(before: str, after: str) -> Sequence[DiffPiece]:
    """What was changed in a text; nothing of one that is new."""
    return shorten_unchanged(compare_words(before, after)) if before else ()


def _pieces_of_side(base: str, other: str, own: str) -> Sequence[DiffPiece]:
    """One side of a conflict: what it changed; where nothing stood before, the words that the other has not."""
    pieces = compare_words(base or other, own)
    return shorten_unchanged(
        pieces if base else [piece for piece in pieces if piece.mark != DiffMark.REMOVED]
    )


def exact_text(indicator: Indicator, values: FigureValues) -> str:
    """A figure in words, its number with every digit that would be saved; or why there is none."""
    if values.status != FigureStatus.REPORTED:
        return status_text(values.status).lower()
    text = value_text(indicator, values.value, values.choice)
    if text or values.value is None:
        return text
    text = f"≈ {format_figure(values.value)}" if values.estimate else format_figure(values.value)
    return f"{text} %" if indicator.value == ValueType.SHARE else text


def _without_answer(values: FigureValues) -> FigureValues:
    """What stands beside the answer: the answer has columns of its own."""
    return replace(values, status=FigureStatus.REPORTED.value, value=None, choice="", estimate=False)


def _typed_text(row: Difference) -> str:
    """What the refused cell holds, as it stands in the file."""
    return row.refusals[0].text if row.kind == DifferenceKind.REFUSED and row.refusals else ""
