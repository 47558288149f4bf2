"""What the files of an upload are to each other: policies, and the test sets, scores, prompts, signals of each."""

import hashlib
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.files import refuse_upload
from practices.enums import SIGNAL_KINDS, AttachmentKind, ImportChoice, UnknownClassAnswer
from practices.fields import FIELDS_BY_KEY
from practices.files import PracticeFile
from practices.files.archives import MARKDOWN_EXTENSIONS, PICTURE_EXTENSIONS, ImportEntry, is_text
from practices.files.licences import is_licence_name, is_notice_name, licence_of
from practices.files.source import MAX_FRONT_MATTER
from practices.models import ImportedFile, ModelRun
from practices.packs.bundles import MANIFEST, RUNS
from practices.packs.faults import FileRefused
from practices.packs.folder_texts import SignalsInText, check_text, signals_in
from practices.packs.held_back import given_digest
from practices.packs.listings import ListedFile, listed_in_packs
from practices.packs.score_tables import is_score_table, read_score_table
from practices.packs.signals import read_signals
from practices.packs.test_sets import TestSetSummary, is_labelled_table, summarise_test_set
from practices.services.held_rows import texts_given, texts_held_back, working_test_set
from practices.services.import_likeness import LikenessFinder
from practices.services.import_reports import (
    REFUSED,
    dry_run_report,
    notes_of,
    own_practice,
    part_report,
    read_file,
    refusal_report,
)
from practices.services.import_suggestions import suggestions_for

_ATTACHED, _TEXTS = (".csv", ".pdf", ".xlsx"), (".txt", ".json", ".yml", ".yaml", "")
_PROMPT_FOLDERS, _PROMPT_NAMES = (
    ("prompt", "prompts", "промпты"),
    ("prompt", "system", "system-prompt", "промпт"),
)
# In this order the work goes through them: what others belong to comes first.
ORDER = (
    ImportChoice.PRACTICE, ImportChoice.VERSION, ImportChoice.TEST_SET, ImportChoice.SIGNALS, ImportChoice.ATTACHMENT,
    ImportChoice.RUNS,
)  # fmt: skip


@dataclass
class PlannedFile:
    """A file with what it was taken for: its report, the choice that is proposed, and those that there are."""

    entry: ImportEntry
    position: int
    report: dict[str, Any]
    choice: str = ImportChoice.LEAVE_OUT
    choices: Sequence[str] = (ImportChoice.LEAVE_OUT,)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def folder(self) -> str:
        return _folder_of(self.entry.name)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.entry.raw).hexdigest()


def _folder_of(name: str) -> str:
    return str(PurePosixPath(name).parent)


def plan_files(actor: Actor, entries: Iterable[ImportEntry]) -> list[PlannedFile]:
    """Each file with its report: policies first, since the others are read by what their policy says."""
    listed = [PlannedFile(entry, position, {}) for position, entry in enumerate(entries, start=1)]
    keys: set[str] = set()
    finder = LikenessFinder(actor)
    in_packs = listed_in_packs({each.entry.name: each.entry.raw for each in listed})
    for planned in listed:
        if planned.entry.name not in in_packs and _is_policy(planned.entry):
            _plan_policy(actor, planned, keys, finder)
    policies = [each for each in listed if each.report.get("role") == "practice"]
    for planned in policies:
        if planned.report.get("no_policy") and (policy := _policy_of(planned, policies)):
            planned.settings = {"of": policy.position}
            planned.choices = (ImportChoice.PRACTICE, ImportChoice.ATTACHMENT, ImportChoice.LEAVE_OUT)
    for planned in listed:
        if not planned.report:
            _plan_part(planned, policies, in_packs.get(planned.entry.name))
            _plan_replacement(actor, planned, policies)
    for planned in listed:
        planned.report["choices"] = list(planned.choices)
        planned.report["size"] = len(planned.entry.raw)
    leave_one_each(listed)
    return listed


def _is_policy(entry: ImportEntry) -> bool:
    path = PurePosixPath(entry.name)
    if is_licence_name(path.name) or is_notice_name(path.name) or _is_prompt(entry):
        return False
    return path.suffix.lower() in (*MARKDOWN_EXTENSIONS, ".zip", "")


