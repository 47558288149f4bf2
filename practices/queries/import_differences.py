"""What an imported file would change: in the own practice that it is like, or beside the other file that it is like."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.kernel import files
from portal.kernel.access import Actor
from practices.enums import ImportChoice
from practices.files import PracticeFaults, PracticeFile, parse_practice_file
from practices.models import Draft, ImportedFile
from practices.queries.imports import FileRow

_MOST = 20  # files of a page

Content = Mapping[str, Any]


def contents_to_compare(actor: Actor, rows: Sequence[FileRow]) -> dict[int, tuple[Content, Content]]:
    """By position, what is there and what would be, of the first files that have a twin and differ. One query.

    Of a practice that is the working copy, which its own writers read; of somebody else's nothing is shown here, since
    reading it is logged for its source.
    """
    by_position = {row.file.position: row.file for row in rows}
    compared = [row.file for row in rows if _differs(row.file)][:_MOST]
    keys = [row.report["practice"] for row in compared if _is_version(row)]
    drafts: Any = Draft.objects.visible_to(actor).filter(practice__key__in=keys).select_related("practice")
    contents = {str(draft.practice.key): draft.content for draft in drafts} if keys else {}
    pairs = {row.position: _pair(row, contents, by_position) for row in compared}
    return {position: pair for position, pair in pairs.items() if pair is not None}


def _differs(file: ImportedFile) -> bool:
    """Whether it is like something that is there, and may say anything else."""
    report = file.report
    twin, twin_file = report.get("twin", {}), report.get("twin_file", {})
    if (
        not file.file
        or report.get("role") != "practice"
        or (twin.get("is_same") and not twin.get("is_same_file"))
    ):
        return False
    return _is_version(file) or bool(twin_file and not twin_file["is_same"])


def _is_version(file: ImportedFile) -> bool:
    """Whether it may be the next version of an own practice."""
    return bool(file.report.get("practice")) and ImportChoice.VERSION in file.report.get("choices", ())


def _pair(
    file: ImportedFile, contents: Mapping[str, Content], by_position: Mapping[int, ImportedFile]
) -> tuple[Content, Content] | None:
    new = _read(file)
    if new is None:
        return None
    if _is_version(file):
        old = contents.get(file.report["practice"])
        if old is None:
            return None
        return old, new.as_version_of(old)
    twin = by_position.get(file.report["twin_file"]["position"])
    earlier = _read(twin) if twin and twin.file else None
    return (earlier.content, new.content) if earlier else None


def _read(file: ImportedFile) -> PracticeFile | None:
    try:
        return parse_practice_file(files.read(file.file, file.sha256))
    except PracticeFaults:
        return None
