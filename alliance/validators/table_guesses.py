"""What somebody's own table may be, as a person finds it filled in: where it begins, what its columns are, its periods.

Nothing that is guessed is read before somebody has seen it.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from alliance.validators.cell_texts import folded
from alliance.validators.foreign_tables import Rows, TableFacts, guess_style, looks_like_number
from alliance.validators.table_plans import (
    LABELS,
    MAX_HEADERS,
    ColumnRole,
    LabelledRow,
    TableBlock,
    TablePlan,
)

_PERIOD = re.compile(r"((?:19|20)\d\d)(?:[-/ ]?(q[1-4]|h[12]|\d\d?))?", re.IGNORECASE)
_MONTHS = {"q": 3, "h": 6}


class ReportWords(NamedTuple):
    """What a report calls its periods and the fields of a figure, in folded words; its first and last day."""

    periods: Collection[str] = ()
    fields: Collection[str] = ()
    starts_on: date | None = None
    ends_on: date | None = None


# --- Tables below one another ----------------------------------------------------------------


def table_blocks(rows: Rows) -> list[TableBlock]:
    """The tables that stand below one another, each with a header of its own after an empty row.

    What follows an empty row without a header, a sum or another section, belongs to the table above.
    """
    blocks: list[TableBlock] = []
    first, last, has_value = -1, -1, False
    for number, row in enumerate(rows):
        if not any(row):
            continue
        if has_value and last < number - 1 and _begins_table(rows, number):
            blocks.append(TableBlock(first + 1, last + 1, next(filter(None, rows[first]))))
            first, has_value = -1, False
        first, last = number if first < 0 else first, number
        has_value = has_value or _has_value(row, number)
    if has_value:
        blocks.append(TableBlock(first + 1, last + 1, next(filter(None, rows[first]))))
    counts: Counter[str] = Counter()
    for number, block in enumerate(blocks):
        counts[block.key] += 1
        blocks[number] = block._replace(number=counts[block.key])
    return blocks


def block_at(blocks: Sequence[TableBlock], row: int) -> TableBlock | None:
    """The table of a file of several in which the row stands, or the next one; None where the file has one."""
    if len(blocks) < 2:
        return None
    return next((block for block in blocks if block.last >= row), blocks[-1])


def blocks_within(blocks: Iterable[TableBlock], plan: TablePlan) -> list[TableBlock]:
    """Those of which a plan reads rows."""
    return [
        block
        for block in blocks
        if block.last >= plan.first_row and (not plan.last_row or block.first <= plan.last_row)
    ]


def _begins_table(rows: Rows, start: int) -> bool:
    """Whether a row with two names or more comes before the next value: a header."""
    for number, row in enumerate(rows[start : start + MAX_HEADERS * 3], start):
        if _has_value(row, number):
            return False
        if sum(any(map(str.isalpha, cell)) for cell in row) > 1:
            return True
    return False


# --- One table -------------------------------------------------------------------------------


def guess_plan(
    rows: Rows, facts: TableFacts | None = None, first_row: int = 0, words: ReportWords | None = None
) -> TablePlan:
    """A plan to begin with: where the headers end, which columns hold numbers, which names, which periods.

    Of several tables below one another that in which `first_row` stands, or the first.
    """
    facts, words = facts or TableFacts(), words or ReportWords()
    blocks = table_blocks(rows)
    block = block_at(blocks, first_row)
    first, headers, end = _guess_rows(rows, block or next(iter(blocks), None), facts)
    body = rows[first - 1 + headers : end]
    columns = [[row[column] for row in body if row[column]] for column in range(len(rows[0]))]
    roles = [_guess_role(cells, words) for cells in columns]
    if ColumnRole.VALUE not in roles:  # then what looks like years are values
        roles = [ColumnRole.VALUE if role == ColumnRole.ONLY else role for role in roles]
    last_row = end if block and end < len(rows) else 0
    style = guess_style(body, is_workbook=facts.is_workbook)
    plan = TablePlan(first, headers, style, roles, last_row=last_row, facts=facts, block=block)
    for column, role in enumerate(roles):
        if role in LABELS and {folded(text) for text in plan.header_of(rows, column)} & {*words.fields}:
            roles[column] = ColumnRole.VALUE  # a status or a note of each row
    only = {
        column: periods_of(columns[column], words)
        for column, role in enumerate(roles)
        if role == ColumnRole.ONLY
    }
    plan = replace(plan, roles=roles, only=only)
    return replace(plan, below=_guess_below(plan, rows))


def _guess_rows(rows: Rows, block: TableBlock | None, facts: TableFacts) -> tuple[int, int, int]:
    """The first row of the headers, how many they are, and the last row of the table."""
    start, end = (block.first - 1, block.last) if block else (0, len(rows))
    first, headers = _guess_headers(rows[start:end], {row - start - 1 for row in facts.rows_with_spans})
    return first + start, headers, end


def _guess_headers(rows: Rows, spanned: Collection[int]) -> tuple[int, int]:
    """The rows above the first with a value; of these the last ones with more than one cell, or one that spans some.

    What spans columns from the first on is a title.
    """
    last = next((number for number, row in enumerate(rows[: MAX_HEADERS * 3]) if _has_value(row, number)), 1)
    first = last
    while first > 0 and last - first < MAX_HEADERS:
        cells, is_title = sum(bool(cell) for cell in rows[first - 1]), bool(rows[first - 1][0])
        if cells < 2 and (is_title or not cells or first - 1 not in spanned):
            break
        first -= 1
    return (first + 1, last - first) if last > first else (max(last, 1), 0 if last == 0 else 1)


def _has_value(row: Sequence[str], number: int) -> bool:
    """Years side by side are a header, and so is one in the first row; a year alone below may be a value."""
    periods = sum(bool(_PERIOD.fullmatch(cell)) for cell in row)
    values = sum(looks_like_number(cell) and not _PERIOD.fullmatch(cell) for cell in row)
    return bool(values) or (periods == 1 and number > 0)


def _guess_role(cells: Sequence[str], words: ReportWords) -> ColumnRole:
    if not cells:
        return ColumnRole.IGNORE
    if all(map(_PERIOD.fullmatch, cells)):
        # months for which the report asks are parts of a figure
        is_asked_for = any(folded(cell) in words.periods for cell in set(cells))
        return ColumnRole.NAME if is_asked_for else ColumnRole.ONLY
    numbers = sum(looks_like_number(cell) for cell in cells)
    return ColumnRole.VALUE if numbers * 2 >= len(cells) else ColumnRole.NAME


# --- Periods ---------------------------------------------------------------------------------


def periods_of(texts: Iterable[str], words: ReportWords) -> tuple[str, ...]:
    """Of years, quarters and months those that the report is about, the longest that are there; else the last one."""
    known = list(texts)
    spans = {
        text: span for text in dict.fromkeys(known) if (span := _months_of(text)) and _is_within(span, words)
    }
    longest = max((last - first for first, last in spans.values()), default=0)
    return tuple(text for text, (first, last) in spans.items() if last - first == longest) or tuple(
        known[-1:]
    )


def _is_within(months: tuple[int, int], words: ReportWords) -> bool:
    """Whether the months are those of the report."""
    if words.starts_on is None or words.ends_on is None:
        return False
    start, end = (day.year * 12 + day.month - 1 for day in (words.starts_on, words.ends_on))
    return start <= months[0] and months[1] <= end


def _months_of(text: str) -> tuple[int, int] | None:
    """The first and last month of a period, counted from the year 0; None for what is none."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None
    year, part = int(match[1]) * 12, (match[2] or "").lower()
    if not part:
        return year, year + 11
    if length := _MONTHS.get(part[0]):
        first = year + (int(part[1:]) - 1) * length
        return first, first + length - 1
    month = int(part)
    return (year + month - 1, year + month - 1) if 1 <= month <= 12 else None


