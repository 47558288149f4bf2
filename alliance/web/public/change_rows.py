"""What changed in the record, in a few sentences and as the rows of a table."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alliance.models import PublishedPledge
from alliance.queries.public.record_changes import Part, RecordChanges
from alliance.web.public.responses import Cell

COLUMN_COUNT = 10  # of the table


def pledge_rows(pledges: Mapping[str, Part[PublishedPledge]]) -> list[tuple[str, PublishedPledge]]:
    """The pledges that are new, and those that were fulfilled or withdrawn, each with that word."""
    return [
        ("new" if kind == "new" else pledge.state, pledge)
        for kind, part in pledges.items()
        for pledge in part.rows
    ]


def change_index(record_changes: RecordChanges) -> list[tuple[str, str, int]]:
    """The parts of the page that hold something: where each begins, its name, how much changed."""
    parts = (
        ("verdicts-title", _("Verdicts"), len(record_changes.fell) + len(record_changes.rose)),
        ("reports-title", _("Reports"), len(record_changes.not_filed) + len(record_changes.filed_again)),
        ("figures-title", _("Figures"), record_changes.figures.moved),
        ("promises-title", _("Promises"), record_changes.promise_count),
        ("corrections-title", _("Corrections"), record_changes.corrections.total),
        ("withdrawals-title", pgettext("publications", "Withdrawn"), record_changes.withdrawals.total),
    )
    return [part for part in parts if part[2]]


def changes_sentence(record_changes: RecordChanges) -> str:
    """The changes in a few sentences."""
    rose, fell, filed = len(record_changes.rose), len(record_changes.fell), len(record_changes.not_filed)
    words = []
    if record_changes.before:
        words.append(
            ngettext("%(n)d verdict rose", "%(n)d verdicts rose", rose) % {"n": rose}
            + " "
            + ngettext("and %(n)d fell.", "and %(n)d fell.", fell) % {"n": fell}
        )
    if filed:
        words.append(
            ngettext("%(n)d report was not filed.", "%(n)d reports were not filed.", filed) % {"n": filed}
        )
    missed_count, reached_count = (record_changes.promises[state].total for state in ("missed", "kept"))
    if missed_count:
        words.append(
            ngettext("%(n)d target was missed.", "%(n)d targets were missed.", missed_count)
            % {"n": missed_count}
        )
    if reached_count:
        words.append(
            ngettext("%(n)d target was kept.", "%(n)d targets were kept.", reached_count)
            % {"n": reached_count}
        )
    new, ended = (record_changes.pledges[name].total for name in ("new", "ended"))
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
        ]
        for move in (*record_changes.fell, *record_changes.rose)
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
        for each in some
    ]
    rows += [
        ["figure", move.organisation.slug, move.service.slug if move.service else None, move.indicator.key,
         move.before, move.now, _yes(move.is_better), None, move.now_was, move.now_corrected_in]
        for move in record_changes.figures.rows
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
            each.pledge.valid_from,
        ]
        for state, some in record_changes.promises.items()
        for each in some.rows
    ]
    rows += [
        ["pledge", pledge.organisation.slug, None, pledge.title or pledge.commitment_key, None, state, None,
         pledge.valid_from]
        for state, pledge in pledge_rows(record_changes.pledges)
    ]  # fmt: skip
    rows += [
        [kind, entry.organisation.slug if entry.organisation else None, None,
         entry.cycle.slug if entry.cycle else None, None, None, None, entry.valid_from]
        for kind, part in (("correction", record_changes.corrections), ("withdrawal", record_changes.withdrawals))
        for entry in part.rows
    ]  # fmt: skip
    return [[*row, *[None] * (COLUMN_COUNT - len(row))] for row in rows]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
