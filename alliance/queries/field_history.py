"""The history of one field of a working copy: who wrote what, when, and what stood there before.

A version without a writer is the portal's: it was carried over, anew where something else stands filed by then.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.apps import apps
from django.db.models import Max, Model, QuerySet
from django.db.models.functions import Length
from django.utils.functional import Promise

from alliance.enums import Disclosure, FigureStatus
from alliance.figure_fields import FIELDS, FigurePlace, FigureValues, ValueKind
from alliance.models import Answer, Figure, Indicator, Person, Report
from alliance.queries.change_history import (
    FieldChange,
    Sitting,
    ValueChange,
    VersionMark,
    compare_texts,
    group_sittings,
    takes_most_away,
)
from alliance.queries.public.wording import value_text
from alliance.queries.report_frame import RequestedFigure
from portal.kernel.text import format_figure


class FieldOfReport(NamedTuple):
    """A text or a figure of one report, by the columns of its history."""

    model: str  # "AnswerHistory" or "FigureHistory"
    which: Mapping[str, Any]

    @classmethod
    def of_text(cls, report: Report, subject: Indicator | UUID) -> Self:
        """The answer to a narrative, or to a pledge beyond the charter."""
        if isinstance(subject, Indicator):
            return cls("AnswerHistory", {"report": report, "indicator": subject})
        return cls("AnswerHistory", {"report": report, "pledge_record": subject})

    @classmethod
    def of_figure(cls, report: Report, target: RequestedFigure) -> Self:
        """The figure of one place."""
        which = {"report": report, "indicator": target.indicator, "service": target.service}
        return cls("FigureHistory", {**which, "cell": target.cell})

    def current_row(self) -> QuerySet[Any]:
        """What stands there now; without a row where nothing does."""
        return apps.get_model("alliance", self.model.removesuffix("History")).objects.filter(**self.which)

    def versions(self) -> QuerySet[Any]:
        """All versions that are kept, the first one first; as row-level security lets them be read."""
        return apps.get_model("alliance", self.model).objects.filter(**self.which).order_by("pgh_id")


class LastWriting(NamedTuple):
    """Who wrote what stands in a field, or emptied it, and when; nobody where it was carried over."""

    writer: Person | None
    at: datetime

    @classmethod
    def of(cls, stored: Answer | Figure) -> Self:
        """Of what stands there, which was read with its writer."""
        return cls(stored.updated_by, stored.updated_at)


def last_writings(
    report: Report, places: Iterable[tuple[RequestedFigure, Figure | None]]
) -> Mapping[FigurePlace, LastWriting]:
    """Of places of figures with what stands there now; of the emptied ones as their history has it.

    No query where none is empty, else one.
    """
    writings, emptied = {}, {}
    for target, stored in places:
        if stored is not None:
            writings[target.place] = LastWriting.of(stored)
        else:
            service = target.service.pk if target.service else None
            emptied[target.indicator.pk, service, target.cell] = target.place
    if not emptied:
        return writings
    columns = ("indicator_id", "service_id", "cell")
    rows = apps.get_model("alliance", "FigureHistory").objects.filter(
        report=report, indicator__in={indicator for indicator, _service, _cell in emptied}
    )
    last_rows = rows.order_by(*columns, "-pgh_id").distinct(*columns).select_related("updated_by")
    for row in last_rows:
        if place := emptied.get((row.indicator_id, row.service_id, row.cell)):
            writings[place] = LastWriting(row.updated_by, row.pgh_created_at)
    return writings


def sittings_of(field: FieldOfReport) -> list[Sitting]:
    """The changes of a field, the latest first, without what was written. One query, however long they are."""
    is_text = field.model == "AnswerHistory"
    content: tuple[Any, ...] = (Length("text"),) if is_text else ("status", "value", "choice")
    rows = field.versions().values_list("pgh_id", "pgh_created_at", "updated_by", "pgh_label", *content)
    marks: list[VersionMark] = []
    before: tuple[Any, ...] = ()
    for number, at, writer, label, *now in rows:
        is_loss = takes_most_away(now[0], *before) if is_text and before else _replaces_answer(before, now)
        marks.append(VersionMark(number, at, writer, "delete" in label, is_loss))
        before = tuple(now)
    return group_sittings(marks)


def _replaces_answer(before: Sequence[Any], now: Sequence[Any]) -> bool:
    """Whether another answer stands where one stood; each of them has `status`, `value`, `choice`."""
    had_answer = any(before) and tuple(before) != (FigureStatus.REPORTED, None, "")
    return had_answer and tuple(before) != tuple(now)


def readers_of(row: Any) -> tuple[str, str]:
    """Who may read a text or a figure, or a version of one, and why it is not as the charter says."""
    return row.disclosure, row.disclosure_reason


def read_changes(
    field: FieldOfReport,
    sittings: Sequence[Sitting],
    labels: Mapping[str, str | Promise],
    current_row: Answer | Figure | None = None,
) -> list[FieldChange]:
    """These changes with what was written, the latest first; beside `current_row` who read it otherwise. One query.

    `labels` names what is no field of a figure: text, language, disclosure, disclosure_reason.
    """
    numbers = {number for sitting in sittings for number in sitting}
    rows = {row.pgh_id: row for row in field.versions().filter(pk__in=numbers).select_related("updated_by")}
    changes = [
        replace(
            _change(rows.get(sitting.before), rows[sitting.last], labels),
            has_other_readers=current_row is not None
            and rows[sitting.last].disclosure != current_row.disclosure,
        )
        for sitting in sittings
        if sitting.last in rows
    ]
    return [change for change in changes if _says_something(change)]


def _says_something(change: FieldChange) -> bool:
    return bool(change.changes) or change.is_emptied or change.is_carried_over or change.is_confirmation


def _change(before: Any | None, row: Any, labels: Mapping[str, str | Promise]) -> FieldChange:
    is_emptied = "delete" in row.pgh_label
    if before is not None and "delete" in before.pgh_label:
        before = None
    changes = [] if is_emptied else list(_value_changes(before, row, labels))
    was_carried_over = before is not None and before.carried_over
    return FieldChange(
        row.pgh_id,
        row.pgh_created_at,
        row.updated_by,
        changes,
        is_emptied=is_emptied,
        is_carried_over=row.carried_over and before is None,
        is_renewal=row.updated_by_id is None and (is_emptied or before is not None),
        is_confirmation=was_carried_over and not row.carried_over and not changes,
    )


def _value_changes(
    before: Any | None, row: Any, labels: Mapping[str, str | Promise]
) -> Iterator[ValueChange]:
    if hasattr(row, "text"):
        yield from compare_texts(labels["text"], before.text if before else "", row.text)
        names = ["language"]
    else:
        yield from _figure_changes(before, row)
        names = []
    for name in (*names, "disclosure", "disclosure_reason"):
        old, new = (str(getattr(each, name)) if each is not None else "" for each in (before, row))
        if old != new and (before is not None or (name != "language" and new != Disclosure.PUBLIC)):
            yield ValueChange(labels[name], _word(name, old), _word(name, new))


def _word(name: str, value: str) -> str:
    return str(Disclosure(value).label) if name == "disclosure" and value else value


def _figure_changes(before: Any | None, row: Any) -> Iterator[ValueChange]:
    old = FigureValues.of(before) if before is not None else FigureValues()
    yield from figure_changes(row.indicator, old, FigureValues.of(row))


def figure_changes(indicator: Indicator, old: FigureValues, new: FigureValues) -> Iterator[ValueChange]:
    """What differs between two figures of an indicator, value by value, in words."""
    for name in new.changed_from(old):
        spec = FIELDS[name]
        if spec.kind == ValueKind.TEXT:
            yield from compare_texts(spec.heading, getattr(old, name), getattr(new, name))
        else:
            write = _writers(indicator)[spec.kind]
            yield ValueChange(spec.heading, write(getattr(old, name)), write(getattr(new, name)))


def _writers(indicator: Indicator) -> Mapping[ValueKind, Callable[[Any], str]]:
    """How each kind of value is written for a reader."""
    return {
        ValueKind.STATUS: lambda value: str(FigureStatus(value).label),
        ValueKind.NUMBER: lambda value: value_text(indicator, value) or format_figure(value),
        ValueKind.FLAG: lambda value: "✓" if value else "",
        ValueKind.CHOICE: lambda value: value_text(indicator, None, value),
        ValueKind.LINE: str,
    }


def version_of(field: FieldOfReport, number: int) -> Model | None:
    """One version of the field; None where it has no such version, or its place was emptied by it."""
    row: Model | None = field.versions().filter(pk=number).exclude(pgh_label__contains="delete").first()
    return row


def earlier_figures(
    report: Report, indicators: Collection[int], numbers: Collection[int]
) -> Mapping[tuple[int, int | None, str, int], Any]:
    """The versions with these numbers of the figures of these indicators. One query.

    By the ids of indicator and service, the cell, and the number.
    """
    rows = apps.get_model("alliance", "FigureHistory").objects.filter(
        report=report, indicator__in=indicators, version__in=numbers
    )
    return {(row.indicator_id, row.service_id, row.cell, row.version): row for row in rows.order_by("pgh_id")}


def last_numbers(
    model: str, report: Report, columns: Sequence[str], **which: Any
) -> Mapping[tuple[Any, ...], int]:
    """The number of the last version in each place of the report, by the columns that name it. One query.

    A row that is written into an emptied place counts on from it: a number never stands for two contents of a place,
    so that whoever has read the one does not write over the other. `model`: "AnswerHistory" or "FigureHistory";
    `which` are lookups in it.
    """
    rows = apps.get_model("alliance", model).objects.filter(report=report, **which)
    numbers = rows.order_by().values_list(*columns).annotate(last=Max("version"))
    return {tuple(place): number for *place, number in numbers}


def parts_with_history(report: Report, target: RequestedFigure) -> list[str]:
    """The cells of the place's breakdown of which versions are kept. One query."""
    rows = FieldOfReport.of_figure(report, target)
    which = {name: value for name, value in rows.which.items() if name != "cell"}
    history = rows._replace(which=which).versions().exclude(cell="").order_by("cell")
    return list(history.values_list("cell", flat=True).distinct())
