"""From a file to a practice, or to everything that is wrong with it, each with its line and field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.errors import Faults
from portal.kernel.plain_yaml import Findings
from practices.content import clean
from practices.files.document import PracticeFaults, PracticeFile
from practices.files.front_matter import read_front_matter
from practices.files.labels import LABEL_NAMES
from practices.files.recognition import language_of, recognise
from practices.files.sections import Body, read_body
from practices.files.source import LARGEST_FILE, front_matter_of, read_lines
from practices.files.warnings import warnings_in

__all__ = ["LARGEST_FILE", "read"]


def read(raw: bytes | str) -> PracticeFile:
    """Read a file, with front matter or without; raises PracticeFaults with everything that is wrong with it."""
    findings = Findings(refused_as=PracticeFaults)
    lines = read_lines(raw, findings)
    front_matter, first = front_matter_of(lines, findings)
    found = (
        recognise(lines, findings)
        if front_matter is None
        else _structured(front_matter, lines, first, findings)
    )
    content = _clean(found.content, findings)
    if findings.faults:
        raise findings.refusal()
    notes = sorted([*found.notes, *warnings_in(lines, first)], key=lambda note: note.line)
    return replace(found, content=content, notes=tuple(notes), lines=dict(findings.lines))


def _structured(front_matter: str, lines: list[str], first: int, findings: Findings) -> PracticeFile:
    raw, handling = read_front_matter(front_matter, findings)
    body = read_body(lines[first:], first + 1, findings)
    raw = _titled(raw, body, findings)
    language = handling.language or language_of("\n".join(lines[first:]))
    label = _label(handling.label, body.labels, findings)
    return PracticeFile(
        content=raw | {key: value for key, value in body.values.items() if key not in raw},
        handling=replace(handling, language=language, label=label),
        structured=True,
        notes=tuple(body.notes),
    )


def _label(said: str, lines: list[tuple[int, str]], findings: Findings) -> str:
    """A file that says two labels says none: which readers were meant is for its writer to decide."""
    for line, label in lines:
        said = said or label
        if label != said:
            message = _("Another place in this file says %(label)s. They must agree.")
            findings.fault("label", message, at=line, label=LABEL_NAMES[said])
    return said


def _titled(raw: dict[str, Any], body: Body, findings: Findings) -> dict[str, Any]:
    title = raw.get("title")
    if not body.title:
        return raw
    if not title:
        findings.lines["title"] = body.title_line
        return raw | {"title": body.title}
    if str(title).split() != body.title.split():
        message = _("This title differs from “title” in the front matter. They must agree.")
        findings.fault("title", message, at=body.title_line)
    return raw


def _clean(raw: Mapping[str, Any], findings: Findings) -> Mapping[str, Any]:
    try:
        return clean(raw)
    except Faults as refusal:
        for key, sentence in refusal.faults.items():
            findings.fault(key, str(sentence))
        return {}
