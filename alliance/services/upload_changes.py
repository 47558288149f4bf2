"""The answers of a file written into a report, and put back as they were."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Figure, Report
from alliance.queries.report_frame import ReportFrame, RequestedFigure
from alliance.queries.upload_differences import Difference, UploadDifferences
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.answers import AnswerChange, remove_answers, save_answers
from alliance.services.figures import FigureChange, save_figures
from portal.kernel.access import Actor

Written = Mapping[str, Any]  # one answer: its place, what it was before, and the version that it got


def write_answers(actor: Actor, differences: UploadDifferences) -> list[dict[str, Any]]:
    """Write what was taken, all or none; returns what each answer was, for `restore_answers`.

    The report is locked. Totals that follow from months or quarters are among them. Raises what the writes raise.
    """
    copy, taken = differences.copy, differences.taken
    figures = [row for row in taken if isinstance(row.target, RequestedFigure)]
    save_figures(actor, copy.frame.report, [_figure_change(row) for row in figures])
    save_answers(actor, copy.frame.report, [_answer_change(row) for row in taken if row.is_text])
    after = working_copy(copy.frame.report)
    return [*_written_figures(copy, after), *_written_texts(copy, after)]


def _figure_change(row: Difference) -> FigureChange:
    assert isinstance(row.target, RequestedFigure), "called for figures"
    return FigureChange(row.target, row.values, row.version)


def _answer_change(row: Difference) -> AnswerChange:
    target: Any = row.target
    return AnswerChange(row.indicator or target.record, row.saved_text, row.language, row.version)


def _written_figures(before: WorkingCopy, after: WorkingCopy) -> list[dict[str, Any]]:
    rows = []
    for place, figure in after.figures.items():
        earlier = before.figures.get(place)
        if earlier is None or earlier.version != figure.version:
            rows.append(
                {
                    "place": list(place),
                    "before": FigureValues.of(earlier).to_document() if earlier else None,
                    "carried_over": bool(earlier and earlier.carried_over),
                    "version": figure.version,
                }
            )
    return rows


def _written_texts(before: WorkingCopy, after: WorkingCopy) -> list[dict[str, Any]]:
    rows = []
    for key, answer in after.answers.items():
        earlier = before.answers.get(key)
        if earlier is None or earlier.version != answer.version:
            rows.append(
                {
                    "subject": key if isinstance(key, int) else str(key),
                    "before": earlier.text if earlier else None,
                    "language": earlier.language if earlier else answer.language,
                    "carried_over": bool(earlier and earlier.carried_over),
                    "version": answer.version,
                }
            )
    return rows


def taking_back_obstacle(report: Report, written: Sequence[Written]) -> str:
    """Why these answers cannot be put back: somebody has edited one since. Empty when they can; two queries."""
    figures = {
        FigurePlace.of(row): row.version
        for row in Figure.objects.filter(report=report).select_related("indicator", "service")
    }
    answers = {str(row.subject_key): row.version for row in Answer.objects.filter(report=report)}
    edited = sum(
        (figures.get(FigurePlace(*row["place"])) if "place" in row else answers.get(str(row["subject"])))
        != row["version"]
        for row in written
    )
    return _("Answers were edited since they were saved. Change them one by one.") if edited else ""


def restore_answers(actor: Actor, report: Report, written: Sequence[Written]) -> None:
    """Put the answers back as they were before; nobody has edited one since. The report is locked."""
    frame = working_copy(report).frame
    places = [row for row in written if "place" in row]
    texts = [row for row in written if "subject" in row]
    save_figures(actor, report, [_earlier_figure(frame, row) for row in places])
    new = [row for row in texts if row["before"] is None]
    save_answers(actor, report, [_earlier_text(frame, row) for row in texts if row not in new])
    remove_answers(actor, report, [_subject_key(row) for row in new])
    _mark_carried_over(report, frame, written)


def _earlier_figure(frame: ReportFrame, row: Written) -> FigureChange:
    values = FigureValues.from_document(row["before"]) if row["before"] else None
    return FigureChange(frame.find(FigurePlace(*row["place"])), values, row["version"])


def _earlier_text(frame: ReportFrame, row: Written) -> AnswerChange:
    key = _subject_key(row)
    target = frame.narratives[key] if isinstance(key, int) else key
    return AnswerChange(target, row["before"], row["language"], row["version"])


def _subject_key(row: Written) -> int | UUID:
    subject = row["subject"]
    return subject if isinstance(subject, int) else UUID(subject)


def _mark_carried_over(report: Report, frame: ReportFrame, written: Sequence[Written]) -> None:
    """What was carried over and not confirmed before waits for its confirmation again."""
    for row in written:
        if not row["carried_over"]:
            continue
        if "place" in row:
            target = frame.find(FigurePlace(*row["place"]))
            Figure.objects.filter(
                report=report, indicator=target.indicator, service=target.service, cell=target.cell
            ).update(carried_over=True)
        elif isinstance(row["subject"], int):
            Answer.objects.filter(report=report, indicator=row["subject"]).update(carried_over=True)
        else:
            Answer.objects.filter(report=report, pledge_record=row["subject"]).update(carried_over=True)
