"""Texts in bulk as a program sends them: each finds its subject, or is named with what is wrong in it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.api.rows import SentRows, conflict_problem, refuse
from alliance.models import Indicator
from alliance.queries.report_frame import ReportFrame
from alliance.services.answers import AnswerChange, AnswerConflict
from portal.kernel.api import Problem
from portal.kernel.errors import DomainError


def _words_of(row: Mapping[str, Any]) -> str:
    """The key of the indicator, or the record of the pledge, as far as it was sent."""
    subject = row.get("indicator") or row.get("pledge")
    return str(subject)[:130] if isinstance(subject, str | UUID) else ""


ANSWER_ROWS = SentRows("answers", _words_of)


def read_answer_rows(frame: ReportFrame, rows: Sequence[Mapping[str, Any]]) -> list[AnswerChange]:
    """The texts with their subjects; raises the Problem that names every wrong row."""
    changes: list[AnswerChange] = []
    faults = []
    subjects: set[int | UUID] = set()
    for number, row in enumerate(rows):
        try:
            change = AnswerChange(
                _subject(frame, row), row["text"], row["language"], row["version"]
            ).cleaned()
            if change.key in subjects:
                raise DomainError(_("Another row has the same place."), field=_column(row))
            subjects.add(change.key)
            changes.append(change)
        except DomainError as refusal:
            faults.append(ANSWER_ROWS.fault(number, row, refusal.field or "", str(refusal)))
    refuse(faults)
    return changes


def _column(row: Mapping[str, Any]) -> str:
    return "pledge" if row["pledge"] else "indicator"


def _subject(frame: ReportFrame, row: Mapping[str, Any]) -> Indicator | UUID:
    if bool(row["indicator"]) == bool(row["pledge"]):
        raise DomainError(_("Name either an indicator or a pledge."), field="indicator")
    record: UUID | None = row["pledge"]
    if record is not None:
        if record not in frame.texts:
            raise DomainError(_("The report asks for no text on this pledge."), field="pledge")
        return record
    indicator = frame.indicator(row["indicator"])
    if indicator is None:
        raise DomainError(_("The report has no such indicator."), field="indicator")
    return indicator


def answer_conflict_problem(rows: Sequence[Mapping[str, Any]], conflict: AnswerConflict) -> Problem:
    """The Problem for texts that somebody else has changed meanwhile."""
    late = {change.key for change, _stored in conflict.conflicts}
    indicators = {
        change.subject.key for change, _stored in conflict.conflicts if isinstance(change.subject, Indicator)
    }
    return conflict_problem(
        [
            ANSWER_ROWS.fault(number, row, "version", str(conflict))
            for number, row in enumerate(rows)
            if row["pledge"] in late or row["indicator"] in indicators
        ]
    )
