"""Packs of practices as they come in from a folder, with a file of every kind that one may hold."""

import io
from typing import Any

import practices.tasks  # noqa: F401 - the worker’s kinds of job
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import TranslationState
from practices.models import Draft, ImportedFile, Practice, PracticeImport, Translation
from practices.services.import_choices import choose_files
from practices.services.imports import UploadedImportFile, apply_import, prepare_import
from tests.factories import Cast
from tests.factories.practices import call_as
from tests.support.jobs import run_all_jobs
from tests.support.uploads.pdfs import pdf

CHALLENGES = """\
# Dangerous challenges

## Goal

Children do not learn from us how to get hurt. A pilot on one service: precision 0.91, recall 0.84, n 400.

## Copied (DC1 - Serious injury)

An act that takes a child to a hospital. Compare counter C00008.

- DC1.a "A game that takes away breath."

Output: `INVALID`

## Told (DC0 - Told as a warning)

- DC0.a "A firefighter tells what went wrong."

Output: `VALID`
"""
IN_RUSSIAN = """\
# Опасные вызовы

## Goal

Дети не узнают от нас, как получить травму. Пилот на одном сервисе: точность 0.91, полнота 0.84, n 400.

## Повторено (DC1 - Serious injury)

Поступок, после которого ребёнок попадает в больницу. Ср. C00008.

- DC1.a "Игра, в которой перехватывает дыхание."

Output: `INVALID`

## Рассказано (DC0 - Told as a warning)

- DC0.a "Пожарный рассказывает, что пошло не так."

Output: `VALID`
"""
CASES = "id,text,class\na,A dare on a roof,DC1\nb,A firefighter tells,DC0\nc,,DC0\nd,An address,pii\n"
SCORES = (
    "model,class,precision,recall,n,date,by\n"
    "Tern 8B,DC1,91%,0.84,400,2026-02-03,Aurora\n"
    "Word list,DC1,0.58,0.49,400,,\n"
)
MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy"
README = "# How to use this folder\n\nRun the script, then look at the results.\n"


def uploads(files: dict[str, str | bytes]) -> list[UploadedImportFile]:
    raws = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    return [UploadedImportFile(name, io.BytesIO(raw), len(raw)) for name, raw in raws.items()]


def prepared(cast: Cast, files: dict[str, str | bytes], who: str = "alice") -> PracticeImport:
    practice_import: PracticeImport = call_as(cast.actor(who), prepare_import, uploads(files))
    return practice_import


def rows_of(practice_import: PracticeImport) -> dict[str, ImportedFile]:
    with acting_as(SYSTEM):
        rows = ImportedFile.objects.filter(upload=practice_import).select_related("practice")
        return {row.name: row for row in rows}


def brought_in(cast: Cast, practice_import: PracticeImport, who: str = "alice") -> dict[str, ImportedFile]:
    call_as(cast.actor(who), apply_import, practice_import)
    run_all_jobs()
    return rows_of(practice_import)


def draft_of(row: ImportedFile) -> dict[str, Any]:
    with acting_as(SYSTEM):
        return dict(Draft.objects.get(practice=row.practice).content)


def choose(
    cast: Cast, practice_import: PracticeImport, name: str, choice: str, **answers: str
) -> ImportedFile:
    position = rows_of(practice_import)[name].position
    call_as(cast.actor("alice"), choose_files, practice_import, {position: choice}, {position: answers})
    return rows_of(practice_import)[name]


def translations(practice: Practice | None, state: str = TranslationState.DRAFT) -> list[Translation]:
    with acting_as(SYSTEM):
        return list(Translation.objects.filter(practice=practice, state=state).order_by("pk"))


FOLDER: dict[str, str | bytes] = {
    "packs/policy.md": CHALLENGES,
    "packs/cases.csv": CASES,
    "packs/scores.csv": SCORES,
    "packs/LICENSE": MIT,
    "packs/README.md": README,
    "packs/notes.pdf": pdf(),
    "packs/torn.pdf": b"%PDF-1.4 no more",
    "packs/IMG_0412.jpg": b"\xff\xd8\xff",
    "packs/.git": "x",
}
