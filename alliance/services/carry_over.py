"""What a new report takes over from the last one, and the confirmation that it is still true.

Numbers are never taken over: each period counts anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance.enums import EvidenceKind
from alliance.figure_fields import FigureValues
from alliance.models import Answer, Evidence, Figure, Indicator, Measure, Report
from alliance.queries.lineage import lineage_of
from alliance.queries.report_frame import (
    Content,
    ReportFrame,
    RequestedFigure,
    earlier_submissions,
    figures_in,
    last_content,
    report_frame,
)
from alliance.queries.working_copy import CarriedOver, working_copy
from alliance.services.reports import lock_report_for_editing
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.files import FileCase, FileState

# --- Taking over -----------------------------------------------------------------------------


@transaction.atomic
def carry_over_answers(report: Report) -> None:
    """Fill a new report with what was filed for the last period and may still be true, marked as carried over.

    That is: texts; answers of yes, no and a choice; why a figure is missing; how a number was counted; evidence; and
    who may read each of them, with the reason, where a signatory has decided it: what was read as the charter said is
    read as it says now. Nothing of an indicator whose series breaks between the two versions of the charter but its
    texts.
    """
    with acting_as(SYSTEM):
        content = last_content(report)
        if content is None:
            return
        rows = carried_over_rows(report_frame(report), content)
        Answer.objects.bulk_create(rows.answers)
        Figure.objects.bulk_create(rows.figures)
        Evidence.objects.bulk_create(rows.evidence)


@dataclass(frozen=True, slots=True)
class CarryOverShare:
    """How many answers of the last report a new one takes over, of those that may still be true, and of all."""

    carried_over: int
    stable: int  # all but numbers
    answers: int


def carry_over_share(report: Report) -> CarryOverShare | None:
    """What the report took over when it was made, or would now; None where there is no earlier one. Acts as SYSTEM.

    Counted is what was filed and is asked for again: texts, figures and evidence, each once.
    """
    with acting_as(SYSTEM):
        content = last_content(report)
        if content is None:
            return None
        frame = report_frame(report)
        rows = carried_over_rows(frame, content)
    figures = [
        (frame.rules[figure.place.indicator].is_quantity and figure.values.is_reported)
        for figure in figures_in(content).values()
        if frame.asks_for(figure.place)
    ]
    measures = _measures_by_earlier_key(frame, content)
    evidence = sum(len(row["evidence"]) for row in content["measures"] if row["measure"] in measures)
    texts = _count_texts(frame, content)
    filled = [figure for figure in rows.figures if not figure.is_unfilled]
    stable = texts + evidence + figures.count(False)
    return CarryOverShare(
        len(rows.answers) + len(filled) + len(rows.evidence), stable, stable + figures.count(True)
    )


def _count_texts(frame: ReportFrame, content: Content) -> int:
    narratives = {row.key for required in frame.measures for row in required.narratives}
    records = {str(pledge.record) for pledge in frame.own_pledges}
    texts = [row for measure in content["measures"] for row in measure["answers"]]
    own = [row for row in content["pledges"] if row["record"] in records and row["text"]]
    return len(own) + sum(bool(row["text"] and row["indicator"] in narratives) for row in texts)


def carried_over_rows(frame: ReportFrame, content: Content) -> CarriedOver:
    """What the report takes over from this content: rows that are not saved yet."""
    defaults = _filed_defaults(frame, content)
    return CarriedOver(
        list(_answers(frame, content, defaults)),
        list(_figures(frame, content, defaults)),
        list(_evidence(frame, content)),
    )


def _filed_defaults(frame: ReportFrame, content: Content) -> dict[str, str]:
    """The disclosure that the version reported on gave each indicator, by its key in this one. One query."""
    lineage, about = lineage_of(frame.report.charter), content["charter"]
    version = lineage.version_of(content)
    rows = Indicator.objects.filter(charter__key=about["key"], charter__version=about["version"])
    filed = dict(rows.values_list("key", "disclosure"))
    keys = [row.key for required in frame.measures for row in required.indicators]
    earlier = {key: key if version is None else lineage.history_of(key).key_in(version) for key in keys}
    return {key: filed[name] for key, name in earlier.items() if name in filed}


def is_untouched(report: Report) -> bool:
    """Whether nothing was written or taken over yet. At most three queries, as SYSTEM: what it holds is its own."""
    with acting_as(SYSTEM):
        return not any(model.objects.filter(report=report).exists() for model in (Answer, Figure, Evidence))


def _answers(frame: ReportFrame, content: Content, defaults: Mapping[str, str]) -> Iterator[Answer]:
    texts = {row["indicator"]: row for measure in content["measures"] for row in measure["answers"]}
    for required in frame.measures:
        for indicator in required.narratives:
            row = texts.get(indicator.key, {})
            if row.get("text"):
                readers = _readers(row, indicator, defaults)
                yield _answer(frame.report, row, indicator=indicator, **readers)
    own = {row["record"]: row for row in content["pledges"] if row["text"]}
    for pledge in frame.own_pledges:
        if str(pledge.record) in own:
            row = own[str(pledge.record)]
            readers = {name: row[name] for name in ("disclosure", "disclosure_reason")}
            yield _answer(frame.report, row, pledge_record=pledge.record, **readers)


def _answer(report: Report, row: Mapping[str, Any], **columns: Any) -> Answer:
    return Answer(
        report=report,
        organisation_id=report.organisation_id,
        text=row["text"],
        language=row["language"],
        carried_over=True,
        **columns,
    )


def _figures(frame: ReportFrame, content: Content, defaults: Mapping[str, str]) -> Iterator[Figure]:
    figures = figures_in(content)
    rows = {
        (row["indicator"], row["service"], row["cell"]): row
        for measure in content["measures"]
        for row in measure["figures"]
    }
    for required in frame.measures:
        for indicator in required.figures:
            for target in required.requested(indicator):
                if target.place in figures:
                    readers = _readers(rows[target.place], indicator, defaults)
                    yield from _figure(frame.report, target, figures[target.place].values, readers)


def _figure(
    report: Report, target: RequestedFigure, last: FigureValues, readers: Mapping[str, str]
) -> Iterator[Figure]:
    """The figure of a place; none where nothing of the last one may still be true."""
    values = last.carried_over(target.indicator.value)
    if values != FigureValues() or readers["disclosure"] != target.indicator.disclosure:
        yield Figure(
            report=report,
            organisation_id=report.organisation_id,
            indicator=target.indicator,
            service=target.service,
            cell=target.cell,
            carried_over=True,
            **readers,
            **values.as_columns(),
        )


def _evidence(frame: ReportFrame, content: Content) -> Iterator[Evidence]:
    """The same files, links and citations again; not a file that was purged."""
    measures = _measures_by_earlier_key(frame, content)
    places = {
        row["id"]: (measures[measure["measure"]], row["disclosure"])
        for measure in content["measures"]
        if measure["measure"] in measures
        for row in measure["evidence"]
    }
    purged = FileCase.objects.filter(state=FileState.PURGED).values("sha256")
    filed = Evidence.objects.filter(pk__in=places, organisation_id=frame.report.organisation_id)
    for row in filed.exclude(kind=EvidenceKind.FILE, sha256__in=purged).order_by("pk"):
        # as it was filed: the working copy of the last report may have gone on since
        row.measure, row.disclosure = places[row.pk]
        row.pk = None
        row.report, row.carried_over = frame.report, True
        row.submitted_at = row.excluded_at = row.changed_at = row.removed_by = row.changed_by = None
        row.added_at = clock.now()
        yield row


def _measures_by_earlier_key(frame: ReportFrame, content: Content) -> dict[str, Measure]:
    """The measures of the report by the keys that they had in the version on which the last one reported."""
    lineage = lineage_of(frame.report.charter)
    version = lineage.version_of(content)
    measures: dict[str, Measure] = {}
    for required in frame.measures:
        key = required.measure.key
        earlier = key if version is None else lineage.earlier_key(key, version)
        if earlier is not None:
            measures[earlier] = required.measure
    return measures


def _readers(row: Mapping[str, Any], indicator: Indicator, defaults: Mapping[str, str]) -> dict[str, str]:
    """As the signatory decided, with the reason; where nobody had, as the charter says by now."""
    if row["disclosure"] == defaults.get(indicator.key):
        return {"disclosure": indicator.disclosure, "disclosure_reason": ""}
    return {"disclosure": row["disclosure"], "disclosure_reason": row["disclosure_reason"]}


# --- Confirming ------------------------------------------------------------------------------


class CarriedOverAnew(WrongState):
    """What somebody was shown as carried over is no more what stands there."""

    def __init__(self) -> None:
        message = _("The report of an earlier period was filed or recalled: read what is carried over now.")
        super().__init__(message)


@transaction.atomic
def confirm_answer(actor: Actor, report: Report, answer: Answer, version: int | None = None) -> Answer:
    """Confirm that a text taken over from the last period is still true; `version` is the one that was read, if any.

    Raises Forbidden, WrongState, and Conflict where the text is gone or another by now.
    """
    locked = lock_report_for_editing(actor, report)
    current = Answer.objects.filter(pk=answer.pk).first()
    if current is None or version not in (None, current.version):
        message = _("This was saved elsewhere while you were editing it.")
        raise Conflict(message, stored=current, sent=None, field="text")
    confirm_carried_over(actor, locked, CarriedOver(answers=[current]))
    confirmed: Answer = Answer.objects.select_related("indicator").get(pk=answer.pk)
    return confirmed


@transaction.atomic
def confirm_carried_over(
    actor: Actor, report: Report, carried_over: CarriedOver, *, carried_from: int | None = None
) -> int:
    """Confirm that these texts, figures and pieces of evidence are still true; returns how many were not confirmed yet.

    `carried_from` is the id of the submission from which the actor was shown them, 0 for none; None where they are
    known to stand as they were shown. What somebody has changed, confirmed or removed meanwhile is passed over. As many
    queries for any number. Raises Forbidden, WrongState when the report is not being edited, and CarriedOverAnew.
    """
    locked = lock_report_for_editing(actor, report)
    if carried_from is not None and carried_from != _carried_from(locked):
        raise CarriedOverAnew
    by = {"carried_over": False, "updated_by": actor.person_id, "updated_at": clock.now()}
    version = F("version") + 1
    answers = Answer.objects.filter(report=locked, pk__in=_ids(carried_over.answers), carried_over=True)
    figures = Figure.objects.filter(report=locked, pk__in=_ids(carried_over.figures), carried_over=True)
    evidence = Evidence.objects.filter(report=locked, pk__in=_ids(carried_over.evidence), carried_over=True)
    return (
        answers.update(version=version, **by)
        + figures.update(version=version, **by)
        + evidence.update(carried_over=False, added_by=actor.person_id, added_at=clock.now())
    )


def _carried_from(report: Report) -> int:
    """As `WorkingCopy.carried_from`, of now. One query."""
    return earlier_submissions(report).values_list("pk", flat=True).first() or 0


@transaction.atomic
def confirm_measure_as_carried_over(
    actor: Actor, report: Report, measure_key: str, *, carried_from: int | None = None
) -> int:
    """Confirm everything in one measure that was taken over; returns how much that was.

    `carried_from` as in `confirm_carried_over`. Raises Forbidden, WrongState when the report is not being edited,
    CarriedOverAnew, and DomainError for a measure not asked for.
    """
    copy = working_copy(lock_report_for_editing(actor, report))
    required = copy.frame.required_measure(measure_key)
    if required is None:
        raise DomainError(_("The report has no such measure."), field="measure")
    return confirm_carried_over(actor, report, copy.unconfirmed_in(required), carried_from=carried_from)


def _ids(rows: Iterable[Answer | Figure | Evidence]) -> list[int]:
    return [row.pk for row in rows]
