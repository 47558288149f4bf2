"""The body of a file with front matter: a label line, the title, a section for each text, a label line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.text.strict_yaml import FaultCollector, message_excerpt
from practices.fields import FIELDS_BY_KEY, ROW_KEYS
from practices.files.labels import is_label_line, label_of_line
from practices.files.model import ImportNote
from practices.files.tables import COLUMNS, TABLE_FIELDS, read_table
from practices.files.texts import read_steps, unescape_headings
from practices.files.vocabulary import field_of_line, other_heading


@dataclass
class ParsedBody:
    """What the body says: raw values by field, the title over it, and the labels that stand on lines of their own."""

    values: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    title_line: int = 0
    labels: list[tuple[int, str]] = field(default_factory=list)
    notes: list[ImportNote] = field(default_factory=list)


def read_body(lines: Sequence[str], first: int, findings: FaultCollector) -> ParsedBody:
    """Read the lines after the front matter; `first` is the number of the first one."""
    body = ParsedBody()
    start, end = _without_labels(lines, first, body)
    if start < end and lines[start].startswith("# "):
        body.title, body.title_line = lines[start][2:].strip(), first + start
        start += 1
    key, begun = "", start
    for place in range(start, end):
        next_key = field_of_line(lines[place])
        if next_key is None:
            heading = other_heading(lines[place])
            if heading:
                where = FIELDS_BY_KEY[key or "summary"].title
                message = _(
                    "There is no field “%(heading)s”: it remains a heading in the text of “%(field)s”."
                )
                body.notes.append(
                    ImportNote(
                        first + place, key, message % {"heading": message_excerpt(heading), "field": where}
                    )
                )
            continue
        _store_section(key, lines[begun:place], first + begun, body, findings)
        _check_section(next_key, first + place, findings)
        key, begun = next_key, place + 1
    _store_section(key, lines[begun:end], first + begun, body, findings)
    return body


def _without_labels(lines: Sequence[str], first: int, body: ParsedBody) -> tuple[int, int]:
    """The range of the lines between the label at the top and that at the foot."""
    start, end = _without_blank_edges(lines, 0, len(lines))
    if start < end and is_label_line(lines[start]):
        body.labels.append((first + start, label_of_line(lines[start]) or ""))
        start += 1
    if start < end and is_label_line(lines[end - 1]):
        body.labels.append((first + end - 1, label_of_line(lines[end - 1]) or ""))
        end -= 1
    return _without_blank_edges(lines, start, end)


def _without_blank_edges(lines: Sequence[str], start: int, end: int) -> tuple[int, int]:
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    return start, end


def _check_section(key: str, number: int, findings: FaultCollector) -> None:
    if findings.has_path(key):
        message = _("“%(field)s” is already on line %(line)d. Keep one of the two.")
        findings.add_fault(
            key, message, at=number, field=FIELDS_BY_KEY[key].title, line=findings.line_of(key)
        )
    else:
        findings.lines[key] = number


def _store_section(
    key: str, lines: Sequence[str], first: int, body: ParsedBody, findings: FaultCollector
) -> None:
    """Keep what stood under the heading. What stands before the first one is the summary's."""
    if key == "steps":
        body.values[key], lost = read_steps(lines)
        if lost is not None:
            findings.add_fault(key, _("Write the steps as a list: “1. ”, “2. ” and so on."), at=first + lost)
    elif key in TABLE_FIELDS:
        body.values[key], lost = read_table(lines, TABLE_FIELDS[key])
        if lost is not None:
            columns = ", ".join(COLUMNS[part][0] for part in ROW_KEYS[TABLE_FIELDS[key]])
            message = _("Write this as one table with these columns: %(columns)s.")
            findings.add_fault(key, message, at=first + lost, columns=columns)
    elif key:
        body.values[key] = unescape_headings(lines)
    elif any(line.strip() for line in lines):
        offset = next(place for place, line in enumerate(lines) if line.strip())
        _check_section("summary", first + offset, findings)
        body.values["summary"] = unescape_headings(lines)
