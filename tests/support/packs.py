"""Packs for the tables of access: a test set with rows held back, and a run, a canary in every text."""

import hashlib
from typing import Any

from portal.kernel import clock, files
from portal.kernel.files import CheckedFile
from practices.enums import INTERNAL_KINDS, AttachmentKind
from practices.models import Attachment, ModelRun, Practice
from practices.packs.test_set_rows import LabelledRow, classes_digest, count_rows, format_rows
from practices.services.versions import attachment_entry
from tests.factories.cast import EPOCH

HELD = "canary-never-7f3a"  # stands in the rows held back, and nowhere that anybody reads


def classes_of(text: str) -> dict[str, Any]:
    """What a policy says of its classes, with this text in each."""
    return {
        "classes": [
            {"key": "harm", "title": text, "outcome": "violating", "meaning": text, "follows": text},
            {"key": "fine", "title": "Nothing", "outcome": "allowed"},
        ],
        "examples": [{"class": "harm", "text": text}],
    }


def make_test_set(practice: Practice, content: dict[str, Any], text: str, person_id: int) -> Attachment:
    """A test set that versions may list, with one row held back."""
    given = [LabelledRow("a", text, "harm", "en"), LabelledRow("b", "A kitten.", "fine", "en")]
    rows_held_back = [LabelledRow("c", HELD, "harm", "en", is_held_back=True)]
    facts = {
        "rows": 2, "held": 1, "classes": count_rows([*given, *rows_held_back]), "left_out": 0,
        "policy": classes_digest(content),
        "labelled_by": text, "made_from": text,
    }  # fmt: skip
    row = _file(
        practice, AttachmentKind.TEST_SET, f"{text}.jsonl", format_rows(given), person_id, facts=facts
    )
    _file(
        practice,
        AttachmentKind.HELD_ROWS,
        f"{text}-held.jsonl",
        format_rows(rows_held_back),
        person_id,
        belongs_to=row,
    )
    return row


def make_signals(practice: Practice, text: str, person_id: int, *, number: int = 1) -> list[Attachment]:
    """A hash list that this version of it has, a word list and rules, the text in each that has words."""
    digest = hash_of(practice.label, number)
    facts = {"algorithm": "md5", "count": 1}
    hashes = _file(
        practice,
        AttachmentKind.HASH_LIST,
        f"{text}-{number}.txt",
        f"{digest}\n".encode(),
        person_id,
        facts=facts,
    )
    if number > 1:
        return [hashes]
    words = _file(
        practice,
        AttachmentKind.KEYWORD_LIST,
        f"{text}-words.txt",
        f"{text}\n".encode(),
        person_id,
        facts={"count": 1},
    )
    rule = f"title: {text}\ndetection:\n  keywords: {text}\n".encode()
    rules = _file(
        practice, AttachmentKind.RULES, f"{text}.yml", rule, person_id, facts={"count": 1, "titles": [text]}
    )
    return [hashes, words, rules]


def hash_of(label: str, number: int) -> str:
    """The hash that the list of this version of the practice with this label holds, and nothing else."""
    return hashlib.md5(f"{label}-{number}".encode(), usedforsecurity=False).hexdigest()


def make_run(
    practice: Practice, test_set: Attachment, text: str, person_id: int, organisation_id: int
) -> ModelRun:
    answers = f"id,class\na,harm\nb,harm\n# {text}\n".encode()
    answers_file = _file(
        practice, AttachmentKind.ANSWERS, f"{text}.csv", answers, person_id, belongs_to=test_set
    )
    return ModelRun.objects.create(
        practice=practice, attachment=test_set, answers=answers_file, version=1, name=text, setting=text,
        ran_on=EPOCH, rows=2,
        counts={"harm": {"right": 1, "wrong": 1, "missed": 0}, "fine": {"right": 0, "wrong": 0, "missed": 1}},
        person_id=person_id, organisation_id=organisation_id,
    )  # fmt: skip


def _file(
    practice: Practice, kind: str, name: str, content: bytes, person_id: int, **columns: Any
) -> Attachment:
    checked = CheckedFile(name, "application/jsonl", content)
    return Attachment.objects.create(
        practice=practice, kind=kind, title=name, file=files.store("practices", checked).path, file_name=name,
        media_type=checked.media_type, size=checked.size, sha256=checked.sha256, added_by_id=person_id,
        shared_at=None if kind in INTERNAL_KINDS else clock.now(), **columns,
    )  # fmt: skip


def entry_of(row: Attachment) -> dict[str, Any]:
    """As a version lists it."""
    return attachment_entry(row)
