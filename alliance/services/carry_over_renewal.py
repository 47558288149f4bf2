"""The carry-over of later reports, redone when another submission stands before them than when they were made."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction

from alliance.enums import Disclosure, ReportState
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
_WRITTEN = ("carried_over", "disclosure_decided_at", "version", "updated_by", "updated_at")
_ANSWER_PLACE = ("indicator_id", "pledge_record")
_FIGURE_PLACE = ("indicator_id", "service_id", "cell")
_ANSWER_COLUMNS = ("text", "language")
_FIGURE_COLUMNS = tuple(FIELDS)


@transaction.atomic
def renew_carry_over(report: Report) -> None:
    """Carry over anew into the member's later reports that are being written: something else stands filed in `report`.

    Only what nobody has touched is replaced, or removed where nothing is filed for it any more: what was changed,
    confirmed or emptied there stays as it is. Where somebody has decided who may read an entry, that stays too, unless
    what is filed is read by fewer. The history has each change, without a writer.

    Locks these reports, so call it while `report` is locked and nothing that is locked after a report. As many queries
    for any number of answers. Acts as SYSTEM.
    """
    with acting_as(SYSTEM):
        later_reports = (
            Report.objects.select_for_update(of=("self",))
            .prefetch_related("cycle")
            .filter(
                organisation_id=report.organisation_id,
                cycle__charter__key=report.charter.key,
                cycle__starts_on__gt=report.cycle.starts_on,
                # one that was returned has been filed once: each of its entries is somebody's word
                state__in=(ReportState.DRAFT, ReportState.NOT_FILED),
                changes_due_on=None,
            )
            .order_by(*REPORT_LOCK_ORDER)
        )
        for later in later_reports:
            content = last_content(later)
            rows = carried_over_rows(report_frame(later), content) if content else CarriedOver()
            _renew(later, rows.answers, _ANSWER_PLACE, _ANSWER_COLUMNS)
            _renew(later, rows.figures, _FIGURE_PLACE, _FIGURE_COLUMNS)
            _renew_evidence(later, rows.evidence)


def _renew(report: Report, fresh: Sequence[_Row], place: Sequence[str], columns: Sequence[str]) -> None:
    """Write texts or figures over those that nobody has touched. At most six queries."""
    model: type[_Row] = Answer if columns is _ANSWER_COLUMNS else Figure  # type: ignore[assignment]  # one of the two
    history = f"{model.__name__}History"

    def place_of(row: _Row) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in place)

    current = {place_of(row): row for row in model.objects.filter(report=report)}
    renewed = {place_of(row): row for row in fresh}
    touched = _places_touched_by_people(history, report, place)
    changed, gone = [], []
    for key, row in current.items():
        if not _is_nobodys_word(row):
            continue
        # what was decided before the row itself said so is known by its writer, or from its history
        has_decided_readers = bool(row.disclosure_decided_at or row.updated_by_id) or key in touched
        successor = renewed.get(key)
        if successor is None and not has_decided_readers:
            gone.append(row.pk)
        elif _overwrite(row, successor or _emptied(row), columns, has_decided_readers=has_decided_readers):
            changed.append(row)
    model.objects.bulk_update(changed, (*columns, *_READERS, *_WRITTEN))
    model.objects.filter(pk__in=gone).delete()
    numbers = last_numbers(history, report, place)
    # where nothing stands of which the history knows a writer, somebody wanted it so
    added = [row for key, row in renewed.items() if key not in current and key not in touched]
    for row in added:
        row.version = numbers.get(place_of(row), 0) + 1
    model.objects.bulk_create(added)


def _is_nobodys_word(row: Answer | Figure) -> bool:
    """Whether what it holds was carried over and not confirmed; of an empty one, whether no person has emptied it."""
    holds_something = row.text if isinstance(row, Answer) else FigureValues.of(row) != FigureValues()
    return row.carried_over if holds_something else row.updated_by_id is None


def _emptied(row: _Row) -> _Row:
    """What is left of an entry whose readers a signatory has decided once nothing is carried over into it."""
    if isinstance(row, Answer):
        return Answer(disclosure=row.disclosure, language=row.language)
    return Figure(disclosure=row.disclosure, carried_over=True, **FigureValues().as_columns())


def _overwrite(row: _Row, successor: _Row, columns: Sequence[str], *, has_decided_readers: bool) -> bool:
    """Let the row hold what its successor does, as nobody's word; returns whether that is anything else."""
    # decided was about other words: what is filed for the secretariat alone does not become public by it
    is_for_fewer = row.disclosure == Disclosure.PUBLIC and successor.disclosure != Disclosure.PUBLIC
    names: Sequence[str] = (*columns, *_READERS) if is_for_fewer or not has_decided_readers else columns
    if all(getattr(row, name) == getattr(successor, name) for name in names):
        return False
    for name in (*names, "carried_over"):
        setattr(row, name, getattr(successor, name))
    if has_decided_readers and row.disclosure_decided_at is None:
        row.disclosure_decided_at = row.updated_at
    row.version, row.updated_by, row.updated_at = row.version + 1, None, clock.now()
    return True


def _places_touched_by_people(history: str, report: Report, place: Sequence[str]) -> set[tuple[Any, ...]]:
    """The places of which the history knows a writer. One query."""
    versions = apps.get_model("alliance", history).objects.filter(report=report, updated_by__isnull=False)
    return set(versions.order_by().values_list(*place).distinct())


def _renew_evidence(report: Report, fresh: Sequence[Evidence]) -> None:
    """Replace what nobody has confirmed or changed; what somebody has removed stays away. At most five queries.

    A piece that is filed for other readers is another one: who was shown the first does not confirm it.
    """
    stored = list(Evidence.objects.filter(report=report))
    removed = apps.get_model("alliance", "EvidenceHistory").objects.filter(
        report=report, pgh_label="delete", removed_by__isnull=False
    )
    filed_for = defaultdict(set)
    for row in fresh:
        filed_for[_piece(row)].add(row.disclosure)
    gone = {row.pk for row in stored if _is_overtaken(row, filed_for.get(_piece(row), ()))}
    overtaken = Evidence.objects.filter(pk__in=gone)
    overtaken.update(overtaken_at=clock.now())  # the history says that the portal did it
    overtaken.delete()
    present = {_piece(row) for row in (*removed, *(row for row in stored if row.pk not in gone))}
    Evidence.objects.bulk_create([row for row in fresh if _piece(row) not in present])


def _is_overtaken(row: Evidence, filed_for: Collection[str]) -> bool:
    """Whether the piece is filed no more, or for others, and nobody has confirmed it.

    `filed_for`: who may read it where it is filed. Where somebody has decided that here, only fewer go before.
    """
    if not row.carried_over or row.submitted_at is not None:
        return False
    if row.changed_by_id is None:
        return row.disclosure not in filed_for
    return not filed_for or (row.disclosure == Disclosure.PUBLIC and Disclosure.SECRETARIAT in filed_for)


def _piece(row: Any) -> tuple[Any, ...]:
    """What makes a piece of evidence the same one beside a measure, whoever may read it."""
    return row.measure_id, row.kind, row.title, row.url, row.sha256, row.source, row.reference
