"""What the grid of all figures posts: cells as they were typed, each with what its reader saw; and their saving.

A cell whose details were opened posts these too, with the version that they were of. One that was put back says what it
goes back to after what its reader saw (`5.4fc82b<3.a1b2c3`): its text alone would not bring back a reason or bounds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.enums import FigureStatus
from alliance.figure_fields import FigureValues
from alliance.models import Figure
from alliance.queries.cell_kinds import cell_kind
from alliance.queries.field_history import earlier_figures, last_writings
from alliance.queries.working_copy import CarriedOver
from alliance.services.carry_over import confirm_carried_over
from alliance.services.figures import FigureChange, save_figures, write_note
from alliance.validators.cell_texts import put_back, read_cell_text, with_reading
from alliance.web.forms.working_copy import FigureDetailsForm
from alliance.web.workspace.editor_parts import EditorPlace
from alliance.web.workspace.grid_cells import TypedCell, digest_of, shown_text
from alliance.web.workspace.grid_rows import row_key
from alliance.web.workspace.overtaken import overtaken_figure
from alliance.web.workspace.report_grid import ReportGrid
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.text import whole_number
from portal.kernel.web import names_of, refuse_unlisted_fields

LISTED = ("autosave", "act", "note", "row")
_VALUE, _READ, _DETAILS = "-value", "-read", "-version"


@dataclass
class SavedCells:
    """What became of a post: the names that are saved, and what could not be."""

    saved: set[str] = field(default_factory=set)
    typed: dict[str, TypedCell] = field(default_factory=dict)
    indicators: set[int] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        return not self.typed

    @property
    def has_conflicts(self) -> bool:
        return any(cell.is_conflict for cell in self.typed.values())


def save_cells(actor: Actor, grid: ReportGrid, data: QueryDict) -> SavedCells:
    """Save every cell that was typed over and can be read, all at once; the rest comes back with the reason.

    A cell that a colleague has changed since is a conflict, and the rest is saved. Raises UnlistedFields for a place
    that the report does not ask for, Forbidden, and WrongState when the report is not being edited.
    """
    posted = _posted(grid, data)
    result = SavedCells(indicators={cell.place.line.indicator.pk for cell in posted.values()})
    changes: dict[str, FigureChange] = {}
    earlier = _earlier_values(grid, posted)
    for prefix, cell in posted.items():
        if not cell.is_typed and cell.details is None and prefix not in earlier:
            continue
        try:
            changes[prefix] = _change(grid, cell, earlier.get(prefix))
        except DomainError as refusal:
            result.typed[prefix] = TypedCell(cell.text, str(refusal), faults=cell.faults)
    _save(actor, grid, changes, data, result)
    return result


class _PostedCell(NamedTuple):
    """A cell of a post: what was typed, the version that its reader saw, its details where they were open.

    `back`: the version to which it was put back and the digest of its text, if it was.
    """

    place: EditorPlace
    text: str
    version: int
    is_typed: bool
    details: FigureDetailsForm | None
    back: str = ""

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong with its details, by their fields."""
        errors = self.details.errors if self.details else {}
        return {name: " ".join(map(str, messages)) for name, messages in errors.items()}


def _posted(grid: ReportGrid, data: QueryDict) -> dict[str, _PostedCell]:
    names = [name.removesuffix(_VALUE) for name in data if name.endswith(_VALUE)]
    cells = {name: _cell(grid, name, place, data) for name in names if (place := grid.find(name))}
    listed = {name + end for name in cells for end in (_VALUE, _READ)}
    details = [cell.details for cell in cells.values() if cell.details]
    refuse_unlisted_fields(data, {*listed, *names_of(*details), *LISTED})
    return cells


def _cell(grid: ReportGrid, prefix: str, place: EditorPlace, data: QueryDict) -> _PostedCell:
    text, read = data.get(prefix + _VALUE, ""), data.get(prefix + _READ, "")
    seen, _mark, back = read.partition("<")
    version, _dot, digest = seen.partition(".")
    versions = [_number(version)]
    details = None
    if prefix + _DETAILS in data:
        stored = grid.copy.figures.get(place.target.place)
        details = details_form(place, stored, data)
        versions.append(_number(data.get(prefix + _DETAILS, "")))
    # of the cell and its details the one that was read first
    return _PostedCell(place, text, min(versions), digest != digest_of(text), details, back)


def details_form(
    place: EditorPlace, stored: Figure | None, data: QueryDict | None = None
) -> FigureDetailsForm:
    """The form of a cell's details."""
    line = place.line
    return FigureDetailsForm(
        data, prefix=place.prefix, indicator=line.indicator, is_part=line.is_bare, stored=stored
    )


def _number(text: str) -> int:
    return whole_number(text, digits=9) or 0


