"""The review of a report, as sheets of its workbook: verdicts and replies, other counts, questions, warnings."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.documents.cells import value_cell
from alliance.documents.report.export import ContentRow, ReportExport
from alliance.documents.report.texts import verdict_before
from alliance.enums import VerdictValue
from alliance.models import Commitment, Measure
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS
from portal.kernel.documents.workbooks import Cell, Column, Sheet, number_cell


def verdicts_sheet(file: ReportExport) -> Sheet | None:
    columns = [
        Column(_("Commitment or measure"), 44, "strong"), Column(_("Verdict"), 16), Column(_(
            "Reason for the verdict"
        ), 70),
        Column(_("Why it differs from the measures"), 40), Column(_("Given"), 18, "moment"),
        Column(_("Reply"), 70), Column(_("Signed by"), 30),
    ]  # fmt: skip
    rows = [row for commitment in file.charter.commitments for row in _verdict_rows(file, commitment)]
    for pledge in file.content["pledges"]:
        verdict = next((row for row in file.verdicts if row["pledge"] == pledge["record"]), None)
        if verdict:
            rows.append((f"{_('Beyond the charter')}: {pledge['title']}", *_verdict_cells(file, verdict)))
    overall = _reply(file, "")
    rows += [(_("Reply to all verdicts"), *[None] * 4, *overall)] if overall else []
    return Sheet(_("Verdicts"), _("Verdicts and replies"), columns, rows) if rows else None


def _verdict_rows(file: ReportExport, commitment: Commitment) -> Iterator[Sequence[Cell]]:
    verdict, reply = file.verdict_on(commitment.key), _reply(file, commitment.key)
    if verdict or reply:
        cells = _verdict_cells(file, verdict) if verdict else (None, None, None, None)
        yield f"{commitment.code} {commitment.title}", *cells, *(reply or ())
    for measure in commitment.measures.all():
        measure_verdict = file.verdict_on(commitment.key, measure.key)
        if measure_verdict:
            yield (f"    {measure.code} {measure.title}", "text"), *_verdict_cells(file, measure_verdict)


def _verdict_cells(file: ReportExport, verdict: ContentRow) -> tuple[Cell, ...]:
    value = verdict["value"]
    label = str(VerdictValue(value).label)
    if before := verdict_before(file.content, verdict):
        label = f"{label} ({before})"
    word = label, f"level{VERDICT_LEVELS[value]}"
    moment = datetime.fromisoformat(verdict["given_at"])
    return word, verdict["reason"] or None, verdict["difference"] or None, moment


def _reply(file: ReportExport, commitment: str) -> tuple[Cell, Cell] | None:
    reply = next((each for each in file.replies if each.commitment == commitment), None)
    return (reply.text, ", ".join(filter(None, (reply.name, reply.office)))) if reply else None


def questions_sheet(file: ReportExport) -> Sheet | None:
    """What the secretariat asked and asked to change: the organisation's own file alone has it."""
    columns = [
        Column(_("Measure"), 34), Column(_("State"), 16), Column(_("Question"), 70), Column(_("Asked"), 18, "moment"),
        Column(_("Answer"), 70), Column(_("Answered"), 18, "moment"),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (
            str(question.measure) if question.measure else _("The whole report"), question.get_state_display(),
            question.text, question.asked_at, question.answer or None, question.answered_at,
        )
        for question in file.questions
    ]  # fmt: skip
    rows += [
        (_("The whole report"), _("Changes requested"), change.summary, change.requested_at)
        for change in file.changes
    ]
    return (
        Sheet(_("Questions"), _("Questions from the secretariat"), columns, rows, fixed=0) if rows else None
    )


def warnings_sheet(file: ReportExport) -> Sheet | None:
    """What looked odd, with the note on it: it travels to the reviewer, and never to the public."""
    columns = [
        Column(_("Measure"), 34), Column(_("Indicator"), 34), Column(_("Service"), 22), Column(_("Part"), 24),
        Column(_("Warnings"), 60), Column(_("Note"), 60),
    ]  # fmt: skip
    rows = [
        _warning(file, measure, warning)
        for measure, filed in file.filed_measures()
        for warning in filed.get("warnings", ())
        if file.with_warnings
    ]
    return Sheet(_("Warnings"), _("Warnings and notes"), columns, rows, fixed=0) if rows else None


def _warning(file: ReportExport, measure: Measure, warning: ContentRow) -> Sequence[Cell]:
    entry = file.charter.by_key.get(warning["indicator"])
    return (
        f"{measure.code} {measure.title}",
        entry.heading if entry else warning["indicator"],
        file.services.get(warning["service"] or "") or None,
        file.charter.cell(warning["cell"]) or None,
        warning["text"].get(file.language, ""),
        warning["note"] or None,
    )


def reference_counts_sheet(file: ReportExport) -> Sheet | None:
    """The same quantity counted by somebody else, for the whole of an indicator."""
    columns = [
        Column(_("Indicator"), 44), Column(_("Service"), 24), Column(_("Independent count"), 16, "number"),
        Column(_("Counted by"), 30), Column(_("Source"), 60),
    ]  # fmt: skip
    rows = [_count(file, row) for row in file.references]
    title = _("Independent counts")
    return Sheet(title, title, columns, rows, fixed=0) if rows else None


def _count(file: ReportExport, row: ContentRow) -> Sequence[Cell]:
    entry = file.charter.by_key.get(row["indicator"])
    count = Decimal(row["value"])
    return (
        entry.heading if entry else row["indicator"],
        file.services.get(row["service"] or "", _("The whole organisation")),
        value_cell(file.charter, entry.indicator, count) if entry else number_cell(count),
        row["observer"],
        row["source"],
    )
