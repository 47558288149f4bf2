"""The worker's part for what belongs to a policy of the same import: test set, files, signals, runs, translations."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from alliance.queries.local_dates import today
from portal.kernel import files
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.text import is_storable
from practices.content import with_stated
from practices.enums import ImportChoice, ImportOutcome, PracticeState, RunKind
from practices.files import parse_practice_file
from practices.models import Attachment, Draft, ImportedFile, Practice
from practices.packs.faults import decode
from practices.packs.score_tables import MAX_SIZE, read_score_table
from practices.packs.signals import join_rules, read_signals
from practices.packs.test_sets import read_test_set
from practices.queries.packs import run_targets
from practices.services.attachments import add_attachment, add_text
from practices.services.import_attachments import stated_label
from practices.services.import_limits import positions_of
from practices.services.import_reports import own_practice
from practices.services.import_test_sets import classes_to_add
from practices.services.import_translations import base_language
from practices.services.markings import refuse_wider_marking
from practices.services.packs import RunInput, TestSetInput, attach_test_set, store_runs, store_test_set
from practices.services.practices import check_writing
from practices.services.signals import add_signals
from practices.services.translations import add_translation
from practices.translated_texts import align_texts


def content_of(
    row: ImportedFile, stated: Mapping[str, Any], before: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """What the policy of this file says itself, with what other files of the import and choices for many add to it.

    Scores of tables stand after those that it states. `before` is what stays where none of the files says anything;
    choices for many fill gaps in it.
    """
    content: dict[str, Any] = {}
    others = list(ImportedFile.objects.filter(upload=row.upload_id).exclude(file=""))
    if licence := _licence_of(row, others):
        content.setdefault("licence", licence)
    if classes := _classes_with_verdicts(row):
        content["classes"] = classes
    scores = list(stated.get("scores", ()))
    for other in others:
        if other.settings.get("of") != row.position:
            continue
        if other.choice == ImportChoice.SCORES:
            table = read_score_table(files.read(other.file, other.sha256), other.name)
            scores += [score for score in table if score not in scores]
        elif other.choice == ImportChoice.PROMPT:
            content.setdefault("prompt", decode(files.read(other.file, other.sha256), limit=MAX_SIZE).strip())
    chosen = row.settings.get("content", {})
    return with_stated({**chosen, **before}, {**content, **stated, **({"scores": scores} if scores else {})})


def _classes_with_verdicts(row: ImportedFile) -> list[dict[str, str]]:
    """The classes that the text names, of which the person of the import has said whether they are allowed."""
    verdicts = row.settings.get("verdicts", {})
    return [
        {**each, "outcome": verdicts[each["key"]]}
        for each in row.report.get("unsure_classes", ())
        if each["key"] in verdicts
    ]


def _licence_of(row: ImportedFile, others: Iterable[ImportedFile]) -> str:
    """What the licence nearest to the policy is called: in its folder, or in one above. Nobody may know its name."""
    folder = PurePosixPath(row.name).parent
    licences = [
        (len(place.parts), other.report["licence"])
        for other in others
        if other.report.get("role") == "licence" and other.choice != ImportChoice.LEAVE_OUT
        if (place := PurePosixPath(other.name).parent) in (folder, *folder.parents)
    ]
    nearest = max((depth for depth, _licence in licences), default=0)
    return next((licence for depth, licence in licences if depth == nearest and licence), "")


def add_part(actor: Actor, row: ImportedFile) -> Practice:
    """Add the file to the practice that its policy has become, a licence to each; refuses where there is none."""
    targets = _targets(actor, row)
    if not targets:
        raise DomainError(_("Its policy was not imported."))
    raw = files.read(row.file, row.sha256)
    for practice, policy in targets:
        _add_to(actor, row, practice, policy, raw)
    return targets[0][0]


def _targets(actor: Actor, row: ImportedFile) -> list[tuple[Practice, ImportedFile]]:
    """What its policies have become, else the own practice of a policy that was left out since it is there.

    Of a translation what it translates, which may be an own practice that no file is.
    """
    if row.choice == ImportChoice.TRANSLATION and (key := row.settings.get("translates_practice")):
        practice = own_practice(actor, key)
        if practice is None:
            raise DomainError(_("You can no longer change this practice."))
        return [(practice, row)]
    policies = ImportedFile.objects.filter(upload=row.upload_id, position__in=positions_of(row))
    came = [(each.practice, each) for each in policies.order_by("position") if each.practice is not None]
    if came:
        return came
    left_out = [each for each in policies if each.choice == ImportChoice.LEAVE_OUT]
    existing = ((own_practice(actor, each.report.get("practice", "")), each) for each in left_out)
    return [(practice, policy) for practice, policy in existing if practice is not None][:1]


def _add_to(actor: Actor, row: ImportedFile, practice: Practice, policy: ImportedFile, raw: bytes) -> None:
    if row.choice == ImportChoice.TEST_SET:
        _add_test_set(actor, row, practice, policy, raw)
    elif row.choice == ImportChoice.RUNS:
        _add_runs(actor, row, practice, raw)
    elif row.choice == ImportChoice.ATTACHMENT:
        if not _has_file(practice, row.sha256):
            if label := practice.label if practice.state != PracticeState.DRAFT else stated_label(policy):
                refuse_wider_marking(raw, label)
            add = add_attachment if files.is_checked_kind(row.name) else add_text
            upload = SimpleUploadedFile(PurePosixPath(row.name).name, raw)
            add(actor, practice, upload, row.settings.get("title") or upload.name or "")
    elif row.choice == ImportChoice.SIGNALS:
        _add_signals(actor, row, practice, raw)
    elif row.choice == ImportChoice.TRANSLATION:
        _add_translation(actor, row, practice, raw)


def _add_translation(actor: Actor, row: ImportedFile, practice: Practice, raw: bytes) -> None:
    """What the file says in place of the texts of the practice, which it translates."""
    check_writing(actor, practice)
    practice_file = parse_practice_file(raw)
    draft = Draft.objects.get(practice=practice)
    aligned = align_texts(draft.content, practice_file.content)
    language = base_language(practice_file.handling.language)
    try:
        add_translation(
            actor,
            practice,
            language=language,
            texts=aligned.texts,
            draft_version=draft.version,
            earlier_key=row.report.get("earlier"),
        )
    except Conflict as conflict:
        raise DomainError(
            _(
                "Another translation of it into this language was saved after the file was checked. Import the file "
                "again: the page then shows which one it replaces."
            )
        ) from conflict


def _has_file(practice: Practice, sha256: str) -> bool:
    """Whether the working copy has these bytes, such as those of a pack that comes back to its own practice."""
    return Attachment.objects.filter(practice=practice, sha256=sha256, removed_at=None).exists()


def _add_signals(actor: Actor, row: ImportedFile, practice: Practice, raw: bytes) -> None:
    """The list or rules, without the label that each export writes into them; joined rules come with the first one."""
    kind, algorithm = row.settings["kind"], row.settings["algorithm"]
    name, title = PurePosixPath(row.name).name, row.settings.get("title", "")
    if leader := row.settings.get("joined"):
        joined = list(
            ImportedFile.objects.filter(upload=row.upload_id, settings__joined=leader).exclude(file="")
        )
        if row.position != leader:
            first = next((each for each in joined if each.position == leader), None)
            if first is None or first.outcome != ImportOutcome.ADDED:
                raise DomainError(first.refusal if first else _("Its policy was not imported."))
            return
        raw = join_rules(
            [(PurePosixPath(each.name).name, files.read(each.file, each.sha256)) for each in joined]
        )
        name = f"{PurePosixPath(row.name).parent.name or 'rules'}.yml"
    if not _has_file(practice, hashlib.sha256(read_signals(kind, raw, algorithm).content).hexdigest()):
        upload = SimpleUploadedFile(name, raw)
        add_signals(actor, practice, upload, kind=kind, title=title, algorithm=algorithm)


def _add_test_set(
    actor: Actor, row: ImportedFile, practice: Practice, policy: ImportedFile, raw: bytes
) -> None:
    """Read and store the test set, then attach it; of a pack that comes back the one that is there stays.

    Refuses a second one for a policy, which would replace the first.
    """
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
    unknown = {each.key for each in parsed.unknown}
    new_classes = [each for each in classes_to_add(row, policy) if each["key"] in unknown]
    if new_classes:
        content = {**content, "classes": [*classes, *new_classes]}
        parsed = read_test_set(raw, row.name, [*keys, *(each["key"] for each in new_classes)])
    origin = {key: row.settings.get(key, "") for key in ("title", "labelled_by", "made_from")}
    sent = TestSetInput(**origin, leave_out_unknown=True, keeps_held_back=True)
    stored = store_test_set(practice, parsed, PurePosixPath(row.name).name, content, sent)
    attach_test_set(actor, practice, stored, new_classes=new_classes, leaves_same=True)


def _add_runs(actor: Actor, row: ImportedFile, practice: Practice, raw: bytes) -> None:
    """The runs of a pack, counted anew from their answers; not those that the test set has already."""
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
    store_runs(actor, target, sent, only_new=True)


def _run_input(run: Any) -> RunInput:
    return RunInput(
        RunKind(run["kind"]),
        str(run["model"]),
        min(date.fromisoformat(run["ran_on"]), today()),
        str(run.get("setting", "")),
        str(run.get("source", "")),
    )
