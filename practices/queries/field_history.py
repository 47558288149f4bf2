"""The history of a field of a practice: who wrote what into the working copy, when, and what it said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, TextField
from django.db.models.functions import Cast, Length

from alliance.models import Person
from alliance.queries.change_history import Sitting, VersionMark, group_sittings, takes_most_away
from portal.kernel.access import Actor
from practices.content import group_digest, group_of
from practices.diff import FieldDifference, compare
from practices.diff.fields import NameKey
from practices.fields import Field, FieldGroup, fields_of
from practices.models import FieldHistory, Practice


@dataclass(frozen=True, slots=True)
class WordingChange:
    """One change of a field: by whom, when, and what differs; `number` names the version that one can go back to."""

    number: int
    at: datetime
    writer: Person
    differences: Sequence[FieldDifference]


def versions_of(actor: Actor, practice: Practice, field: Field) -> QuerySet[FieldHistory]:
    """All versions that are kept, the first one first."""
    rows: QuerySet[FieldHistory] = FieldHistory.objects.visible_to(actor).filter(
        practice=practice, field=field.key
    )
    return rows.order_by("pk")


def newest_number(actor: Actor, practice: Practice, field: Field) -> int:
    """The number of the newest version; 0 where none is kept."""
    return versions_of(actor, practice, field).values_list("pk", flat=True).last() or 0


def sittings_of_field(actor: Actor, practice: Practice, field: Field) -> list[Sitting]:
    """The changes of a field, the latest first, without what was written. One query."""
    is_emptied = ExpressionWrapper(Q(value__isnull=True), output_field=BooleanField())
    versions = versions_of(actor, practice, field).annotate(is_emptied=is_emptied)
    length = Length(Cast("value", TextField()))
    rows = list(versions.values_list("pk", "written_at", "written_by", "is_emptied", length))
    losses = [False, *(takes_most_away(now[-1], before[-1]) for before, now in pairwise(rows))]
    return group_sittings(
        [
            VersionMark(number, at, writer, is_emptied, is_loss)
            for (number, at, writer, is_emptied, _length), is_loss in zip(rows, losses, strict=False)
        ]
    )


def read_wording_changes(
    actor: Actor, practice: Practice, field: Field, sittings: Sequence[Sitting], name: NameKey
) -> list[WordingChange]:
    """These changes with what was written, the latest first. One query."""
    numbers = {number for sitting in sittings for number in sitting}
    rows = {
        row.pk: row
        for row in versions_of(actor, practice, field).filter(pk__in=numbers).select_related("written_by")
    }
    changes = [
        _change(rows.get(sitting.before), rows[sitting.last], field, name)
        for sitting in sittings
        if sitting.last in rows
    ]
    return [change for change in changes if change.differences]


def _change(before: FieldHistory | None, row: FieldHistory, field: Field, name: NameKey) -> WordingChange:
    old, new = ({field.key: each.value} if each and each.value else {} for each in (before, row))
    return WordingChange(row.pk, row.written_at, row.written_by, compare(old, new, name=name))


def group_with_digest(
    actor: Actor, practice: Practice, group: FieldGroup, digest: str
) -> Mapping[str, Any] | None:
    """What the group said when it had this digest; None where the history does not have it any more. One query."""
    content: dict[str, Any] = {}
    if group_digest(content, group) == digest:
        return content
    rows = FieldHistory.objects.visible_to(actor).filter(
        practice=practice, field__in=[field.key for field in fields_of(group)]
    )
    matching, version = None, 0
    for row in rows.order_by("pk"):
        if row.version != version and version and group_digest(content, group) == digest:
            matching = group_of(content, group)
        version = row.version
        content = {key: value for key, value in content.items() if key != row.field}
        if row.value is not None:
            content[row.field] = row.value
    return group_of(content, group) if group_digest(content, group) == digest else matching