def _is_prompt(entry: ImportEntry) -> bool:
    """A text in a folder of prompts, or one that is called so; neither a README beside it nor a practice file."""
    path = PurePosixPath(entry.name)
    if path.suffix.lower() not in (".txt", *MARKDOWN_EXTENSIONS) or path.stem.casefold() == "readme":
        return False
    if path.suffix.lower() in MARKDOWN_EXTENSIONS and _is_practice_file(entry.raw):
        return False
    in_folder = path.parent.name.casefold() in _PROMPT_FOLDERS
    return in_folder or (path.suffix.lower() == ".txt" and path.stem.casefold() in _PROMPT_NAMES)


def _is_practice_file(raw: bytes) -> bool:
    """Whether its front matter has a key that every practice file has: that of a prompt has keys of its own."""
    lines = raw[:MAX_FRONT_MATTER].decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    ends = (place for place, line in enumerate(lines) if place and line.rstrip() in ("---", "..."))
    keys = lines[1 : next(ends, 0)]
    return _first_line(raw) == "---" and any(line.startswith(("format:", "label:")) for line in keys)


def _plan_policy(actor: Actor, planned: PlannedFile, keys: set[str], finder: LikenessFinder) -> None:
    """A Markdown file: a practice, the next version of one that is there, or a README that is none.

    Likeness alone replaces nothing: the next version is offered, and a new draft proposed.
    """
    practice_file = read_file(planned.entry.raw)
    report = (
        dry_run_report(actor, practice_file, keys)
        if isinstance(practice_file, PracticeFile)
        else practice_file
    )
    planned.report = {**report, "role": "practice"}
    if not isinstance(practice_file, PracticeFile) or report["becomes"] == REFUSED:
        planned.report["role"] = "refused"
        planned.choice, planned.choices = ImportChoice.REFUSED, (ImportChoice.REFUSED,)
        return
    keys.add(report["practice"])
    content = practice_file.content
    planned.report["classes"] = [row["key"] for row in content.get("classes", [])]
    planned.report["stated"] = sorted(key for key, value in content.items() if value)
    planned.report["suggestions"] = suggestions_for(content)
    planned.choice, planned.choices = ImportChoice.PRACTICE, (ImportChoice.PRACTICE, ImportChoice.LEAVE_OUT)
    if report["practice"]:
        planned.choice = ImportChoice.VERSION
    elif twin := finder.find(content):
        planned.report["twin"] = twin.as_report()
        if twin.is_own:
            planned.report |= {"practice": twin.key, "draft": twin.draft}
        if twin.is_same:
            planned.choice = ImportChoice.LEAVE_OUT
    elif _tells_no_policy(planned.entry.name, content):
        planned.choice = ImportChoice.LEAVE_OUT
        planned.report["no_policy"] = True
    if key := planned.report["practice"]:
        planned.choices = (ImportChoice.VERSION, *planned.choices)
        planned.report["notes_by_choice"] = {
            ImportChoice.VERSION: notes_of(actor, practice_file, own_practice(actor, key)),
            ImportChoice.PRACTICE: notes_of(actor, practice_file, None),
        }


def _tells_no_policy(name: str, content: Mapping[str, Any]) -> bool:
    """A README, or a text that has neither a goal nor classes, nor says what is allowed or not."""
    says_policy = any(
        content.get(key) for key in ("goal", "classes", "allowed", "violating", "kind", "steps")
    )
    return not says_policy or (PurePosixPath(name).stem.casefold() == "readme" and not content.get("kind")
        and not (content.get("goal") and (content.get("classes") or content.get("violating"))))  # fmt: skip


# --- What belongs to a policy ----------------------------------------------------------------


def _plan_part(planned: PlannedFile, policies: Sequence[PlannedFile], listed: ListedFile | None) -> None:
    """`listed`: what the pack says of the file in which it was exported."""
    try:
        refuse_upload(planned.sha256)
        policy = _policy_of(planned, policies)
        if listed is None or policy is None or listed.kind == AttachmentKind.TEST_SET:
            _plan_by_name(planned, policies)
        else:
            _plan_listed(planned, policy, listed)
        if listed is not None and ImportChoice.TEST_SET in planned.choices:
            origin = {"title": listed.title, "labelled_by": listed.labelled_by, "made_from": listed.made_from}
            planned.settings |= origin
    except FileRefused as refusal:
        planned.report = refusal_report([(fault.line, "", fault.message) for fault in refusal.faults])
        planned.report["role"] = "refused"
        planned.choice, planned.choices = ImportChoice.REFUSED, (ImportChoice.REFUSED,)
    except DomainError as refusal:
        _refuse(planned, str(refusal))


