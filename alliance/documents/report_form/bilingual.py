"""A form in several languages at once: each label in all of them, each answer once."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from django.utils import translation

from alliance.services import form_layout as layout
from portal.kernel.documents.workbooks import MAX_SHEET_NAME, EntryCell, EntryColumn, EntryForm, EntrySheet

_SHORT = 60  # characters of labels that stand beside each other; longer ones stand below each other
_MARKS = re.compile(r"\W")

_Cells = Sequence[EntryCell | None]


def combined_form(forms: Mapping[str, EntryForm]) -> EntryForm:
    """One form of the same form in several languages. Rows are made when their sheet is read, each in its language."""
    first, *_others = forms.values()
    sheets = [
        _combined_sheet(dict(zip(forms, sheets, strict=True)))
        for sheets in zip(*(form.sheets for form in forms.values()), strict=True)
    ]
    lists = {
        name: [_joined(items) for items in zip(*(form.lists[name] for form in forms.values()), strict=True)]
        for name in first.lists
    }
    return replace(first, title=_joined([form.title for form in forms.values()]), sheets=sheets, lists=lists)


def _combined_sheet(sheets: Mapping[str, EntrySheet]) -> EntrySheet:
    first, *_others = sheets.values()
    names = _distinct([sheet.name for sheet in sheets.values()])
    name = " · ".join(names)
    return replace(
        first,
        name=name if len(name) <= MAX_SHEET_NAME else names[0],
        title=_joined([sheet.title for sheet in sheets.values()]),
        lead=_distinct([line for sheet in sheets.values() for line in sheet.lead]),
        columns=[
            _combined_column(columns)
            for columns in zip(*(sheet.columns for sheet in sheets.values()), strict=True)
        ],
        rows=_combined_rows(sheets),
    )


def _combined_column(columns: Sequence[EntryColumn]) -> EntryColumn:
    return replace(columns[0], title=_joined([column.title for column in columns]))


def _combined_rows(sheets: Mapping[str, EntrySheet]) -> Iterator[_Cells]:
    rows = []
    for language, sheet in sheets.items():
        with translation.override(language):
            rows.append(list(sheet.rows))
    labels = cache(_label)  # for this sheet: most labels stand in many rows
    for versions in zip(*rows, strict=True):
        yield [_combined_cell(cells, labels) for cells in zip(*versions, strict=True)]


def _combined_cell(cells: _Cells, label: Callable[[tuple[str, ...], bool], str]) -> EntryCell | None:
    """The cell with its label in every language; what somebody has written stands as it is."""
    first = cells[0]
    if first is None or not isinstance(first.value, str) or (first.is_open and not first.choices):
        return first
    texts = tuple(cell.value for cell in cells if cell is not None and isinstance(cell.value, str))
    if len(set(texts)) == 1:
        return first
    return EntryCell(label(texts, bool(first.choices)), first.style, first.is_open, first.choices)


def _label(texts: tuple[str, ...], is_choice: bool) -> str:
    """Long ones stand below each other; of an answer to choose both stand in a line, as in its list."""
    text = _joined(texts)
    return text if is_choice or len(text) <= _SHORT else "\n".join(_distinct(texts))


def _joined(texts: Sequence[str]) -> str:
    return layout.BETWEEN_LANGUAGES.join(_distinct(texts))


def _distinct(texts: Sequence[str]) -> list[str]:
    """Without those that differ in marks alone: a number is not repeated because its thousands are parted otherwise."""
    return list({_MARKS.sub("", text): text for text in reversed(texts)}.values())[::-1]
