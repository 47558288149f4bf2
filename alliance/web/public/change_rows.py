"""What changed in the record, in a few sentences and as the rows of a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alliance.enums import TargetState
from alliance.models import PublishedPledge, TimelineEntry
from alliance.queries.public.corrected_values import CorrectedValue, corrected_values
from alliance.queries.public.record_changes import Part, RecordChanges
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import count_of_state
from alliance.web.public.responses import Cell
from portal.kernel.text import format_figure

COLUMN_COUNT = 14  # of the table


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A part of the page that holds something: where it begins, its name, how much changed and which way."""

    anchor: str
    label: str
    count: int
    detail: str = ""


def pledge_rows(pledges: Mapping[str, Part[PublishedPledge]]) -> list[tuple[str, PublishedPledge]]:
    """The pledges that are new, and those that were fulfilled or withdrawn, each with that word."""
    return [(state, pledge) for state, part in pledges.items() for pledge in part.rows]


def change_index(record_changes: RecordChanges) -> list[IndexPart]:
    """The parts of the page that hold something, in its order."""
    fell, rose = record_changes.fell.total, record_changes.rose.total
    silent, again = record_changes.not_filed.total, record_changes.filed_again.total
    worse, better = record_changes.figures.all_worse, record_changes.figures.all_better
    parts = (
        IndexPart("verdicts-title", _("Verdicts"), fell + rose, _listed(
            (fell, ngettext("%(n)s fell", "%(n)s fell", fell)), (rose, ngettext("%(n)s rose", "%(n)s rose", rose))
        )),
        IndexPart("reports-title", _("Reports"), silent + again, _listed(
            (silent, ngettext("%(n)s not filed", "%(n)s not filed", silent)),
            (again, ngettext("%(n)s filed again", "%(n)s filed again", again)),
        )),
        IndexPart("figures-title", _("Figures"), worse + better, figure_counts(worse, better)),
        IndexPart("promises-title", _("Promises"), record_changes.promise_count, _promise_detail(record_changes)),
        IndexPart("corrections-title", _("Corrections"), record_changes.corrections.total),
        IndexPart("withdrawals-title", pgettext("publications", "Withdrawn"), record_changes.withdrawals.total),
    )  # fmt: skip
    return [part for part in parts if part.count]


def figure_counts(worse: int, better: int) -> str:
    """How many figures got worse and better, in words; of none nothing."""
    return _listed(
        (worse, ngettext("%(n)s worse", "%(n)s worse", worse)),
        (better, ngettext("%(n)s better", "%(n)s better", better)),
    )


def _listed(*counts: tuple[int, str]) -> str:
    """The counts that are not nought, in words."""
    return ", ".join(words % {"n": format_figure(count)} for count, words in counts if count)


def _promise_detail(record_changes: RecordChanges) -> str:
    targets = [
        count_of_state(TargetState(state), part.total)
        for state, part in record_changes.promises.items()
        if part.total
    ]
    pledges = _listed(
        *(
            (record_changes.pledges[name].total, words(record_changes.pledges[name].total))
            for name, words in _PLEDGE_COUNTS.items()
        )
    )
    return ", ".join(filter(None, (*targets, pledges)))


_PLEDGE_COUNTS: Mapping[str, Callable[[int], str]] = {
    "new": lambda n: ngettext("%(n)s new pledge", "%(n)s new pledges", n),
    "fulfilled": lambda n: ngettext("%(n)s pledge fulfilled", "%(n)s pledges fulfilled", n),
    "withdrawn": lambda n: ngettext("%(n)s pledge withdrawn", "%(n)s pledges withdrawn", n),
}


