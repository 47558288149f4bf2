"""The worker's part for what belongs to a policy of the same import: its test set, its files, its runs."""

import json
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from portal.kernel import clock, files
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from practices.enums import ImportChoice, RunKind, UnknownClassAnswer
from practices.models import Draft, ImportedFile, Practice
from practices.packs.score_tables import read_score_table
from practices.packs.test_sets import read_test_set
from practices.queries.packs import run_targets
from practices.services.attachments import add_attachment
from practices.services.packs import RunInput, TestSetInput, store_run, store_test_set
from practices.services.practices import edit_practice

_MOST_RUNS = 40


def added_content(row: ImportedFile) -> dict[str, Any]:
    """What other files of the import, and choices for many, add to what the policy of this file says itself."""
    content: dict[str, Any] = dict(row.settings.get("content", {}))
    folder = PurePosixPath(row.name).parent
    for other in ImportedFile.objects.filter(upload=row.upload_id).exclude(file=""):
        if other.choice == ImportChoice.LICENCE and PurePosixPath(other.name).parent in (
            folder,
            *folder.parents,
        ):
            content.setdefault("licence", other.report["licence"])
        elif other.choice == ImportChoice.SCORES and other.settings.get("of") == row.position:
            content.setdefault("scores", read_score_table(files.read(other.file, other.sha256)))
    return content


def add_part(actor: Actor, row: ImportedFile) -> Practice:
    """Add the file to the practice that its policy has become; refuses where there is none."""
    policy = ImportedFile.objects.filter(upload=row.upload_id, position=row.settings.get("of", 0)).first()
    practice = policy.practice if policy is not None else None
    if policy is None or practice is None:
        raise DomainError(_("Its policy was not imported."))
    raw = files.read(row.file, row.sha256)
    if row.choice == ImportChoice.TEST_SET:
        _add_test_set(actor, row, practice, raw)
    elif row.choice == ImportChoice.RUNS:
        _add_runs(actor, row, practice, raw)
    elif row.choice == ImportChoice.ATTACHMENT:
        name = PurePosixPath(row.name).name
        add_attachment(actor, practice, SimpleUploadedFile(name, raw), name)
    return practice


def _add_test_set(actor: Actor, row: ImportedFile, practice: Practice, raw: bytes) -> None:
    draft = Draft.objects.get(practice=practice)
    answer = row.settings.get("unknown", UnknownClassAnswer.LEAVE_ROWS)
    keys = [each["key"] for each in draft.content.get("classes", [])]
    parsed = read_test_set(raw, row.name, keys)
    if answer != UnknownClassAnswer.LEAVE_ROWS and parsed.unknown:
        classes = [
            *draft.content.get("classes", []),
            *({"key": each.key, "title": each.key, "outcome": answer} for each in parsed.unknown),
        ]
        content = {**draft.content, "classes": classes}
        draft = edit_practice(actor, practice, content, version=draft.version)
        parsed = read_test_set(raw, row.name, [each["key"] for each in classes])
    name = PurePosixPath(row.name).name
    store_test_set(actor, practice, parsed, name, draft.content, TestSetInput(leave_out_unknown=True))


def _add_runs(actor: Actor, row: ImportedFile, practice: Practice, raw: bytes) -> None:
    """The runs of a pack, counted anew from their answers."""
    target = next((each for each in run_targets(actor, practice) if each.attachment.removed_at is None), None)
    if target is None:
        raise DomainError(_("There is no test set."))
    try:
        runs = json.loads(raw)["runs"]
        described = [(str(run["answers"]), _run_input(run)) for run in runs[:_MOST_RUNS]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DomainError(_("The list of runs cannot be read.")) from error
    folder = PurePosixPath(row.name).parent
    stored = {each.name: each for each in ImportedFile.objects.filter(upload=row.upload_id).exclude(file="")}
    for name, sent in described:
        answers = stored.get(str(folder / name))
        if answers is None:
            raise DomainError(_("The answers “%(name)s” are missing.") % {"name": name[:80]})
        store_run(actor, target, files.read(answers.file, answers.sha256), sent)


def _run_input(run: Any) -> RunInput:
    return RunInput(
        RunKind(run["kind"]),
        str(run["model"])[:120],
        min(date.fromisoformat(run["ran_on"]), clock.now().date()),
        str(run.get("setting", "")),
        str(run.get("source", ""))[:200],
    )
