"""Files of practices as somebody sends them, and what became of them."""

import io
from typing import Any

from portal.kernel.access import SYSTEM, acting_as
from practices import tasks
from practices.enums import Label
from practices.files import Handling, format_markdown
from practices.models import ImportedFile, Practice, PracticeImport
from practices.services.imports import UploadedImportFile, apply_import, prepare_import
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as
from tests.support.jobs import run_all_jobs

assert tasks  # the worker's kinds of job


def sent(**files: str | bytes) -> list[UploadedImportFile]:
    """Files by their names without the ending."""
    made = []
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        made.append(UploadedImportFile(f"{name}.md", io.BytesIO(raw), len(raw)))
    return made


def file_of(label: str = Label.GREEN, handling: dict[str, Any] | None = None, **changes: Any) -> str:
    return format_markdown(
        {**CONTENT, **changes}, Handling(**{"label": label, "language": "en", **(handling or {})})
    )


def prepared(cast: Cast, **files: str | bytes) -> PracticeImport:
    practice_import: PracticeImport = call_as(cast.actor("alice"), prepare_import, sent(**files))
    return practice_import


def applied(cast: Cast, **files: str | bytes) -> list[ImportedFile]:
    practice_import = prepared(cast, **files)
    call_as(cast.actor("alice"), apply_import, practice_import)
    run_all_jobs()
    with acting_as(SYSTEM):
        return list(ImportedFile.objects.filter(upload=practice_import).select_related("practice"))


def reports(practice_import: PracticeImport) -> list[dict[str, Any]]:
    with acting_as(SYSTEM):
        return list(ImportedFile.objects.filter(upload=practice_import).values_list("report", flat=True))


def practices() -> int:
    with acting_as(SYSTEM):
        return Practice.objects.count()
