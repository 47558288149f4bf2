"""One's own imports: the list, one of them with its files, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.kernel.access import Actor
from practices.enums import ImportOutcome
from practices.fields import FIELDS_BY_KEY
from practices.models import ImportedFile, Practice, PracticeImport

_IMPORTABLE = Q(files__report__becomes__in=("draft", "edit"))


def own_imports(actor: Actor) -> QuerySet[PracticeImport]:
    """Newest first, each with `total` (files that can be imported), `done` and `refused`. One query."""
    rows: QuerySet[PracticeImport] = PracticeImport.objects.visible_to(actor)
    return rows.annotate(
        every=Count("files"),
        total=Count("files", filter=_IMPORTABLE),
        done=Count("files", filter=_IMPORTABLE & Q(files__done_at__isnull=False)),
        taken=Count("files", filter=Q(files__outcome__in=(ImportOutcome.DRAFTED, ImportOutcome.EDITED))),
    ).order_by("-pk")


def percent_of(practice_import: Any) -> int:
    """How much of it is done, in whole per cent."""
    return 100 * int(practice_import.done) // int(practice_import.total) if practice_import.total else 0


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of an import for its page; `practice` is what it has become or would change, if its person sees it."""

    file: ImportedFile
    practice: Practice | None
    becomes: str
    title: str
    faults: list[Mapping[str, Any]]
    notes: list[Mapping[str, Any]]
    placements: list[Mapping[str, Any]]
    missing: list[str]


def file_rows(actor: Actor, practice_import: PracticeImport) -> list[FileRow]:
    """The files in their order. Two queries, however many."""
    files = list(ImportedFile.objects.visible_to(actor).filter(upload=practice_import))
    condition = Q(pk__in=[row.practice_id for row in files if row.practice_id])
    condition |= Q(key__in=[row.report["practice"] for row in files if row.report.get("practice")])
    visible_practices = list(Practice.objects.visible_to(actor).filter(condition))
    by_key = {str(each.key): each for each in visible_practices}
    by_pk = {each.pk: each for each in visible_practices}
    return [
        _row(row, by_pk.get(row.practice_id) if row.done_at else by_key.get(row.report.get("practice", "")))
        for row in files
    ]


def _row(row: ImportedFile, practice: Practice | None) -> FileRow:
    report = row.report
    return FileRow(
        file=row,
        practice=practice,
        becomes=report["becomes"],
        title=report["title"],
        faults=[_with_field_name(fault) for fault in report["faults"]],
        notes=[_with_field_name(note) for note in report["notes"]],
        placements=[_with_field_name(place) for place in report["places"] if place["recognised"]],
        missing=[str(FIELDS_BY_KEY[key].title) for key in report["missing"] if key in FIELDS_BY_KEY],
    )


def _with_field_name(item: Mapping[str, Any]) -> dict[str, Any]:
    """With the field's name in the reader's words; a part of a field keeps its path."""
    key = item["field"]
    return {**item, "field": str(FIELDS_BY_KEY[key].title) if key in FIELDS_BY_KEY else key}
