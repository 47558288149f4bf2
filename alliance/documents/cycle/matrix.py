"""The matrix of a cycle, members by commitments, in as many bands as a page is wide."""

from dataclasses import replace

from django.utils.translation import gettext as _

from alliance.documents.cycle.detail_sheets import MemberFiling
from alliance.documents.cycle.facts import CycleFacts
from alliance.documents.cycle.summary_model import LevelCount, MatrixBand, MatrixCell, MatrixRow
from alliance.enums import VerdictValue
from alliance.models import Commitment
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS, VERDICT_ORDER
from alliance.queries.public.wording import correction_of_verdict
from portal.kernel.text import format_date, to_print

MAX_COLUMNS = 10  # commitments side by side on a page across; a word of a verdict needs its room


def verdict_word(value: str) -> str:
    return str(VerdictValue(value).label)


def level_counts(values: list[str]) -> list[LevelCount]:
    """How many of each value, from complete to not due, with the noughts."""
    return [
        LevelCount(VERDICT_LEVELS[value], verdict_word(value), values.count(str(value)))
        for value in VERDICT_ORDER
    ]


def matrix_bands(facts: CycleFacts) -> list[MatrixBand]:
    """Every member that had to report, in bands of about equal width; none while nothing was judged."""
    commitments = facts.charter.commitments
    if not facts.verdicts or not commitments:
        return []
    count = -(-len(commitments) // MAX_COLUMNS)
    width = -(-len(commitments) // count)
    bands: list[MatrixBand] = []
    corrected = 0
    for begin in range(0, len(commitments), width):
        some = commitments[begin : begin + width]
        rows, corrections = [], []
        for filing in facts.filings:
            cells = [_cell(facts.verdicts.get((filing.slug, commitment.key))) for commitment in some]
            for place, commitment in enumerate(some):
                words, cell = _correction(facts, filing, commitment), cells[place]
                if words and cell:
                    corrected += 1
                    cells[place] = replace(cell, sign=str(corrected))
                    corrections.append((str(corrected), words))
            state = to_print(filing.pending_state or filing.state)
            rows.append(MatrixRow(to_print(filing.name), state, cells))
        header = [(each.code, to_print(each.short)) for each in some]
        bands.append(MatrixBand(header, rows, _note(facts), corrections))
    return bands


def _correction(facts: CycleFacts, filing: MemberFiling, commitment: Commitment) -> str:
    """Which verdict was corrected, what it was, and by which publication; empty for one that was not."""
    place = filing.slug, commitment.key
    correction = facts.corrected.get(place)
    if correction is None:
        return ""
    words = _("%(commitment)s, %(member)s: %(correction)s, No. %(number)d")
    return to_print(
        words
        % {
            "commitment": f"{commitment.code} {commitment.short}",
            "member": filing.name,
            "correction": correction_of_verdict(facts.verdicts.get(place), correction.before),
            "number": correction.number,
        }
    )


def _note(facts: CycleFacts) -> str:
    """As of which day the matrix says what is pending: once, and not in each row."""
    published_at = facts.cycle.published_at
    if published_at is None or not any(filing.pending_state for filing in facts.filings):
        return ""
    words = _("What is due or in review is so as of %(day)s, when the cycle was published.")
    return to_print(words % {"day": format_date(published_at)})


def _cell(value: str | None) -> MatrixCell | None:
    return MatrixCell(VERDICT_LEVELS[value], verdict_word(value)) if value else None
