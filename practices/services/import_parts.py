"""The worker's part for what belongs to a policy of the same import: its test set, its files, its runs."""

import json
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from alliance.queries.local_dates import today
from portal.kernel import files
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.text import is_storable
from practices.enums import ImportChoice, ImportOutcome, RunKind, UnknownClassAnswer
from practices.models import Draft, ImportedFile, Practice
from practices.packs.score_tables import read_score_table
from practices.packs.test_sets import read_test_set
from practices.queries.packs import run_targets
from practices.services.attachments import add_attachment
from practices.services.packs import RunInput, TestSetInput, attach_test_set, store_runs, store_test_set
from practices.services.practices import check_writing


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
    """Read and store the test set, then attach it. Refuses a second one for a policy, which would replace the first."""
    others = ImportedFile.objects.filter(
        upload=row.upload_id, choice=ImportChoice.TEST_SET, outcome=ImportOutcome.ADDED
    )
    if other := others.filter(practice=practice).first():
        message = _("Its policy already has the test set “%(name)s” from this import.")
        raise DomainError(message % {"name": PurePosixPath(other.name).name[:80]})
    check_writing(actor, practice)
    content = Draft.objects.get(practice=practice).content
    classes = content.get("classes", [])
    keys = [each["key"] for each in classes]
    parsed = read_test_set(raw, row.name, keys)
    answer, new_classes = row.settings.get("unknown", UnknownClassAnswer.LEAVE_ROWS), []
    if answer != UnknownClassAnswer.LEAVE_ROWS and parsed.unknown:
        new_classes = [{"key": each.key, "title": each.key, "outcome": answer} for each in parsed.unknown]
        content = {**content, "classes": [*classes, *new_classes]}
        parsed = read_test_set(raw, row.name, [*keys, *(each["key"] for each in new_classes)])
    sent = TestSetInput(leave_out_unknown=True)
    stored = store_test_set(practice, parsed, PurePosixPath(row.name).name, content, sent)
    attach_test_set(actor, practice, stored, new_classes=new_classes)


def _add_runs(actor: Actor, row: ImportedFile, practice: Practice, raw: bytes) -> None:
    """The runs of a pack, counted anew from their answers."""
    target = next((each for each in run_targets(actor, practice) if each.attachment.removed_at is None), None)
    if target is None:
        raise DomainError(_("There is no test set."))
    try:
        described = [(str(run["answers"]), _run_input(run)) for run in json.loads(raw)["runs"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DomainError(_("The list of runs cannot be read.")) from error
    names = [name for name, _run in described]
    if len(set(names)) < len(names) or not all(map(is_storable, names)):
        raise DomainError(_("The list of runs cannot be read."))
    folder = PurePosixPath(row.name).parent
    stored = {each.name: each for each in ImportedFile.objects.filter(upload=row.upload_id).exclude(file="")}
    sent = []
    for name, run in described:
        answers = stored.get(str(folder / name))
        if answers is None:
            raise DomainError(_("The answers “%(name)s” are missing.") % {"name": name[:80]})
        sent.append((files.read(answers.file, answers.sha256), run))
    store_runs(actor, target, sent)


def _run_input(run: Any) -> RunInput:
    return RunInput(
        RunKind(run["kind"]),
        str(run["model"]),
        min(date.fromisoformat(run["ran_on"]), today()),
        str(run.get("setting", "")),
        str(run.get("source", "")),
    )
