"""A file without front matter: its headings say what it is about, and what none of them says is kept in one place.

A policy with several classes has a section for each, which ends in a line “Output: VALID” or “Output: INVALID”.
Nothing of the text is lost: sections without a field of their own stand at the end of the definitions, under
their headings.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.plain_yaml import Findings, shown
from practices.fields import FIELD
from practices.files.document import Handling, Note, Place, PracticeFile
from practices.files.labels import is_label_line, label_of_line
from practices.files.outline import Outline, Section, meant, outline_of
from practices.files.texts import read_steps
from practices.files.words import field_named

LEFT_OVER = "definitions"  # where that goes which has no field of its own

_TAG = re.compile(r"\(\s*(#[\w-]{1,40})\s*\)")


def recognise(lines: Sequence[str], findings: Findings) -> PracticeFile:
    """Put the title, the sections and what stands before them into fields; says where each section went."""
    lines, label = _without_labels(lines)
    outline = outline_of(lines)
    places = [_place(section) for section in outline.sections]
    tag = _tag_of(outline)
    raw = _gathered(outline, tag, places)
    for place in places:
        findings.lines.setdefault(place.field, place.line)
    if outline.title is not None:
        raw["title"] = _TAG.sub("", outline.title.words).strip()
        findings.lines["title"] = outline.title.line
    handling = Handling(label=label, language=language_of("\n".join(lines)))
    notes = [_note_of(place) for place in places if not place.recognised]
    if (above := _said(outline.above)) and outline.title:
        line = next(place for place, words in enumerate(lines, 1) if words.strip())
        notes.append(_note_of_above(above, line))
    if tag and outline.title:
        notes.append(_note_of_tag(tag, outline.title.line))
    return PracticeFile(raw, handling, structured=False, notes=tuple(notes), places=tuple(places))


def language_of(text: str) -> str:
    """Russian where most letters are Cyrillic, else English."""
    letters = [sign for sign in text[:20_000] if sign.isalpha()]
    cyrillic = sum("а" <= sign.lower() <= "я" or sign in "ёЁ" for sign in letters)
    return "ru" if cyrillic * 2 > len(letters) else "en"


def _without_labels(lines: Sequence[str]) -> tuple[list[str], str]:
    """Take out the label at the top and at the foot; the lines keep their numbers."""
    kept, label = list(lines), ""
    written = [place for place, line in enumerate(kept) if line.strip()]
    for place in {written[0], written[-1]} if written else set():
        if is_label_line(kept[place]):
            label, kept[place] = label_of_line(kept[place]) or label, ""
    return kept, label


def _tag_of(outline: Outline) -> str:
    found = _TAG.search(outline.title.words) if outline.title else None
    return found[1] if found else ""


def _place(section: Section) -> Place:
    key = meant(section)
    return Place(section.heading.line, section.heading.words, key or LEFT_OVER, recognised=bool(key))


def _gathered(outline: Outline, tag: str, places: Sequence[Place]) -> dict[str, Any]:
    """The texts by field; what is left over comes after everything else in its field."""
    texts: dict[str, list[str]] = {}
    left_over: list[str] = []
    introduction = _said(outline.introduction)
    if introduction and len(introduction) <= FIELD["summary"].most:
        texts["summary"] = [introduction]
    elif introduction:
        left_over.append(introduction)
    for section, place in zip(outline.sections, places, strict=True):
        into = texts.setdefault(place.field, []) if place.recognised else left_over
        into.append(_text_of(section))
    if above := _said(outline.above):
        left_over.append(above)
    if tag:
        left_over.append(_("Tag: %(tag)s") % {"tag": f"`{tag}`"})
    texts.setdefault(LEFT_OVER, []).extend(left_over)
    joined: dict[str, Any] = {key: "\n\n".join(parts) for key, parts in texts.items()}
    return joined | _steps(joined)


def _said(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()


def _text_of(section: Section) -> str:
    """With its heading, unless that says the field's name and nothing else."""
    text = "\n".join(section.lines).strip("\n").rstrip()
    words = section.heading.words
    return text if field_named(words) else f"### {words}\n\n{text}".rstrip()


def _steps(texts: Mapping[str, Any]) -> dict[str, Any]:
    """A list under “Steps” becomes steps; anything else there is one step."""
    if "steps" not in texts:
        return {}
    steps, lost = read_steps(texts["steps"].split("\n"))
    return {"steps": steps if lost is None else [{"text": texts["steps"]}]}


def _note_of(place: Place) -> Note:
    message = _("“%(heading)s” has no field of its own: it is at the end of “%(field)s”, under its heading.")
    values = {"heading": shown(place.heading), "field": FIELD[LEFT_OVER].title}
    return Note(place.line, place.field, message % values)


def _note_of_above(above: str, line: int) -> Note:
    message = _("The text above the title (“%(words)s”) is at the end of “%(field)s”.")
    values = {"words": shown(above), "field": FIELD[LEFT_OVER].title}
    return Note(line, LEFT_OVER, message % values)


def _note_of_tag(tag: str, line: int) -> Note:
    message = _("The tag “%(tag)s” is at the end of “%(field)s”.")
    return Note(line, LEFT_OVER, message % {"tag": tag, "field": FIELD[LEFT_OVER].title})
