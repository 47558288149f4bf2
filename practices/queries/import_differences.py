"""What an imported file would change: in the own practice that it is like, or beside the other file that it is like."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.kernel import files
from portal.kernel.access import Actor
from practices.content import with_stated
from practices.enums import ImportChoice
from practices.files import PracticeFaults, PracticeFile, parse_practice_file
from practices.models import Draft, ImportedFile
from practices.queries.imports import FileRow

_MOST = 20  # files of a page

Content = Mapping[str, Any]


def contents_to_compare(actor: Actor, rows: Sequence[FileRow]) -> dict[int, tuple[Content, Content]]:
    """By position, what is there and what would be, of the first files that have a twin which is not the same.

    Of a practice that is the working copy, which its own writers read; of somebody else's nothing is shown here, since
    reading it is logged for its source.
    """
    pairs: dict[int, tuple[Content, Content]] = {}
    by_position = {row.file.position: row.file for row in rows}
    for row in rows:
        if len(pairs) < _MOST and (pair := _pair(actor, row.file, by_position)):
            pairs[row.file.position] = pair
    return pairs


def _pair(
    actor: Actor, file: ImportedFile, by_position: Mapping[int, ImportedFile]
) -> tuple[Content, Content] | None:
    report = file.report
    is_same = report.get("twin", {}).get("is_same") and not report["twin"].get("is_same_file")
    if not file.file or report.get("role") != "practice" or is_same:
        return None
    twin = by_position.get(report.get("twin_file", {}).get("position", 0))
    is_of_practice = bool(report.get("practice")) and ImportChoice.VERSION in report.get("choices", ())
    if not is_of_practice and (twin is None or not twin.file or report["twin_file"]["is_same"]):
        return None
    new = _read(file)
    if new is None:
        return None
    if is_of_practice:
        draft = Draft.objects.visible_to(actor).filter(practice__key=report["practice"]).first()
        if draft is None:
            return None
        return draft.content, new.content if new.has_front_matter else with_stated(draft.content, new.content)
    old = _read(twin) if twin else None
    return (old.content, new.content) if old else None


def _read(file: ImportedFile) -> PracticeFile | None:
    try:
        return parse_practice_file(files.read(file.file, file.sha256))
    except PracticeFaults:
        return None
