"""How large a charter may be: what the editor, the review and the public pages of a report can carry.

`docs/how-to/charter-format.md` has the same table; a test compares the two.
"""

from collections.abc import Mapping
from typing import NamedTuple

from alliance.charter_file.texts import LANGUAGES
from alliance.enums import Period
from alliance.validators.cells import MAX_LENGTH, MOST_PERIODS
from portal.kernel.text.strict_yaml import MAX_DEPTH, MAX_FAULTS, MAX_NODES

MAX_FILE_SIZE = 2 * 1024 * 1024
# Characters of a text.
SHORT, TITLE, PARAGRAPH, WHOLE_TEXT, URL, KEY = 24, 200, 2_000, 10_000, 500, 60


class Range(NamedTuple):
    """The least and the most of something."""

    least: int
    most: int


VERSION = Range(1, 9_999)
CODE_NUMBER = Range(1, 999)  # each number of a code; an indicator's letters
CODE_LETTERS = Range(1, 2)
DIGITS, DECIMALS = Range(1, 12), Range(0, 6)  # of a number, before the point and after it
NOTICE = Range(14, 365)  # days between the notice of a later version and the last day for objections
ANSWER = Range(100, 20_000)  # characters of a narrative
# Items of a list.
CHAPTERS, COMMITMENTS, MEASURES, INDICATORS = Range(1, 100), Range(1, 100), Range(1, 50), Range(1, 50)
HARMS, IDENTIFIERS, SOURCES, MAPPING = Range(0, 60), Range(0, 20), Range(0, 50), Range(0, 1_000)
BREAKDOWNS, CELLS, AXES, CHOICES = Range(0, 60), Range(2, 60), Range(0, 2), Range(2, 20)
PARTS = Range(2, 20)  # of a category
# What comes together in the file, and on a page of a report.
FILE_COMMITMENTS, FILE_MEASURES = 100, 500
INDICATOR_CELLS = 400  # of both breakdowns, multiplied
MEASURE_FIGURES, FILE_FIGURES = 600, 2_000  # totals and cells of one service

TABLE: Mapping[str, Range] = {
    "bytes of the file": Range(1, MAX_FILE_SIZE),
    "values in the file": Range(1, MAX_NODES),
    "levels of nesting": Range(1, MAX_DEPTH),
    "faults that are listed": Range(0, MAX_FAULTS),
    "aliases, anchors, tags": Range(0, 0),
    "`version`": VERSION,
    "characters of a key": Range(1, KEY),
    "each number of a code": CODE_NUMBER,
    "letters of an indicator's code": CODE_LETTERS,
    "digits of `minimum`, `maximum` before the point": DIGITS,
    "digits of `minimum`, `maximum` after the point": DECIMALS,
    "languages of a text": Range(len(LANGUAGES), len(LANGUAGES)),
    "characters of `short`": Range(1, SHORT),
    "characters of a title, `id`": Range(1, TITLE),
    "characters of `summary`, `note`, `statement`, `guidance`, `explanation`, a source": Range(1, PARAGRAPH),
    "characters of `text`": Range(1, WHOLE_TEXT),
    "characters of `url`": Range(1, URL),
    "`limit`, characters of an answer": ANSWER,
    "`notice_days` of `later_versions`": NOTICE,
    "`sources`": SOURCES,
    "`mapping`": MAPPING,
    "`harms`": HARMS,
    "`identifiers` of a harm": IDENTIFIERS,
    "`breakdowns` of the file": BREAKDOWNS,
    "`cells` of a breakdown": CELLS,
    "`parts` of a cell": PARTS,
    "characters of a cell’s key: `breakdown=cell/part`, two of them joined by `;`": Range(1, MAX_LENGTH),
    "months of a cycle, as they are counted below": Range(0, MOST_PERIODS[Period.MONTH]),
    "quarters of a cycle, as they are counted below": Range(0, MOST_PERIODS[Period.QUARTER]),
    "`chapters`": CHAPTERS,
    "`commitments` of a chapter": COMMITMENTS,
    "commitments in the file": Range(1, FILE_COMMITMENTS),
    "`measures` of a commitment": MEASURES,
    "measures in the file": Range(1, FILE_MEASURES),
    "`indicators` of a measure": INDICATORS,
    "`breakdowns` of an indicator": AXES,
    "`choices` of an indicator": CHOICES,
    "cells of an indicator (of its two breakdowns, multiplied)": Range(0, INDICATOR_CELLS),
    "figures of a measure, totals and cells, for one service": Range(0, MEASURE_FIGURES),
    "figures in the file, totals and cells, for one service": Range(0, FILE_FIGURES),
}
