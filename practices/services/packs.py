"""What makes a policy runnable: its test set, and runs of which the portal computes the scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.queries.local_dates import today
from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.files import CheckedFile, StoredFile
from portal.kernel.text import clean_line, clean_optional_line
from practices.access import owns
from practices.content import clean_content
from practices.enums import AttachmentKind, RunKind
from practices.models import Attachment, Draft, ModelRun, Practice
from practices.packs.faults import refuse
from practices.packs.held_back import part_rows
from practices.packs.scoring import MAX_SIZE as MAX_ANSWERS
from practices.packs.scoring import Counts, count_answers, format_answers, read_answers
from practices.packs.test_set_rows import classes_digest, count_rows, format_rows, is_drawn, stored_rows
from practices.packs.test_sets import ENDINGS, MAX_SIZE, TestSetFile, read_test_set
from practices.queries.packs import RunTarget
from practices.services.attachments import refuse_too_many, take_out
from practices.services.held_rows import rows_to_keep, texts_given, texts_held_back, working_test_set
from practices.services.parts import lock_for_adding
from practices.services.practices import check_writing, lock_for_writing, note_changed_files, save_content

_FOLDER = "practices"
_JSONL = "application/jsonl"


@dataclass(frozen=True, slots=True)
class TestSetInput:
    """What is said of a test set beside its file.

    `hold_back`: so many of a hundred rows are given to nobody; None for those that the earlier test set holds back.
    `keeps_held_back`: rows that the working copy holds back and the file does not have stay with it.
    """

    title: str = ""
    hold_back: int | None = None
    leave_out_unknown: bool = False
    labelled_by: str = ""
    made_from: str = ""
    keeps_held_back: bool = False


# --- Test sets -------------------------------------------------------------------------------


def add_test_set(actor: Actor, practice: Practice, upload: UploadedFile, sent: TestSetInput) -> Attachment:
    """Read the file, part the rows held back, and put it in the place of the working copy's test set.

    Raises FileRefused with the lines, Forbidden, and WrongState while the practice waits.
    """
    check_writing(actor, practice)
    with acting_as(actor):
        content = Draft.objects.get(practice=practice).content
    raw = read_upload(upload, ENDINGS, MAX_SIZE)
    keys = [row["key"] for row in content.get("classes", [])]
    if not keys:
        raise DomainError(
            _("The policy has no classes yet. Write them first, then add its test set."), field="file"
        )
    parsed = read_test_set(raw, upload.name or "", keys)
    stored = store_test_set(practice, parsed, upload.name or "", content, sent)
    return attach_test_set(actor, practice, stored)


@dataclass(frozen=True, slots=True)
class StoredTestSet:
    """A test set that is stored and belongs to no practice yet; `rows_held_back` is None where there are none."""

    rows: StoredFile
    rows_held_back: StoredFile | None
    title: str
    facts: dict[str, Any]


def store_test_set(
    practice: Practice,
    parsed: TestSetFile,
    file_name: str,
    content: Mapping[str, Any],
    sent: TestSetInput,
) -> StoredTestSet:
    """Store a test set that was read; `content` is the policy that it is for. Refuses rows of classes that it lacks.

    Rows that a shared version of this practice holds back stay held back. Locks nothing: storing may take long.
    """
    if parsed.unknown and not sent.leave_out_unknown:
        first = parsed.unknown[0]
        message = _("The class “%(class)s” is not in the policy: %(count)d rows, the first on line %(line)d.")
        sentences = [message % {"class": first.key[:40], "count": first.rows, "line": first.line}]
        if others := len(parsed.unknown) - 1:
            sentences.append(_("And %(count)d more.") % {"count": others})
        raise refuse(" ".join(sentences), 0)
    rows = [*parsed.rows, *(rows_to_keep(practice, parsed, content) if sent.keeps_held_back else ())]
    percent = sent.hold_back or 0
    given, rows_held_back = part_rows(
        rows,
        percent,
        hidden_texts=texts_held_back(practice, only_shared=sent.hold_back is not None),
        given_texts=lambda: texts_given(practice),
        content=content,
    )
    if not given:
        raise DomainError(_("Every row would be held back. Leave some to be tried."), field="hold_back")
    if not rows_held_back and any(is_drawn(row.id, percent) for row in given):
        message = _(
            "None of these rows can be held back: an earlier version has given them out, or the policy says them "
            "itself. Add new rows, or hold back none."
        )
        raise DomainError(message, field="hold_back")
    name = f"{PurePosixPath(clean_line(file_name or 'test-set')).stem[:140]}.jsonl"
    title = clean_line(sent.title) if sent.title.strip() else _("Test set")
    facts = {
        "rows": len(given),
        "held": len(rows_held_back),
        "classes": count_rows(rows),
        "columns": parsed.columns,
        "policy": classes_digest(content),
        "left_out": len(parsed.empty) + sum(unknown.rows for unknown in parsed.unknown),
        "labelled_by": clean_optional_line(sent.labelled_by)[:200],
        "made_from": clean_optional_line(sent.made_from)[:200],
    }
    stored_back = None
    stored = files.store(_FOLDER, CheckedFile(name, _JSONL, format_rows(given)))
    if rows_held_back:
        stored_back = files.store(_FOLDER, CheckedFile(name, _JSONL, format_rows(rows_held_back)))
    return StoredTestSet(stored, stored_back, title[:200], facts)


@transaction.atomic
def attach_test_set(
    actor: Actor,
    practice: Practice,
    stored: StoredTestSet,
    *,
    new_classes: Sequence[Mapping[str, str]] = (),
    leaves_same: bool = False,
) -> Attachment:
    """Put a stored test set in the place of the working copy's; `new_classes` are added to the policy with it.

    `leaves_same`: where the working copy has just these rows, its test set stays with its title and its runs.
    """
    files.pin(stored.rows)
    if stored.rows_held_back:
        files.pin(stored.rows_held_back)
    draft = lock_for_writing(actor, practice)
    if new_classes:
        classes = [*draft.content.get("classes", []), *new_classes]
        draft = save_content(actor, draft, clean_content({**draft.content, "classes": classes}))
    if leaves_same and (same := _same_test_set(practice, stored)):
        return same
    for earlier in Attachment.objects.filter(
        practice=practice, kind=AttachmentKind.TEST_SET, removed_at__isnull=True
    ):
        take_out(actor, earlier)
    refuse_too_many(practice)
    added = Attachment.objects.create(
        practice=draft.practice, kind=AttachmentKind.TEST_SET, facts=stored.facts, title=stored.title,
        **_file_columns(actor, stored.rows),
    )  # fmt: skip
    if stored.rows_held_back:
        with acting_as(SYSTEM):  # not even the source reads these rows here
            Attachment.objects.create(
                practice=draft.practice, kind=AttachmentKind.HELD_ROWS, title=stored.title, belongs_to=added,
                **_file_columns(actor, stored.rows_held_back),
            )  # fmt: skip
    note_changed_files(draft)
    journal.record(actor, "attachment.add", added, practice=practice.pk)
    return added


def _same_test_set(practice: Practice, stored: StoredTestSet) -> Attachment | None:
    """The test set of the working copy, where it gives out and holds back the same bytes."""
    row = working_test_set(practice)
    if row is None or row.sha256 != stored.rows.sha256:
        return None
    with acting_as(SYSTEM):
        hidden_rows = Attachment.objects.filter(belongs_to=row, kind=AttachmentKind.HELD_ROWS)
        digests = list(hidden_rows.values_list("sha256", flat=True))
    return row if digests == ([stored.rows_held_back.sha256] if stored.rows_held_back else []) else None


def _file_columns(actor: Actor, stored: StoredFile) -> dict[str, Any]:
    return {
        "file": stored.path,
        "file_name": stored.checked.name,
        "media_type": stored.checked.media_type,
        "size": stored.checked.size,
        "sha256": stored.sha256,
        "added_by_id": person_of(actor),
        "added_at": clock.now(),
    }


def read_upload(upload: UploadedFile, endings: tuple[str, ...], limit: int) -> bytes:
    """The bytes of a text that is read by the portal itself; refuses another ending, too much, and what is withheld."""
    if not (upload.name or "").lower().endswith(endings):
        raise refuse(
            _("This has to be a file of one of these types: %(types)s.") % {"types": ", ".join(endings)}
        )
    if (upload.size or 0) > limit:
        raise refuse(_("The file is larger than %(size)d MB.") % {"size": limit // (1024 * 1024)})
    raw = upload.read()
    check_bytes(raw)
    return raw


def check_bytes(raw: bytes) -> None:
    """Refuse what is withheld, and what the virus scanner finds."""
    files.refuse_upload(files.facts_of(raw).sha256)
    files.scan_for_viruses(raw)


@transaction.atomic
def confirm_test_set(actor: Actor, practice: Practice) -> Attachment:
    """Say that the test set still fits the policy as it is written now. Raises WrongState where there is none."""
    draft = lock_for_writing(actor, practice)
    row = Attachment.objects.filter(
        practice=draft.practice, kind=AttachmentKind.TEST_SET, removed_at__isnull=True
    ).first()
    if row is None:
        raise WrongState(_("There is no test set."))
    known = {each["key"] for each in draft.content.get("classes", [])}
    if gone := sorted(set(row.facts.get("classes", {})) - known):
        message = _(
            "The test set has rows of a class that the policy no longer has: %(classes)s. Add a new test set."
        )
        raise DomainError(message % {"classes": ", ".join(gone)})
    row.facts = {**row.facts, "policy": classes_digest(draft.content)}
    row.save(update_fields=["facts"])
    note_changed_files(draft)
    journal.record(actor, "test_set.confirm", row, practice=practice.pk)
    return row


# --- Runs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunInput:
    """What is said of a run beside its answers. `source`: whose it was, where a pack brings it in."""

    kind: RunKind
    name: str
    ran_on: date
    setting: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CountedRun:
    """A run whose answers are counted and stored, and that nobody sees yet."""

    answers: StoredFile
    counts: dict[str, Counts]
    counts_held_back: dict[str, Counts]
    rows: int


def add_run(actor: Actor, target: RunTarget, upload: UploadedFile, sent: RunInput) -> ModelRun:
    """Count the answers of a run, and store it for everybody who reads the test set.

    Answers to rows that are held back are taken from the source alone: for others there are no such rows. Raises
    FileRefused with the lines of unknown ids and classes, and Forbidden.
    """
    raw = read_upload(upload, (".csv", ".jsonl", ".txt"), MAX_ANSWERS)
    (run,) = store_runs(actor, target, [(raw, sent)])
    return run


def store_runs(
    actor: Actor, target: RunTarget, sent: Sequence[tuple[bytes, RunInput]], *, only_new: bool = False
) -> list[ModelRun]:
    """The same for the bytes of the answers of several runs: all of them are counted before the first is stored.

    `only_new`: a run that the test set has already, by whomever, is not stored again.
    """
    require(actor, "practice.run", target.practice)
    runs = [_cleaned(run) for _raw, run in sent]
    given, rows_held_back = _right_answers(target.attachment), dict[str, str]()
    if owns(actor, target.practice):
        with acting_as(SYSTEM):
            rows = Attachment.objects.filter(
                belongs_to=target.attachment, kind=AttachmentKind.HELD_ROWS
            ).first()
            rows_held_back = _right_answers(rows) if rows is not None else {}
    counted = [_counted_run(target, raw, given, rows_held_back) for raw, _run in sent]
    with transaction.atomic():
        lock_for_adding(target.practice)
        pairs = list(zip(runs, counted, strict=True))
        if only_new:
            pairs = [(run, each) for run, each in pairs if not _has_run(actor, target, run, each)]
        for _run, each in pairs:
            files.pin(each.answers)
        return [_add_run(actor, target, run, each) for run, each in pairs]


def _has_run(actor: Actor, target: RunTarget, run: RunInput, counted: CountedRun) -> bool:
    """Whether the actor sees a run on this test set of the same model and day, with the same counts."""
    rows = ModelRun.objects.visible_to(actor).filter(
        attachment=target.attachment, kind=run.kind, name=run.name, setting=run.setting, ran_on=run.ran_on
    )
    return any(row.counts == counted.counts for row in rows)


def _cleaned(sent: RunInput) -> RunInput:
    if sent.ran_on > today():
        raise DomainError(_("This day is still to come."), field="ran_on")
    return replace(
        sent,
        name=clean_line(sent.name, field="name")[:120],
        setting=clean_optional_line(sent.setting, field="setting")[:200],
        source=clean_optional_line(sent.source)[:200],
    )


def _counted_run(
    target: RunTarget, raw: bytes, given: Mapping[str, str], rows_held_back: Mapping[str, str]
) -> CountedRun:
    answers = read_answers(raw)
    counts, counts_held_back = count_answers(answers, target.classes, given, rows_held_back)
    if not counts:
        raise DomainError(_("There is no answer to a row that can be taken away."), field="file")
    stored = files.store(_FOLDER, CheckedFile("answers.csv", "text/csv", format_answers(answers)))
    return CountedRun(stored, counts, counts_held_back, sum(row_id in given for row_id in answers))


def _add_run(actor: Actor, target: RunTarget, sent: RunInput, counted: CountedRun) -> ModelRun:
    practice = target.practice
    with acting_as(SYSTEM):  # what belongs to a practice is its source's to write; a run is its reader's
        answers = Attachment.objects.create(
            practice=practice, kind=AttachmentKind.ANSWERS, title=sent.name, belongs_to=target.attachment,
            **_file_columns(actor, counted.answers),
        )  # fmt: skip
        run: ModelRun = ModelRun.objects.create(
            practice=practice,
            attachment=target.attachment,
            answers=answers,
            version=target.version,
            kind=sent.kind,
            name=sent.name,
            setting=sent.setting,
            source=sent.source,
            ran_on=sent.ran_on,
            counts=counted.counts,
            counts_held_back=counted.counts_held_back,
            rows=counted.rows,
            person_id=person_of(actor),
            organisation_id=tenant_of(actor),
            added_at=clock.now(),
        )
    journal.record(actor, "run.add", run, practice=practice.pk)
    return run


def _right_answers(test_set: Attachment) -> dict[str, str]:
    return {row["id"]: row["class"] for row in stored_rows(files.read(test_set.file))}


@transaction.atomic
def remove_run(actor: Actor, run: ModelRun) -> None:
    """Take a run out: whoever added it, or the source. Raises Forbidden."""
    require(actor, "practice.remove_run", run)
    journal.record(actor, "run.remove", run, practice=run.practice_id)
    with acting_as(SYSTEM):
        answers = Attachment.objects.get(pk=run.answers_id)
        run.delete()
        answers.delete()
        files.discard_later(answers.file, key=f"attachment:{run.answers_id}")
