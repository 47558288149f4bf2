"""Which files of an import are policies, and what each would become: a practice, the next version of one, nothing."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from portal.kernel.access import Actor
from practices.content import missing_fields
from practices.enums import ImportChoice, PracticeState
from practices.files import PracticeFile
from practices.files.archives import MARKDOWN_EXTENSIONS, ImportEntry
from practices.files.licences import is_licence_name, is_notice_name
from practices.files.source import MAX_FRONT_MATTER
from practices.models import Attachment
from practices.services.import_likeness import LikenessFinder, says_alike
from practices.services.import_presence import is_unchanged
from practices.services.import_proposals import PlannedFile
from practices.services.import_reports import (
    REFUSED,
    dry_run_report,
    edited_practice,
    notes_of,
    own_practice,
    read_file,
)
from practices.services.import_suggestions import suggestions_for
from practices.services.import_translations import base_language

_RESULTS = ("precision", "recall", "sample_size")
_PROMPT_FOLDERS, _PROMPT_NAMES = (
    ("prompt", "prompts", "промпты"),
    ("prompt", "system", "system-prompt", "промпт"),
)


def is_policy(entry: ImportEntry) -> bool:
    """Whether a file of this name is read as a policy first."""
    path = PurePosixPath(entry.name)
    if is_licence_name(path.name) or is_notice_name(path.name) or is_prompt(entry):
        return False
    return path.suffix.lower() in (*MARKDOWN_EXTENSIONS, ".zip", "")


def is_prompt(entry: ImportEntry) -> bool:
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
    return lines[:1] == ["---"] and any(line.startswith(("format:", "label:")) for line in keys)


def plan_policy(actor: Actor, planned: PlannedFile, keys: set[str], finder: LikenessFinder) -> None:
    """A Markdown file: a practice, the next version of one that is there, or a README that is none.

    What is there already starts at “Leave out” (what bears the key of an own practice: `import_presence`); an own
    practice of nearly the same words at its next version, which replaces nothing of which the file says nothing, and
    whose differences are shown.
    """
    practice_file = read_file(planned.raw)
    report = practice_file if isinstance(practice_file, dict) else {}
    if isinstance(practice_file, PracticeFile):
        # in another language it is a translation first, and another file may be the next version
        planned.is_in_other_language = _is_in_other_language(actor, practice_file)
        report = dry_run_report(actor, practice_file, set() if planned.is_in_other_language else keys)
    planned.report = {**report, "role": "practice"}
    if not isinstance(practice_file, PracticeFile) or report["becomes"] == REFUSED:
        planned.report["role"] = "refused"
        planned.choice, planned.choices = ImportChoice.REFUSED, (ImportChoice.REFUSED,)
        return
    if not planned.is_in_other_language:
        keys.add(report["practice"])
    content, planned.handling = practice_file.content, practice_file.handling
    planned.content = content
    planned.report |= {
        "classes": [row["key"] for row in content.get("classes", [])],
        "unsure_classes": list(practice_file.unsure_classes),
        "examples": len(content.get("examples", ())),
        "scores": len(content.get("scores", ())),
        "results": {key: content[key] for key in _RESULTS if key in content},
        "stated": sorted(key for key, value in content.items() if value),
        "label": practice_file.handling.label,
        "suggestions": suggestions_for(content),
    }
    planned.propose(ImportChoice.PRACTICE)
    if report["practice"]:
        planned.choice = ImportChoice.VERSION
    else:
        _propose_by_likeness(planned, content, finder)
    _offer_version(actor, planned, practice_file)


def _is_in_other_language(actor: Actor, practice_file: PracticeFile) -> bool:
    """Whether the file bears the key of an own practice and says it in another language, and in other words."""
    practice = edited_practice(actor, practice_file)
    if practice is None or base_language(practice_file.handling.language) == practice.language:
        return False
    return not says_alike(practice.draft.content, practice_file.content)


def _propose_by_likeness(planned: PlannedFile, content: Mapping[str, Any], finder: LikenessFinder) -> None:
    """By what is there already, in the library or among the files of this import that came before."""
    is_no_policy = _tells_no_policy(planned.name, content)
    if twin := finder.find(content, planned.sha256):
        planned.report["twin"] = twin.as_report()
        if twin.is_own:
            planned.report |= {"practice": twin.key, "draft": twin.draft}
            planned.choice = ImportChoice.VERSION
        if twin.is_same:
            planned.choice = ImportChoice.LEAVE_OUT
    elif is_no_policy:
        planned.choice = ImportChoice.LEAVE_OUT
        planned.report["no_policy"] = True
    if not is_no_policy and (twin_file := finder.find_file(planned.position, content)):
        planned.report["twin_file"] = twin_file.as_report()
        if twin_file.is_same:
            planned.choice = ImportChoice.LEAVE_OUT


def _offer_version(actor: Actor, planned: PlannedFile, practice_file: PracticeFile) -> None:
    """Where it is an own practice's: with what its next version means, and what that has beside it."""
    practice = own_practice(actor, planned.report["practice"])
    if practice is None:
        return
    planned.choices = (ImportChoice.VERSION, *planned.choices)
    attachments = Attachment.objects.visible_to(actor).filter(practice=practice, removed_at=None)
    if not practice_file.has_front_matter:
        content = practice.draft.content
        planned.report["practice_states"] = sorted(key for key, value in content.items() if value)
        missing = missing_fields(practice_file.as_version_of(content))
        planned.report["missing_of_version"] = [field.key for field in missing]
    planned.report |= {
        "label_of_practice": practice.label if practice.state != PracticeState.DRAFT else "",
        "attached": [[row.kind, row.sha256] for row in attachments],
        "notes_by_choice": {
            ImportChoice.VERSION: notes_of(actor, practice_file, practice),
            ImportChoice.PRACTICE: notes_of(actor, practice_file, None),
        },
    }
    if planned.handling.key and is_unchanged(actor, practice_file, practice):
        planned.report["is_unchanged"] = True
        planned.report["notes_by_choice"][ImportChoice.LEAVE_OUT] = []


def _tells_no_policy(name: str, content: Mapping[str, Any]) -> bool:
    """A README, or a text that has neither a goal nor classes, nor says what is allowed or not."""
    says_policy = any(
        content.get(key) for key in ("goal", "classes", "allowed", "violating", "kind", "steps")
    )
    return not says_policy or (PurePosixPath(name).stem.casefold() == "readme" and not content.get("kind")
        and not (content.get("goal") and (content.get("classes") or content.get("violating"))))  # fmt: skip
