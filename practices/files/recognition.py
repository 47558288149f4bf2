"""A file without front matter: its headings say what it is about, and what none of them says is kept in one place.

A policy with several classes has a section for each, which ends in a line “Output: VALID” or “Output: INVALID”.
Nothing of the text is lost: sections without a field of their own stand at the end of the definitions, under
their headings.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.errors import Faults
from portal.kernel.text import language_by_letters
from portal.kernel.text.strict_yaml import FaultCollector, message_excerpt
from practices.content import clean_content
from practices.fields import FIELDS_BY_KEY
from practices.files.classes import recognise_classes, unsure_classes
from practices.files.disarm import counter_of_title, summary_of_counter
from practices.files.labels import is_label_line, label_of_line
from practices.files.model import Handling, ImportNote, PracticeFile, SectionPlacement
from practices.files.outline import Outline, field_of_section, outline_of
from practices.files.stated_results import stated_results
from practices.files.tables import TABLE_FIELDS, read_table
from practices.files.texts import read_steps
from practices.files.vocabulary import field_by_heading

FALLBACK_FIELD = "definitions"  # where that goes which has no field of its own

_TAG = re.compile(r"\(\s*(#[\w-]{1,40})\s*\)")


def recognise_sections(lines: Sequence[str], findings: FaultCollector) -> PracticeFile:
    """Put the title, the sections and what stands before them into fields; says where each section went."""
    lines, label = _without_labels(lines)
    outline = outline_of(lines)
    places = []
    for section in outline.sections:
        key, heading = field_of_section(section), section.heading
        places.append(
            SectionPlacement(heading.line, heading.text, key or FALLBACK_FIELD, recognised=bool(key))
        )
    match = _TAG.search(outline.title.text) if outline.title else None
    tag = match[1] if match else ""
    raw = _texts_by_field(outline, tag, places, lines)
    for place in places:
        findings.lines.setdefault(place.field, place.line)
    if outline.title is not None:
        code, name = counter_of_title(outline.title.text)
        raw["title"] = name or _TAG.sub("", outline.title.text).strip()
        if code:
            _add_counter(raw, code, lines)
        findings.lines["title"] = outline.title.line
    handling = Handling(label=label, language=language_by_letters("\n".join(lines)))
    notes = [_note_of(place) for place in places if not place.recognised]
    if (above := _text(outline.before_title)) and outline.title:
        line = next(place for place, line_text in enumerate(lines, 1) if line_text.strip())
        message = _("The text above the title (“%(words)s”) was moved to the end of “%(field)s”.")
        values = {"words": message_excerpt(above), "field": FIELDS_BY_KEY[FALLBACK_FIELD].title}
        notes.append(ImportNote(line, FALLBACK_FIELD, message % values))
    if tag and outline.title:
        message = _("The tag “%(tag)s” was moved to the end of “%(field)s”.")
        values = {"tag": tag, "field": FIELDS_BY_KEY[FALLBACK_FIELD].title}
        notes.append(ImportNote(outline.title.line, FALLBACK_FIELD, message % values))
    return PracticeFile(
        raw,
        handling,
        has_front_matter=False,
        notes=tuple(notes),
        placements=tuple(places),
        unsure_classes=() if raw.get("classes") else tuple(unsure_classes(outline)),
    )


def _without_labels(lines: Sequence[str]) -> tuple[list[str], str]:
    """Take out the label at the top and at the foot; the lines keep their numbers."""
    plain_lines, label = list(lines), ""
    filled_lines = [place for place, line in enumerate(plain_lines) if line.strip()]
    for place in {filled_lines[0], filled_lines[-1]} if filled_lines else set():
        if is_label_line(plain_lines[place]):
            label, plain_lines[place] = label_of_line(plain_lines[place]) or label, ""
    return plain_lines, label


def _texts_by_field(
    outline: Outline, tag: str, placements: Sequence[SectionPlacement], lines: Sequence[str]
) -> dict[str, Any]:
    """The texts by field; what is left over comes after everything else in its field."""
    texts: dict[str, list[str]] = {}
    left_over: list[str] = []
    introduction = _text(outline.introduction)
    if introduction and len(introduction) <= FIELDS_BY_KEY["summary"].limit:
        texts["summary"] = [introduction]
    elif introduction:
        left_over.append(introduction)
    for section, place in zip(outline.sections, placements, strict=True):
        into = texts.setdefault(place.field, []) if place.recognised else left_over
        # with its heading, unless that says the field's name and nothing else
        text = "\n".join(section.lines).strip("\n").rstrip()
        title = section.heading.text
        into.append(text if field_by_heading(title) == place.field else f"### {title}\n\n{text}".rstrip())
    if above := _text(outline.before_title):
        left_over.append(above)
    if tag:
        left_over.append(_("Tag: %(tag)s") % {"tag": f"`{tag}`"})
    texts.setdefault(FALLBACK_FIELD, []).extend(left_over)
    joined = {key: "\n\n".join(parts) for key, parts in texts.items()}
    return _with_rows(joined, outline, lines)


def _with_rows(joined: dict[str, Any], outline: Outline, lines: Sequence[str]) -> dict[str, Any]:
    """The texts with what of them are rows: steps, tables, and what is recognised beside the texts."""
    if "steps" in joined:
        # a list under “Steps” becomes steps; anything else there is one step
        steps, lost = read_steps(joined["steps"].split("\n"))
        joined["steps"] = steps if lost is None else [{"text": joined["steps"]}]
    for key in TABLE_FIELDS:
        if key in joined:
            _read_rows(joined, key)
    if "classes" not in joined:
        joined.update(_cleaned_or_nothing(recognise_classes(outline)))
    title = outline.title.text if outline.title else ""
    for key, stated in stated_results(lines, _TAG.sub("", title).strip()).items():
        joined.setdefault(key, stated)
    return joined


def _cleaned_or_nothing(rows_by_field: dict[str, Any]) -> dict[str, Any]:
    """What was recognised beside the texts, where it can be kept as it is; the texts say it all the same."""
    try:
        return clean_content(rows_by_field)
    except Faults:
        return {}


def _add_counter(raw: dict[str, Any], code: str, lines: Sequence[str]) -> None:
    """A counter of DISARM: its summary in the field of that name, its code at the end of the definitions."""
    summary = summary_of_counter(lines)
    if summary and len(summary) <= FIELDS_BY_KEY["summary"].limit:
        if raw.get("summary"):
            raw[FALLBACK_FIELD] = "\n\n".join(part for part in (raw[FALLBACK_FIELD], raw["summary"]) if part)
        raw["summary"] = summary
    raw[FALLBACK_FIELD] = "\n\n".join(
        part for part in (raw.get(FALLBACK_FIELD, ""), f"DISARM {code}") if part
    )


def _read_rows(joined: dict[str, Any], key: str) -> None:
    """The rows of a table; what is none stays a text at the end of the definitions."""
    text = str(joined.pop(key))
    rows, lost = read_table(text.split("\n"), TABLE_FIELDS[key])
    classes = {"classes": joined.get("classes")} if key == "examples" else {}
    try:
        if lost is None and (cleaned := clean_content({key: rows, **classes}).get(key)):
            joined[key] = cleaned
            return
    except Faults:
        pass
    heading = f"### {FIELDS_BY_KEY[key].title}"
    parts = [joined.get(FALLBACK_FIELD, ""), heading, text]
    joined[FALLBACK_FIELD] = "\n\n".join(part for part in parts if part)


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()


def _note_of(placement: SectionPlacement) -> ImportNote:
    message = _(
        "There is no field for “%(heading)s”: its text was added to the end of “%(field)s”, under its "
        "heading."
    )
    values = {"heading": message_excerpt(placement.heading), "field": FIELDS_BY_KEY[FALLBACK_FIELD].title}
    return ImportNote(placement.line, placement.field, message % values)