# --- Labels that stand once ------------------------------------------------------------------


def _guess_below(plan: TablePlan, rows: Rows) -> frozenset[int]:
    """The columns in which a text stands once for several rows: those with empty cells beside values.

    Not where two rows would be called alike then: an empty cell says something else there, such as a total.
    """
    columns = frozenset(column for column, role in enumerate(plan.roles) if role in LABELS)
    filled = {
        column
        for row in _with_values(replace(plan, below=columns), rows)
        for column in columns
        if row.is_filled and row.labels[column] and not row.cells[column]
    }
    below = sorted(column for column in filled if _has_gaps(plan, rows, column))
    while below and _has_doubles(replace(plan, below=frozenset(below)), rows):
        below.pop()
    return frozenset(below)


def _has_gaps(plan: TablePlan, rows: Rows, column: int) -> bool:
    """Whether rows with values have no text in the column; merged cells say themselves how far theirs reaches."""
    return any(not row.labels[column] for row in _with_values(plan, rows))


def _with_values(plan: TablePlan, rows: Rows) -> Iterable[LabelledRow]:
    values = plan.values
    return (row for row in plan.labelled_rows(rows) if any(row.cells[column] for column in values))


def _has_doubles(plan: TablePlan, rows: Rows) -> bool:
    """Whether a row that takes a text from above is called as another one is."""
    labelled = [(tuple(row.labels.values()), row.is_filled) for row in _with_values(plan, rows)]
    counts = Counter(labels for labels, _is_filled in labelled)
    return any(is_filled and counts[labels] > 1 for labels, is_filled in labelled)