def _earlier_values(grid: ReportGrid, posted: Mapping[str, _PostedCell]) -> dict[str, FigureValues]:
    """The values of the cells that were put back, by their names.

    A cell that was typed over since is none of them, and one whose version is no longer kept is read as it is typed.
    """
    wanted: dict[str, tuple[int, str]] = {}
    for prefix, cell in posted.items():
        version, _dot, digest = cell.back.partition(".")
        if cell.back and digest == digest_of(cell.text):
            wanted[prefix] = _number(version), digest
    if not wanted:
        return {}
    versions = earlier_figures(
        grid.copy.frame.report,
        {posted[prefix].place.line.indicator.pk for prefix in wanted},
        {number for number, _digest in wanted.values()},
    )
    values = {}
    for prefix, (number, digest) in wanted.items():
        target = posted[prefix].place.target
        key = (target.indicator.pk, target.service.pk if target.service else None, target.cell, number)
        row = versions.get(key)
        if row is not None and digest_of(shown_text(target.indicator, row)) == digest:
            values[prefix] = FigureValues.of(row)
        elif number == 0 and not posted[prefix].text.strip():
            values[prefix] = FigureValues()
    return values


def _change(grid: ReportGrid, cell: _PostedCell, earlier: FigureValues | None = None) -> FigureChange:
    target, indicator, details = cell.place.target, cell.place.line.indicator, cell.details
    if details is not None and not details.is_valid():
        sentences = [f"{details.fields[name].label}: {text}" for name, text in cell.faults.items()]
        raise DomainError(" ".join(sentences))
    stored = grid.copy.figures.get(target.place)
    values = FigureValues.of(stored) if stored else FigureValues()
    if details is not None and "numerator" in details.shown:
        values = replace(
            values, **{name: details.cleaned_data[name] for name in ("numerator", "denominator")}
        )
    if earlier is not None:
        values = put_back(values, earlier)
    elif cell.is_typed:
        reading = read_cell_text(cell.text, cell_kind(indicator), get_language() or "en")
        if cell.place.line.is_bare and reading.status != FigureStatus.REPORTED:
            raise DomainError(_("A part has a number, or is left empty."))
        values = with_reading(values, reading) or FigureValues()
    if details is not None:
        # as “≈” in the cell says
        estimate = earlier is None and values.estimate and not (stored and stored.estimate)
        # what goes back with the cell stands in its details as it was before, unless somebody typed over it there
        values = details.applied_to(values, changed_only=earlier is not None)
        values = replace(values, estimate=values.estimate or estimate)
    return FigureChange(target, None if values == FigureValues() else values.cleaned(), cell.version)


def _save(
    actor: Actor, grid: ReportGrid, changes: Mapping[str, FigureChange], data: QueryDict, result: SavedCells
) -> None:
    if not changes:
        return
    try:
        saved = save_figures(actor, grid.copy.frame.report, list(changes.values()), all_or_none=False)
    except Forbidden:
        raise
    except DomainError as refusal:
        result.typed |= {prefix: TypedCell(data.get(prefix + _VALUE, ""), str(refusal)) for prefix in changes}
        return
    stored_figures = {change.target.place: stored for change, stored in saved.conflicts}
    writings = last_writings(
        grid.copy.frame.report, [(change.target, stored) for change, stored in saved.conflicts]
    )
    for prefix, change in changes.items():
        place = change.target.place
        if place not in stored_figures:
            result.saved.add(prefix)
            continue
        message = overtaken_figure(
            actor, change.target, stored_figures[place], writings.get(place), change.values
        )
        result.typed[prefix] = TypedCell(data.get(prefix + _VALUE, ""), message, is_conflict=True)


# --- What is done to chosen rows -------------------------------------------------------------


def confirm_rows(
    actor: Actor, grid: ReportGrid, rows: set[str], measure: str = "", carried_from: int | None = None
) -> int:
    """Still true: confirm the figures that were carried over in these rows (`r13`, `r13-42`) or in a whole measure.

    Those of services that the view does not show are left. `carried_from` as in `confirm_carried_over`. Returns how
    many. Raises DomainError without a row or where none of them is to be confirmed, Forbidden, CarriedOverAnew, and
    WrongState when the report is not being edited.
    """
    if not rows and not measure:
        raise DomainError(_("Choose the rows first."), field="row")
    required = grid.copy.frame.required_measure(measure)
    if required:
        figures = [
            row for row in grid.copy.unconfirmed_in(required).figures if grid.in_view(row.place.service)
        ]
    else:
        figures = [row for row in grid.copy.unconfirmed_figures if _is_chosen(grid, row, rows)]
    if not figures:
        raise DomainError(_("None of these figures is still to be confirmed."), field="row")
    carried_over = CarriedOver(figures=figures)
    return confirm_carried_over(actor, grid.copy.frame.report, carried_over, carried_from=carried_from)


def note_warnings(actor: Actor, grid: ReportGrid, rows: set[str], note: str) -> int:
    """Write one note to every warning in these rows that has none; returns to how many figures.

    A column that the page does not show has none of them: nobody explains what they do not see.
    Raises DomainError without a note or a warning, Forbidden, Conflict when a colleague has changed one of them
    meanwhile.
    """
    places = dict.fromkeys(finding.place for finding in grid.copy.unanswered_warnings)
    figures = [grid.copy.figures[place] for place in places]
    chosen = [row for row in figures if _is_chosen(grid, row, rows)]
    if not chosen:
        raise DomainError(_("Choose rows with a warning."), field="row")
    return write_note(actor, grid.copy, chosen, note)


def _is_chosen(grid: ReportGrid, figure: Figure, rows: Collection[str]) -> bool:
    """Whether it stands in one of these rows, in a column of the page."""
    place = grid.parts_of[figure.indicator_id].find_figure(figure.place)
    if place is None or row_key(place.line) not in rows:
        return False
    return figure.service is None or figure.service in grid.services
