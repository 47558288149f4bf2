"""The carry-over of the next report, redone when another submission stands before it than when its cycle was opened."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction

from alliance.enums import ReportState
from alliance.figure_fields import FIELDS, FigureValues
from alliance.models import REPORT_LOCK_ORDER, Answer, Evidence, Figure, Report
from alliance.queries.field_history import last_numbers
from alliance.queries.report_frame import last_content, report_frame
from alliance.queries.working_copy import CarriedOver
from alliance.services.carry_over import carried_over_rows
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as

_Row = TypeVar("_Row", Answer, Figure)
_READERS = ("disclosure", "disclosure_reason")
_WRITTEN = ("carried_over", "version", "updated_at")
_ANSWER_PLACE = ("indicator_id", "pledge_record")
_FIGURE_PLACE = ("indicator_id", "service_id", "cell")
_ANSWER_COLUMNS = ("text", "language")
_FIGURE_COLUMNS = tuple(FIELDS)


@transaction.atomic
def renew_carry_over(report: Report) -> None:
    """Carry over anew into the member's next report that is being written: something else stands filed in `report`.

    Only what nobody has touched is replaced, or removed where nothing is filed for it any more: what was changed,
    confirmed or emptied there stays as it is. Where a signatory has decided who may read an entry, that stays. The
    field history has each change, without a writer.

    Locks the next report, so call it while `report` is locked and nothing that is locked after a report: reports are
    locked by the order of their periods. As many queries for any number of answers. Acts as SYSTEM.
    """
    with acting_as(SYSTEM):
        following = (
            Report.objects.select_for_update(of=("self",))
            .select_related("cycle")
            .filter(
                organisation_id=report.organisation_id,
                cycle__charter__key=report.charter.key,
                cycle__starts_on__gt=report.cycle.starts_on,
                # one that was returned has been filed once: each of its entries is somebody's word
                state__in=(ReportState.DRAFT, ReportState.NOT_FILED),
                changes_due_on=None,
            )
            .order_by(*REPORT_LOCK_ORDER)
            .first()
        )
        if following is None:
            return
        content = last_content(following)
        rows = carried_over_rows(report_frame(following), content) if content else CarriedOver()
        _renew(following, rows.answers, _ANSWER_PLACE, _ANSWER_COLUMNS)
        _renew(following, rows.figures, _FIGURE_PLACE, _FIGURE_COLUMNS)
        _renew_evidence(following, rows.evidence)


def _renew(report: Report, fresh: Sequence[_Row], place: Sequence[str], columns: Sequence[str]) -> None:
    """Write texts or figures over those that nobody has touched. At most six queries."""
    model: type[_Row] = Answer if columns is _ANSWER_COLUMNS else Figure  # type: ignore[assignment]  # one of the two

    def place_of(row: _Row) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in place)

    current = {place_of(row): row for row in model.objects.filter(report=report)}
    renewed = {place_of(row): row for row in fresh}
    changed, gone = [], []
    for key, row in current.items():
        if not _is_untouched(row):
            continue
        successor = renewed.get(key)
        if successor is None and row.updated_by_id is None:
            gone.append(row.pk)
        elif _differs(row, successor := successor or _emptied(row), columns):
            _copy(row, successor, columns)
            changed.append(row)
    model.objects.bulk_update(changed, (*columns, *_READERS, *_WRITTEN))
    model.objects.filter(pk__in=gone).delete()
    history = f"{model.__name__}History"
    emptied = _places_emptied_by_people(history, report, place)
    numbers = last_numbers(history, report, place)
    added = [row for key, row in renewed.items() if key not in current and key not in emptied]
    for row in added:
        row.version = numbers.get(place_of(row), 0) + 1
    model.objects.bulk_create(added)


def _is_untouched(row: Answer | Figure) -> bool:
    """Whether what it holds was carried over and is nobody's word; a signatory may have decided who reads it."""
    if not row.carried_over:
        return False
    holds_something = row.text if isinstance(row, Answer) else FigureValues.of(row) != FigureValues()
    return row.updated_by_id is None or bool(holds_something)


def _emptied(row: _Row) -> _Row:
    """What is left of an entry whose readers a signatory has decided once nothing is carried over into it."""
    if isinstance(row, Answer):
        return Answer(disclosure=row.disclosure, language=row.language)
    return Figure(disclosure=row.disclosure, carried_over=True, **FigureValues().as_columns())


def _differs(row: _Row, successor: _Row, columns: Iterable[str]) -> bool:
    names = (*columns, *_READERS) if row.updated_by_id is None else columns
    return any(getattr(row, name) != getattr(successor, name) for name in names)


def _copy(row: _Row, successor: _Row, columns: Iterable[str]) -> None:
    names = (*columns, "carried_over") if row.updated_by_id else (*columns, *_READERS, "carried_over")
    for name in names:
        setattr(row, name, getattr(successor, name))
    row.version, row.updated_at = row.version + 1, clock.now()


def _places_emptied_by_people(history: str, report: Report, place: Sequence[str]) -> set[tuple[Any, ...]]:
    """The places of which the history knows a writer: where nothing stands, somebody wanted it so. One query."""
    versions = apps.get_model("alliance", history).objects.filter(report=report, updated_by__isnull=False)
    return set(versions.order_by().values_list(*place).distinct())


def _renew_evidence(report: Report, fresh: Sequence[Evidence]) -> None:
    """Replace what nobody has confirmed or changed; what somebody has removed stays away. At most four queries."""
    stored = list(Evidence.objects.filter(report=report))
    removed = apps.get_model("alliance", "EvidenceHistory").objects.filter(
        report=report, pgh_label="delete", removed_by__isnull=False
    )
    keys = {_piece(row) for row in fresh}
    gone = [row.pk for row in stored if _is_replaceable(row) and _piece(row) not in keys]
    Evidence.objects.filter(pk__in=gone).delete()
    present = {_piece(row) for row in stored} | {_piece(row) for row in removed}
    Evidence.objects.bulk_create([row for row in fresh if _piece(row) not in present])


def _is_replaceable(row: Evidence) -> bool:
    return row.carried_over and row.changed_by_id is None and row.submitted_at is None


def _piece(row: Any) -> tuple[Any, ...]:
    """What makes a piece of evidence the same one beside a measure."""
    return row.measure_id, row.kind, row.title, row.url, row.sha256, row.source, row.reference