def changes_sentence(record_changes: RecordChanges) -> str:
    """The changes in a few sentences."""
    rose, fell, filed = record_changes.rose.total, record_changes.fell.total, record_changes.not_filed.total
    words = []
    if record_changes.before:
        words.append(verdict_sentence(rose, fell))
    if filed:
        words.append(
            ngettext("%(n)d report was not filed.", "%(n)d reports were not filed.", filed) % {"n": filed}
        )
    missed_count, late_count, reached_count = (
        record_changes.promises[state].total for state in ("missed", "late", "kept")
    )
    if missed_count:
        words.append(
            ngettext("%(n)d target was missed.", "%(n)d targets were missed.", missed_count)
            % {"n": missed_count}
        )
    if late_count:
        words.append(
            ngettext("%(n)d target is overdue.", "%(n)d targets are overdue.", late_count) % {"n": late_count}
        )
    if reached_count:
        words.append(
            ngettext("%(n)d target was kept.", "%(n)d targets were kept.", reached_count)
            % {"n": reached_count}
        )
    new, *ends = (record_changes.pledges[name].total for name in ("new", "fulfilled", "withdrawn"))
    ended = sum(ends)
    if new:
        words.append(ngettext("%(n)d new pledge.", "%(n)d new pledges.", new) % {"n": new})
    if ended:
        words.append(ngettext("%(n)d pledge ended.", "%(n)d pledges ended.", ended) % {"n": ended})
    corrected, withdrawn = record_changes.corrections.total, record_changes.withdrawals.total
    if corrected:
        words.append(ngettext("%(n)d correction.", "%(n)d corrections.", corrected) % {"n": corrected})
    if withdrawn:
        words.append(ngettext("%(n)d withdrawal.", "%(n)d withdrawals.", withdrawn) % {"n": withdrawn})
    return " ".join(words)


def verdict_sentence(rose: int, fell: int) -> str:
    """How many verdicts rose, and how many fell."""
    words = ngettext("%(n)d verdict rose", "%(n)d verdicts rose", rose) % {"n": rose}
    return f"{words} {ngettext('and %(n)d fell.', 'and %(n)d fell.', fell) % {'n': fell}}"


def change_table(record_changes: RecordChanges) -> list[list[Cell]]:
    """The rows of the table, each with all of its columns."""
    rows: list[list[Cell]] = [
        [
            "verdict",
            move.organisation.slug,
            None,
            move.commitment.key,
            move.before,
            move.now,
            _yes(move.rose),
            None,
            move.was or None,
            move.corrected_in,
            move.reason,
        ]
        for move in (*record_changes.fell.rows, *record_changes.rose.rows)
    ]
    rows += [
        [
            "report",
            each.organisation.slug,
            None,
            each.cycle.slug,
            None,
            state,
            _yes(state == "filed_again"),
            None,
        ]
        for state, some in (
            ("not_filed", record_changes.not_filed),
            ("filed_again", record_changes.filed_again),
        )
        for each in some.rows
    ]
    rows += [
        ["figure", move.organisation.slug, move.service.slug if move.service else None, move.indicator.key,
         move.before, move.now, _yes(move.is_better), None, move.now_was, move.now_corrected_in, None,
         _yes(move.before_is_estimate), _yes(move.now_is_estimate)]
        for move in (*record_changes.figures.rows, *record_changes.figures.from_zero)
    ]  # fmt: skip
    rows += [
        [
            "promise",
            each.pledge.organisation.slug,
            None,
            each.standing.text,
            None,
            state,
            None,
            each.outcome_in,
        ]
        for state, some in record_changes.promises.items()
        for each in some.rows
    ]
    rows += [
        ["pledge", pledge.organisation.slug, None, pledge.title or pledge.commitment_key, None, state, None,
         pledge.valid_from]
        for state, pledge in pledge_rows(record_changes.pledges)
    ]  # fmt: skip
    rows += _correction_rows(record_changes.corrections.rows)
    rows += [_entry_row("withdrawal", entry) for entry in record_changes.withdrawals.rows]
    return [[*row, *[None] * (COLUMN_COUNT - len(row))] for row in rows]


def _correction_rows(entries: Sequence[TimelineEntry]) -> list[list[Cell]]:
    """A row for each corrected value; one for a correction that left all as it was."""
    values = corrected_values(entries)
    return [
        row
        for entry in entries
        for row in (
            [_entry_row("correction", entry, each) for each in values[entry.valid_from]]
            or [_entry_row("correction", entry)]
        )
    ]


def _entry_row(kind: str, entry: TimelineEntry, corrected: CorrectedValue | None = None) -> list[Cell]:
    """A correction, with a value that it changed, or a withdrawal: what it is about, and why."""
    reasons = entry.detail.get("reasons")
    about: list[Cell] = [None, in_reader_language(entry.title), None, None]
    if corrected:
        about = [corrected.service or None, corrected.title, corrected.before, corrected.now]
    return [
        kind,
        entry.organisation.slug if entry.organisation else None,
        *about,
        None,
        entry.valid_from,
        None,
        None,
        in_reader_language(reasons) if reasons else None,
        None,
        None,
        entry.cycle.slug if entry.cycle else None,
    ]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