# --- The next file ---------------------------------------------------------------------------


def reuse_plan(earlier: TablePlan, guess: TablePlan, rows: Rows, words: ReportWords) -> TablePlan:
    """A kept plan for this table; where it begins and ends, and of which periods it is, is told from the table itself.

    `guess` is what the table looks like. Where the plan does not fit it, what names stand for is kept alone.
    """
    fallback = replace(guess, names=earlier.names, service=earlier.service)
    if len(earlier.roles) != len(guess.roles):
        return fallback
    plan = replace(earlier, facts=guess.facts, block=guess.block)
    if guess.block and earlier.block:
        last = guess.block.last
        if earlier.last_row:
            last = min(last + earlier.last_row - earlier.block.last, len(rows))
        first = guess.block.first + earlier.first_row - earlier.block.first
        plan = replace(plan, first_row=first, last_row=last if last < len(rows) else 0)
    elif guess.block or earlier.block:
        plan = replace(plan, first_row=guess.first_row, headers=guess.headers, last_row=guess.last_row)
    if not plan.fits(rows):
        return fallback
    body = rows[plan.first_row - 1 + plan.headers : plan.last_row or None]
    only = {
        column: periods_of([row[column] for row in body if _PERIOD.fullmatch(row[column])], words) or texts
        if _are_of_another_time(texts, words)
        else texts
        for column, texts in plan.only.items()
    }
    return replace(plan, only=only)


def _are_of_another_time(texts: Iterable[str], words: ReportWords) -> bool:
    """Whether they are periods, and not those that the report is about: of the report before, say."""
    spans = [_months_of(text) for text in texts]
    return all(spans) and not all(span and _is_within(span, words) for span in spans)


def shape_of(rows: Rows, block: TableBlock | None = None) -> str:
    """The digest by which a table of the same make is known again: its guessed headers and its width.

    Of several in a file also how it is called there.
    """
    first, count, _last = _guess_rows(rows, block or next(iter(table_blocks(rows)), None), TableFacts())
    headers = [[folded(cell) for cell in row] for row in rows[first - 1 : first - 1 + count]]
    content = [len(rows[0]), headers, *([block.key] if block else [])]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
