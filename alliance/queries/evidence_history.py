"""The history of the evidence beside a measure: what was added, confirmed and removed, by whom and when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import EvidenceKind
from alliance.models import Evidence, Measure, Person, Report
from alliance.queries.change_history import FieldChange, ValueChange
from portal.kernel import files
from portal.kernel.access import Actor
from portal.kernel.journal import Event


def last_openings(actor: Actor, evidence: Iterable[int]) -> Mapping[int, datetime]:
    """When the actor last opened each of these files and links, as the journal has it; others are missing. One query.

    Nobody learns from it what somebody else has read.
    """
    events = Event.objects.filter(
        kind="evidence.open",
        target_type=Evidence._meta.label_lower,
        target_id__in=list(evidence),
        person_id=actor.person_id,
    )
    return dict(events.order_by().values_list("target_id").annotate(Max("at")))


def evidence_versions(report: Report, measure: Measure) -> QuerySet[Any]:
    """All versions that are kept, the latest first; as row-level security lets them be read."""
    rows = apps.get_model("alliance", "EvidenceHistory").objects.filter(report=report, measure=measure)
    return rows.select_related("added_by", "changed_by", "removed_by").order_by("-pgh_id")


def last_edit(row: Any) -> tuple[datetime, Person | None]:
    """When and by whom a piece, or a version of one, was last added, confirmed, taken in again or opened to others.

    What was carried over nobody has added to this report.
    """
    if row.changed_at is not None and row.changed_at >= row.added_at:
        return row.changed_at, row.changed_by
    return row.added_at, None if row.carried_over else row.added_by


def removals(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the versions in which evidence was removed, by the portal too, or excluded from the next submission."""
    return rows.filter(Q(pgh_label="delete") | Q(pgh_label="update", excluded_at__isnull=False))


def versions_removed_since(report: Report, since: datetime) -> QuerySet[Any]:
    """The last versions of what was removed from the report since, beside any measure, and is not stored any more."""
    rows = apps.get_model("alliance", "EvidenceHistory").objects.filter(
        Q(pgh_created_at__gt=since) | Q(overtaken_at__gt=since), report=report, pgh_label="delete"
    )
    return rows.select_related("removed_by").order_by("-pgh_id")


def read_evidence_changes(report: Report, measure: Measure, rows: Sequence[Any]) -> list[FieldChange]:
    """These changes in words. Two queries, and a look into the storage for each file that was removed."""
    current = list(Evidence.objects.filter(report=report, measure=measure, excluded_at=None))
    earlier = _versions_before(report, measure, rows)
    return [_change(row, earlier.get(row.pgh_id), current) for row in rows]


def _versions_before(report: Report, measure: Measure, rows: Sequence[Any]) -> Mapping[int, Any]:
    """The version of the same piece before each of these, by the number of the later one. One query."""
    last = max((row.pgh_id for row in rows), default=0)
    pieces = {row.pgh_obj_id for row in rows if row.pgh_label == "update"}
    versions = evidence_versions(report, measure).filter(pgh_obj_id__in=pieces, pgh_id__lte=last)
    earlier: dict[int, Any] = {}
    last_of: dict[int, Any] = {}
    for row in versions.order_by("pgh_id"):
        if row.pgh_obj_id in last_of:
            earlier[row.pgh_id] = last_of[row.pgh_obj_id]
        last_of[row.pgh_obj_id] = row
    return earlier


def _change(row: Any, before: Any, current: Sequence[Evidence]) -> FieldChange:
    title = row.title or _("Adopted practice")
    if row.pgh_label == "delete" or row.excluded_at is not None:
        is_stored = row.kind != EvidenceKind.FILE or row.excluded_at is not None or files.exists(row.file)
        obstacle = obstacle_to_restoring(row, current, is_stored=is_stored)
        return FieldChange(
            row.pgh_id,
            row.pgh_created_at,
            row.removed_by,
            title=title,
            is_removed=True,
            is_renewal=row.overtaken_at is not None,
            obstacle=obstacle,
        )
    change = FieldChange(
        row.pgh_id,
        row.pgh_created_at,
        last_edit(row)[1],
        title=title,
        has_other_readers=any(
            each.pk == row.pgh_obj_id and each.disclosure != row.disclosure for each in current
        ),
    )
    if row.pgh_label == "update":
        return _update(change, row, before)
    values = [
        ValueChange(_("Address"), after=row.url) if row.url else None,
        ValueChange(_("File"), after=row.file_name) if row.file_name else None,
        ValueChange(_("Who can read it"), after=str(row.get_disclosure_display())),
    ]
    return replace(
        change,
        changes=[value for value in values if value],
        is_added=not row.carried_over,
        is_carried_over=row.carried_over,
    )


def _update(change: FieldChange, row: Any, before: Any) -> FieldChange:
    """What one update changed; before the oldest version that is kept nobody knows, and it confirmed it."""
    if before is not None and before.excluded_at is not None:
        return replace(change, is_added=True)
    is_confirmation = not row.carried_over and (before is None or before.carried_over)
    return replace(change, is_confirmation=is_confirmation, changes=list(_disclosure_change(row, before)))


def _disclosure_change(row: Any, before: Any) -> Iterator[ValueChange]:
    if before is not None and before.disclosure != row.disclosure:
        earlier, now = (str(each.get_disclosure_display()) for each in (before, row))
        yield ValueChange(_("Who can read it"), earlier, now)


def obstacle_to_restoring(row: Any, current: Sequence[Evidence], *, is_stored: bool) -> str:
    """Why evidence that was removed cannot be added again, in a sentence; "" where it can.

    `is_stored`: it is no file, or its bytes are still there.
    """
    columns = ("kind", "title", "url", "sha256", "source", "reference")
    same = [other for other in current if all(getattr(row, name) == getattr(other, name) for name in columns)]
    if same and row.overtaken_at is not None and all(other.disclosure != row.disclosure for other in same):
        return _("It is here for other readers now.")
    if same:
        return _("It has been added again.")
    if not is_stored:
        return _("The file itself is deleted a day after it was removed: upload it again.")
    return ""
