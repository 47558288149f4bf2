"""From a file to a practice, or to everything that is wrong with it, each with its line and field."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.errors import Faults
from portal.kernel.text import language_by_letters
from portal.kernel.text.strict_yaml import FaultCollector
from practices.content import clean_content
from practices.files.front_matter import read_front_matter
from practices.files.labels import LABEL_NAMES
from practices.files.model import PracticeFaults, PracticeFile
from practices.files.recognition import recognise_sections
from practices.files.sections import ParsedBody, read_body
from practices.files.source import MAX_FILE_SIZE, front_matter_of, read_lines
from practices.files.warnings import import_warnings_in

__all__ = ["MAX_FILE_SIZE", "parse_practice_file"]


def parse_practice_file(raw: bytes | str) -> PracticeFile:
    """Read a file, with front matter or without; raises PracticeFaults with everything that is wrong with it."""
    findings = FaultCollector(error_class=PracticeFaults)
    lines = read_lines(raw, findings)
    front_matter, first = front_matter_of(lines, findings)
    practice_file = (
        recognise_sections(lines, findings)
        if front_matter is None
        else _with_front_matter(front_matter, lines, first, findings)
    )
    try:
        content = clean_content(practice_file.content)
    except Faults as refusal:
        for key, sentence in refusal.faults.items():
            findings.add_fault(key, str(sentence))
        content = {}
    if findings.faults:
        raise findings.as_error()
    notes = sorted([*practice_file.notes, *import_warnings_in(lines, first)], key=lambda note: note.line)
    return replace(practice_file, content=content, notes=tuple(notes), lines=dict(findings.lines))


def _with_front_matter(
    front_matter: str, lines: list[str], first: int, findings: FaultCollector
) -> PracticeFile:
    raw, handling = read_front_matter(front_matter, findings)
    body = read_body(lines[first:], first + 1, findings)
    raw = _with_title(raw, body, findings)
    language = handling.language or language_by_letters("\n".join(lines[first:]))
    label = _label(handling.label, body.labels, findings)
    return PracticeFile(
        content=raw | {key: value for key, value in body.values.items() if key not in raw},
        handling=replace(handling, language=language, label=label),
        has_front_matter=True,
        notes=tuple(body.notes),
    )


def _label(front_matter_label: str, lines: list[tuple[int, str]], findings: FaultCollector) -> str:
    """A file that says two labels says none: which readers were meant is for its writer to decide."""
    for line, label in lines:
        front_matter_label = front_matter_label or label
        if label != front_matter_label:
            message = _("This file also has the label %(label)s. Use one label throughout.")
            findings.add_fault("label", message, at=line, label=LABEL_NAMES[front_matter_label])
    return front_matter_label


def _with_title(raw: dict[str, Any], body: ParsedBody, findings: FaultCollector) -> dict[str, Any]:
    title = raw.get("title")
    if not body.title:
        return raw
    if not title:
        findings.lines["title"] = body.title_line
        return raw | {"title": body.title}
    if str(title).split() != body.title.split():
        message = _("This title differs from “title” in the front matter. Make them the same.")
        findings.add_fault("title", message, at=body.title_line)
    return raw
