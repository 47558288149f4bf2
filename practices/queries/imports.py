"""One's own imports: the list, one of them with its files, and how far it is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.kernel.access import Actor
from practices.enums import NOT_IMPORTED, HashAlgorithm, ImportChoice, ImportOutcome
from practices.fields import FIELDS_BY_KEY
from practices.models import ImportedFile, Practice, PracticeImport
from practices.queries import taxonomy

PASSED_OVER = "passed_over"  # the role of the row that names what was not looked at
_TAKEN = (ImportOutcome.DRAFTED, ImportOutcome.EDITED, ImportOutcome.ADDED)
_IMPORTABLE = ~Q(files__choice__in=NOT_IMPORTED)


def own_imports(actor: Actor) -> QuerySet[PracticeImport]:
    """Newest first, each with `total` (files that can be imported), `done` and `refused`. One query."""
    rows: QuerySet[PracticeImport] = PracticeImport.objects.visible_to(actor)
    return rows.annotate(
        every=Count("files", filter=~Q(files__report__role=PASSED_OVER)),
        total=Count("files", filter=_IMPORTABLE & Q(files__isnull=False)),
        done=Count("files", filter=_IMPORTABLE & Q(files__done_at__isnull=False)),
        taken=Count("files", filter=Q(files__outcome__in=_TAKEN)),
    ).order_by("-pk")


def percent_of(practice_import: Any) -> int:
    """How much of it is done, in whole per cent."""
    return 100 * int(practice_import.done) // int(practice_import.total) if practice_import.total else 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that the words of a file suggest for a field."""

    field: str
    value: str
    title: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of an import for its page; `practice` is what it has become or would change, if its person sees it.

    `twin` is a practice that says the same or nearly, `policies` those that a test set may belong to.
    """

    file: ImportedFile
    practice: Practice | None
    twin: Practice | None
    becomes: str
    title: str
    faults: list[Mapping[str, Any]]
    notes: list[Mapping[str, Any]]
    placements: list[Mapping[str, Any]]
    missing: list[str]
    choices: list[tuple[str, str]]
    suggestions: list[Suggestion]
    chosen: list[str]  # what was set besides what the file says, in words
    policies: list[tuple[int, str]]
    replaces: Mapping[str, Any] | None  # the test set in whose place this one comes

    @property
    def role(self) -> str:
        return str(self.file.report.get("role", "practice"))

    @property
    def folder(self) -> str:
        folder, slash, _name = self.file.name.rpartition("/")
        return folder + slash

    @property
    def short_name(self) -> str:
        return self.file.name.rpartition("/")[2]

    @property
    def is_left_out(self) -> bool:
        return self.file.choice in NOT_IMPORTED

    @property
    def has_question(self) -> bool:
        """Whether something has to be decided about it."""
        report = self.file.report
        is_kind_asked = len(report.get("kinds", ())) > 1 and not self.file.settings.get("kind")
        return bool(report.get("unknown") or report.get("twin") or len(self.policies) > 1 or is_kind_asked)

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """The algorithms among which a hash list may be, each with its name, and whether it was chosen."""
        chosen = f"{self.file.settings.get('kind', '')}:{self.file.settings.get('algorithm', '')}"
        algorithms = [(kind, kind.partition(":")[2]) for kind in self.file.report.get("kinds", ())]
        return [(kind, str(HashAlgorithm(name).label), kind == chosen) for kind, name in algorithms if name]


def file_rows(actor: Actor, practice_import: PracticeImport) -> list[FileRow]:
    """The files in their order. Two queries, however many."""
    files = list(ImportedFile.objects.visible_to(actor).filter(upload=practice_import))
    condition = Q(pk__in=[row.practice_id for row in files if row.practice_id])
    condition |= Q(key__in=[key for row in files for key in _keys_in(row.report)])
    visible_practices = list(
        Practice.objects.visible_to(actor).filter(condition).select_related("organisation")
    )
    by_key = {str(each.key): each for each in visible_practices}
    by_pk = {each.pk: each for each in visible_practices}
    titles = {row.position: row.report.get("title") or row.name for row in files}
    versions = {row.position for row in files if row.choice == ImportChoice.VERSION}
    return [
        _row(
            row,
            by_pk.get(row.practice_id) if row.done_at else by_key.get(row.report.get("practice", "")),
            by_key.get(row.report.get("twin", {}).get("practice", "")),
            titles,
            versions,
        )
        for row in files
    ]


def _keys_in(report: Mapping[str, Any]) -> list[str]:
    return [key for key in (report.get("practice"), report.get("twin", {}).get("practice")) if key]


def _row(
    row: ImportedFile,
    practice: Practice | None,
    twin: Practice | None,
    titles: Mapping[int, str],
    versions: Collection[int],
) -> FileRow:
    report = row.report
    return FileRow(
        file=row,
        practice=practice,
        twin=twin,
        becomes=report["becomes"],
        title=report["title"],
        faults=[_with_field_name(fault) for fault in report["faults"]],
        notes=[
            _with_field_name(note)
            for note in report.get("notes_by_choice", {}).get(row.choice, report["notes"])
        ],
        placements=[_with_field_name(place) for place in report["places"] if place["recognised"]],
        missing=_missing(row),
        choices=[(value, str(ImportChoice(value).label)) for value in report.get("choices", [row.choice])],
        suggestions=_suggestions(row),
        chosen=[
            text for key, value in row.settings.get("content", {}).items() for text in _in_words(key, value)
        ],
        policies=[
            (position, titles[position]) for position in report.get("policies", []) if position in titles
        ],
        replaces=report.get("replaces") if row.settings.get("of") in versions else None,
    )


def _missing(row: ImportedFile) -> list[str]:
    """What is still missing, without what was set for it."""
    chosen = row.settings.get("content", {})
    keys = [key for key in row.report["missing"] if key not in chosen]
    return [str(FIELDS_BY_KEY[key].title) for key in keys if key in FIELDS_BY_KEY]


def _suggestions(row: ImportedFile) -> list[Suggestion]:
    """What is suggested and was not chosen yet."""
    suggested, chosen = row.report.get("suggestions", {}), row.settings.get("content", {})
    rows = [
        Suggestion(key, suggested[key], *_in_words(key, suggested[key]))
        for key in ("kind", "stage", "permitted_use")
        if suggested.get(key) and key not in chosen
    ]
    harms = [harm for harm in suggested.get("harms", []) if harm["key"] not in chosen.get("harms", [])]
    return [
        *rows,
        *(
            Suggestion("harms", harm["key"], _in_words("harms", [harm["key"]])[0], ", ".join(harm["words"]))
            for harm in harms
        ),
    ]


def _in_words(key: str, value: Any) -> list[str]:
    if key == "harms":
        harms = taxonomy.harms()
        return [str(harms[harm].title) if harm in harms else harm for harm in value]
    choices = FIELDS_BY_KEY[key].choices
    return [str(choices(value).label) if choices is not None else str(value)]


def _with_field_name(item: Mapping[str, Any]) -> dict[str, Any]:
    """With the field's name in the reader's words; a part of a field keeps its path."""
    key = item["field"]
    return {**item, "field": str(FIELDS_BY_KEY[key].title) if key in FIELDS_BY_KEY else key}
