"""One's own imports: the list, one of them with its files, and how far it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.access import Actor
from portal.kernel.text import format_figure, format_number
from practices.content import is_class_key
from practices.diff import FieldDifference
from practices.enums import NOT_IMPORTED, HashAlgorithm, ImportChoice, ImportOutcome, UnknownClassAnswer
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

    `twin` is a practice that says the same or nearly, `policies` those that it may belong to, `covered` the titles of
    those of a licence; `unknown` are classes of a test set, `unsure` those of a policy, of which something is asked.
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
    covered: list[str]
    unknown: list["AskedClass"]
    unsure: list["AskedClass"]
    twin_file: str  # the name of another file that says the same or nearly
    replaces: Mapping[str, Any] | None  # the test set in whose place this one comes
    originals: list[tuple[int, str]]  # the files that it may translate
    original: str  # what it translates, by its name or title
    replaced_translation: (
        str  # the key of the translation of a working copy in whose place this one would stand
    )
    recognised: list[str]  # what of a policy went into rows and numbers
    differences: Sequence[FieldDifference] | None = None  # from its twin, where they are to be shown

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
    def is_translation(self) -> bool:
        return self.file.choice == ImportChoice.TRANSLATION

    @property
    def is_there(self) -> bool:
        """Whether a practice that the person may read has it already, in the same words or nearly."""
        return not self.file.report.keys().isdisjoint(("twin", "is_unchanged", "is_there"))

    @property
    def is_described(self) -> bool:
        """Whether fields can be set for it: it becomes a practice, or may by choice."""
        without_fields = (ImportChoice.TRANSLATION, ImportChoice.ATTACHMENT)
        return self.role == "practice" and self.file.choice not in without_fields

    @property
    def has_question(self) -> bool:
        """Whether something has to be decided about it."""
        report = self.file.report
        if self.is_translation:
            return True
        is_kind_asked = len(report.get("kinds", ())) > 1 and not self.file.settings.get("kind")
        has_twin = bool(report.get("twin") or self.twin_file)
        return bool(self.unknown or self.unsure or has_twin or len(self.policies) > 1 or is_kind_asked)

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
    by_position = {row.position: row for row in files}
    titles = _titles(files)
    return [
        _row(
            row,
            by_pk.get(row.practice_id) if row.done_at else by_key.get(row.report.get("practice", "")),
            by_key.get(row.report.get("twin", {}).get("practice", "")),
            by_position,
            titles,
        )
        for row in files
    ]


def _keys_in(report: Mapping[str, Any]) -> list[str]:
    return [key for key in (report.get("practice"), report.get("twin", {}).get("practice")) if key]


def _row(
    row: ImportedFile,
    practice: Practice | None,
    twin: Practice | None,
    by_position: Mapping[int, ImportedFile],
    titles: Mapping[int, str],
) -> FileRow:
    report = row.report
    policy = by_position.get(row.settings.get("of", 0))
    of = [row.settings.get("of"), *row.settings.get("also_of", ())] if report.get("role") == "licence" else []
    twin_file = by_position.get(report.get("twin_file", {}).get("position", 0))
    return FileRow(
        file=row,
        practice=practice,
        twin=twin,
        becomes=report["becomes"],
        title=report["title"],
        faults=[_with_field_name(fault) for fault in report["faults"]],
        notes=[
            *(
                _with_field_name(note)
                for note in report.get("notes_by_choice", {}).get(row.choice, report["notes"])
            ),
            *({"line": 0, "field": "", "message": message} for message in report.get("hints", ())),
        ],
        placements=[_with_field_name(place) for place in report["places"] if place["recognised"]],
        missing=_missing(row),
        choices=[(value, str(ImportChoice(value).label)) for value in report.get("choices", [row.choice])],
        suggestions=_suggestions(row),
        chosen=[
            text
            for key, value in row.settings.get("content", {}).items()
            if key not in row.stated_fields
            for text in _in_words(key, value)
        ],
        policies=[
            (position, titles[position])
            for position in report.get("policies", [])
            if position in titles and by_position[position].choice != ImportChoice.TRANSLATION
        ],
        covered=[titles[position] for position in of if position in titles],
        unknown=_unknown(row, policy),
        unsure=_unsure(row),
        twin_file=twin_file.name if twin_file else "",
        replaces=report.get("replaces") if policy and _is_of_practice(policy) else None,
        originals=[
            (position, by_position[position].name)
            for position in report.get("originals", [])
            if position in by_position
        ],
        original=_original(row, by_position),
        replaced_translation=_replaced_translation(row, by_position),
        recognised=_recognised(report) if report.get("role") == "practice" else [],
    )


def _recognised(report: Mapping[str, Any]) -> list[str]:
    """What of a policy went into rows and numbers, in words; imports of 0.1.0 note classes and scores alone."""
    classes, examples = len(report.get("classes", ())), report.get("examples", 0)
    results, scores = report.get("results", {}), report.get("scores", 0)
    codes = report.get("suggestions", {}).get("counters", ())
    counted = (
        (classes, ngettext("%(n)s class", "%(n)s classes", classes)),
        (examples, ngettext("%(n)s example with its class", "%(n)s examples with their classes", examples)),
        (scores, ngettext("%(n)s stated score", "%(n)s stated scores", scores)),
    )
    return [
        *(words % {"n": format_figure(count)} for count, words in counted if count),
        *(
            f"{field.title}: {format_number(Decimal(results[key]))}"
            for key, field in FIELDS_BY_KEY.items()
            if key in results
        ),
        *([_("counters of DISARM: %(codes)s") % {"codes": ", ".join(codes)}] if codes else ()),
    ]


def _original(row: ImportedFile, by_position: Mapping[int, ImportedFile]) -> str:
    """What it translates: a practice by its title, a file by its name."""
    if row.settings.get("translates_practice"):
        return str(row.report.get("original_title", ""))
    file = by_position.get(row.settings.get("translates", 0))
    return file.name if file else ""


def _replaced_translation(row: ImportedFile, by_position: Mapping[int, ImportedFile]) -> str:
    """Empty also where what it translates becomes a practice of its own, which has no translation yet."""
    original = by_position.get(row.settings.get("translates", 0))
    is_of_practice = row.settings.get("translates_practice") or (original and _is_of_practice(original))
    return str(row.report.get("earlier", "")) if is_of_practice else ""


def _titles(files: Sequence[ImportedFile]) -> dict[int, str]:
    """What each file is called beside others: by its title, and where several have the same, with its name."""
    titles = {row.position: str(row.report.get("title") or row.name) for row in files}
    counts = Counter(titles.values())
    return {
        row.position: titles[row.position]
        if counts[titles[row.position]] == 1
        else f"{titles[row.position]} ({row.name})"
        for row in files
    }


def _is_of_practice(policy: ImportedFile) -> bool:
    """Whether what belongs to it goes into a practice that is there."""
    is_kept = policy.choice == ImportChoice.LEAVE_OUT and bool(policy.report.get("practice"))
    return policy.choice == ImportChoice.VERSION or is_kept


@dataclass(frozen=True, slots=True)
class AskedClass:
    """A class of which is asked whether it is allowed; `place` is its number in the form, `answer` what was chosen.

    `is_possible`: it can be a class of a policy. `is_asked_above`: beside the policy, whose text names it.
    """

    place: int
    key: str
    answer: str
    rows: int = 0
    meaning: str = ""
    is_possible: bool = True
    is_asked_above: bool = False


def _unknown(row: ImportedFile, policy: ImportedFile | None) -> list[AskedClass]:
    """The classes of a test set that its policy does not have."""
    answers = row.settings.get("unknown", {})
    asked_above = {each["key"] for each in policy.report.get("unsure_classes", ())} if policy else set()
    return [
        AskedClass(
            place,
            each["key"],
            answers
            if isinstance(answers, str)
            else answers.get(each["key"], UnknownClassAnswer.LEAVE_ROWS.value),
            rows=each["rows"],
            is_possible=is_class_key(each["key"]),
            is_asked_above=each["key"] in asked_above,
        )
        for place, each in enumerate(row.report.get("unknown", ()), start=1)
    ]


def _unsure(row: ImportedFile) -> list[AskedClass]:
    """The classes that the text of a policy names without saying whether they are allowed."""
    verdicts = row.settings.get("verdicts", {})
    return [
        AskedClass(place, each["key"], verdicts.get(each["key"], ""), meaning=each.get("meaning", ""))
        for place, each in enumerate(row.report.get("unsure_classes", ()), start=1)
    ]


def _missing(row: ImportedFile) -> list[str]:
    """What is still missing, without what was set for it."""
    chosen = row.settings.get("content", {})
    missing = row.report["missing"]
    if row.choice == ImportChoice.VERSION:
        missing = row.report.get("missing_of_version", missing)
    if row.choice == ImportChoice.ATTACHMENT:  # a README is kept as it is
        return []
    keys = [key for key in missing if key not in chosen]
    return [str(FIELDS_BY_KEY[key].title) for key in keys if key in FIELDS_BY_KEY]


def _suggestions(row: ImportedFile) -> list[Suggestion]:
    """What is suggested and was not chosen yet."""
    chosen = row.settings.get("content", {})
    suggestions = row.report.get("suggestions", {})
    suggested = {key: value for key, value in suggestions.items() if key not in row.stated_fields}
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