def _plan_by_name(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    """By its name, and of a table by its first line."""
    path = PurePosixPath(planned.entry.name)
    suffix, raw = path.suffix.lower(), planned.entry.raw
    if is_licence_name(path.name):
        _plan_licence(planned, policies)
    elif suffix in PICTURE_EXTENSIONS:
        _refuse(planned, _("No pictures: a test set describes the material and never holds it. Not kept."))
    elif path.name == RUNS and b'"runs"' in raw:
        _plan_runs(planned, policies)
    elif path.name == MANIFEST or path.parent.name == "runs":
        _leave_out(planned, _("It is a part of the pack and made anew from the others."))
    elif _is_prompt(planned.entry):
        _plan_prompt(planned, policies)
    elif suffix in (".jsonl", ".ndjson") or (suffix == ".csv" and is_labelled_table(_first_line(raw))):
        _plan_test_set(planned, policies)
    elif suffix == ".csv" and is_score_table(_first_line(raw)):
        _plan_scores(planned, policies)
    else:
        _plan_other(planned, policies)


def _plan_other(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    """A document, or a text that may be a list or rules."""
    path = PurePosixPath(planned.entry.name)
    suffix, raw = path.suffix.lower(), planned.entry.raw
    if suffix in _ATTACHED and (policy := _policy_of(planned, policies)):
        planned.report = part_report("attachment", path.name)
        planned.settings = {"of": policy.position}
        planned.choice = ImportChoice.ATTACHMENT
        planned.choices = (ImportChoice.ATTACHMENT, ImportChoice.LEAVE_OUT)
        if suffix == ".csv":
            _offer_signals(planned, signals_in(raw, path.name))
    elif (suffix in _TEXTS or is_notice_name(path.name)) and is_text(raw):
        _plan_text(planned, policies)
    else:
        _leave_out(planned, _("There is nothing in it that a practice takes."))


def _refuse(planned: PlannedFile, message: str) -> None:
    planned.report = {**refusal_report([(0, "", message)]), "role": "refused"}
    planned.choice, planned.choices = ImportChoice.REFUSED, (ImportChoice.REFUSED,)


def _leave_out(planned: PlannedFile, message: str) -> None:
    planned.report = part_report("other", PurePosixPath(planned.entry.name).name)
    planned.report["notes"] = [{"line": 0, "field": "", "message": message}]


def _plan_listed(planned: PlannedFile, policy: PlannedFile, listed: ListedFile) -> None:
    """A file or signals of an exported pack: with the title that it had, lists with their algorithm."""
    title = listed.title or PurePosixPath(planned.entry.name).name
    planned.settings = {"of": policy.position, "title": title}
    planned.choice = ImportChoice.ATTACHMENT
    if listed.kind in SIGNAL_KINDS:
        planned.choice = ImportChoice.SIGNALS
        planned.settings |= {"kind": listed.kind.value, "algorithm": listed.algorithm}
        read_signals(listed.kind, planned.entry.raw, listed.algorithm)  # what it would refuse, is refused now
    planned.report = part_report(planned.choice, title, kind=listed.kind.value)
    planned.choices = (planned.choice, ImportChoice.LEAVE_OUT)


def _plan_prompt(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    """The prompt of its policy; one that bears a label is that of an exported pack, whose policy has it."""
    policy, text = _policy_of(planned, policies), planned.entry.raw.decode("utf-8", "replace").strip()
    if policy is None or not text:
        _leave_out(planned, _("There is nothing in it that a practice takes."))
        return
    if text.startswith("# TLP:"):
        _leave_out(planned, _("It is a part of the pack and made anew from the others."))
        return
    if len(text) > FIELDS_BY_KEY["prompt"].limit:
        most = {"most": FIELDS_BY_KEY["prompt"].limit}
        _leave_out(planned, _("A prompt has at most %(most)d characters.") % most)
        return
    planned.report = part_report("prompt", PurePosixPath(planned.entry.name).name)
    planned.settings = {"of": policy.position}
    if "prompt" in policy.report["stated"]:  # which would win: what the policy says itself is not replaced
        note = _("Its policy states a prompt itself.")
        planned.report["notes"] = [{"line": 0, "field": "", "message": note}]
        return
    planned.choice, planned.choices = ImportChoice.PROMPT, (ImportChoice.PROMPT, ImportChoice.LEAVE_OUT)


def _plan_text(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    """A text that is none of the others: rules, a list of hashes or words, or kept as it is."""
    policy = _policy_of(planned, policies)
    if policy is None:
        _leave_out(planned, _("No policy stands beside this file."))
        return
    check_text(planned.entry.raw)
    planned.report = part_report("attachment", PurePosixPath(planned.entry.name).name)
    planned.settings = {"of": policy.position}
    planned.choice = ImportChoice.ATTACHMENT
    planned.choices = (ImportChoice.ATTACHMENT, ImportChoice.LEAVE_OUT)
    _offer_signals(planned, signals_in(planned.entry.raw, planned.entry.name))


def _offer_signals(planned: PlannedFile, signals: SignalsInText) -> None:
    """Take it for the signals that it clearly is; where there are several algorithms, that is asked first."""
    kinds = list(signals.kinds)
    if not kinds:
        return
    planned.report |= {"role": "signals", "kinds": kinds, "kind": kinds[0].partition(":")[0]}
    planned.choices = (ImportChoice.SIGNALS, *planned.choices)
    if len(kinds) == 1:
        planned.settings |= signals_settings(kinds[0])
    if signals.is_whole:
        planned.choice = ImportChoice.SIGNALS if len(kinds) == 1 else ImportChoice.LEAVE_OUT


def signals_settings(kind: str) -> dict[str, str]:
    """What is said of signals by `kind`, such as `hash_list:md5`."""
    name, _colon, algorithm = kind.partition(":")
    return {"kind": name, "algorithm": algorithm}


def _plan_licence(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    """Its name goes into the policies of its folder; its text can be kept, and is where nobody knows the licence."""
    licence = licence_of(planned.entry.raw.decode("utf-8", "replace"))
    planned.report = part_report(
        "licence", licence or PurePosixPath(planned.entry.name).name, licence=licence
    )
    covered = _policies_below(planned, policies)
    if not is_text(planned.entry.raw):  # of a licence that is known, its name is all that is taken
        note = _("This is not UTF-8. Save the file in UTF-8 encoding.")
        planned.report["notes"] = [{"line": 0, "field": "", "message": note}]
    elif covered and planned.entry.raw.strip():
        check_text(planned.entry.raw)
        planned.settings = {"of": covered[0].position, "also_of": [each.position for each in covered[1:]]}
        planned.choice = ImportChoice.ATTACHMENT
        planned.choices = (ImportChoice.ATTACHMENT, ImportChoice.LEAVE_OUT)
    if licence:
        planned.choice = ImportChoice.LICENCE
        planned.choices = (ImportChoice.LICENCE, *planned.choices)


def _plan_test_set(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    """For the policy in its folder that knows most of its rows' classes; read once, however many there are."""
    near = _policies_near(planned, policies)
    if not near:
        _leave_out(planned, _("No policy with classes stands beside this test set."))
        return
    summary = summarise_test_set(planned.entry.raw, planned.entry.name)
    best = max(near, key=lambda policy: (summary.count_of(policy.report["classes"]), -policy.position))
    planned.report = part_report(
        "test_set",
        PurePosixPath(planned.entry.name).name,
        **facts_for_policy(summary, best.report["classes"]),
        empty=summary.empty[:20],
        columns=summary.columns,
        policies=[policy.position for policy in near],
    )
    planned.settings = {"of": best.position, "unknown": UnknownClassAnswer.LEAVE_ROWS.value}
    planned.choice = ImportChoice.TEST_SET if planned.report["rows"] else ImportChoice.LEAVE_OUT
    planned.choices = (ImportChoice.TEST_SET, ImportChoice.LEAVE_OUT)


def facts_for_policy(summary: TestSetSummary, classes: Collection[str]) -> dict[str, Any]:
    """What the report says of a test set for a policy of these classes."""
    return {
        "rows": summary.count_of(classes),
        "classes": summary.counts_of(classes),
        "unknown": [asdict(each) for each in summary.unknown_to(classes)],
    }


def leave_one_each(
    rows: Sequence[PlannedFile] | Sequence[ImportedFile], before: Container[tuple[int, int]] = ()
) -> None:
    """A policy takes one test set and one prompt: the one that was chosen now, not one that it had `before`.

    `before` has the position of a file with that of its policy. The others are left out, and say which one is taken.
    """
    _leave_one_each(
        rows,
        before,
        ImportChoice.TEST_SET,
        _("Its policy already has the test set “%(name)s” from this import."),
    )
    _leave_one_each(
        rows, before, ImportChoice.PROMPT, _("Its policy already has the prompt “%(name)s” from this import.")
    )


def _leave_one_each(
    rows: Sequence[PlannedFile] | Sequence[ImportedFile],
    before: Container[tuple[int, int]],
    choice: ImportChoice,
    message: str,
) -> None:
    possible = [row for row in rows if choice in row.report.get("choices", ())]
    taken: dict[int, PlannedFile | ImportedFile] = {}
    for row in sorted(possible, key=lambda row: (row.position, row.settings["of"]) in before):
        if row.choice == choice and taken.setdefault(row.settings["of"], row) is not row:
            row.choice = ImportChoice.LEAVE_OUT
    for row in possible:
        first, notes = taken.get(row.settings["of"], row), []
        if first is not row:
            values = {"name": PurePosixPath(first.name).name[:80]}
            notes = [{"line": 0, "field": "", "message": message % values}]
        row.report = {**row.report, "notes": notes}


def _plan_replacement(actor: Actor, planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    if ImportChoice.TEST_SET in planned.choices:
        policy = next(each for each in policies if each.position == planned.settings["of"])
        planned.report["replaces"] = replaced_by(actor, planned.entry.raw, planned.name, policy.report)


def replaced_by(actor: Actor, raw: bytes, name: str, policy: Mapping[str, Any]) -> dict[str, Any] | None:
    """The test set in whose place this one would come, if its policy becomes a new version; None without one.

    `is_same`: it has just these rows, and so it stays. `policy` is the report on the policy.
    """
    practice = own_practice(actor, policy.get("practice", ""))
    row = working_test_set(practice) if practice is not None else None
    if practice is None or row is None:
        return None
    hidden = texts_held_back(practice)
    if hidden:
        hidden -= texts_given(practice)
    rows = given_digest(raw, name, policy["classes"], hidden)
    return {
        "title": row.title,
        "rows": row.facts.get("rows", 0),
        "held": row.facts.get("held", 0),
        "runs": ModelRun.objects.visible_to(actor).filter(attachment=row).count(),
        "is_shared": row.shared_at is not None,
        "is_same": rows == row.sha256,
    }


def _plan_scores(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    policy, rows = _policy_of(planned, policies), read_score_table(planned.entry.raw)
    unsigned = sum(not (row.get("by") or row.get("on")) for row in rows)
    planned.report = part_report(
        "scores", PurePosixPath(planned.entry.name).name, rows=len(rows), unsigned=unsigned
    )
    if policy is not None and rows:
        planned.settings = {"of": policy.position}
        planned.choice = ImportChoice.SCORES
        planned.choices = (ImportChoice.SCORES, ImportChoice.LEAVE_OUT)


def _plan_runs(planned: PlannedFile, policies: Sequence[PlannedFile]) -> None:
    policy = _policy_of(planned, policies)
    planned.report = part_report("runs", PurePosixPath(planned.entry.name).name)
    if policy is not None:
        planned.settings = {"of": policy.position}
        planned.choice = ImportChoice.RUNS
        planned.choices = (ImportChoice.RUNS, ImportChoice.LEAVE_OUT)


def _policies_near(planned: PlannedFile, policies: Sequence[PlannedFile]) -> list[PlannedFile]:
    """The policies with classes of the same folder, else of the nearest one above."""
    folder = PurePosixPath(planned.folder)
    for place in (folder, *folder.parents):
        near = [each for each in policies if each.folder == str(place) and each.report.get("classes")]
        if near:
            return near
    return []


def _policies_below(planned: PlannedFile, policies: Sequence[PlannedFile]) -> list[PlannedFile]:
    """Those of its folder and of the folders in it; without any, the one that it stands beneath."""
    below = [
        each
        for each in policies
        if PurePosixPath(each.folder).is_relative_to(planned.folder) and not each.report.get("no_policy")
    ]
    above = _policy_of(planned, policies)
    return below or ([above] if above else [])


def _policy_of(planned: PlannedFile, policies: Sequence[PlannedFile]) -> PlannedFile | None:
    """The policy to which a file belongs: the first one of the same folder, else of the nearest one above."""
    folder = PurePosixPath(planned.folder)
    for place in (folder, *folder.parents):
        near = [each for each in policies if each.folder == str(place) and not each.report.get("no_policy")]
        if near:
            return near[0]
    return None


def _first_line(raw: bytes) -> str:
    return raw[:4000].decode("utf-8", "replace").removeprefix("\ufeff").partition("\n")[0].strip()
