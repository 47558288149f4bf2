"""A file without front matter: its headings say what it is about, and what none of them says is kept in one place.

A policy with several classes has a section for each, which ends in a line “Output: VALID” or “Output: INVALID”.
Nothing of the text is lost: sections without a field of their own stand at the end of the definitions, under
their headings.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.plain_yaml import Findings, shown
from practices.fields import FIELD
from practices.files.document import Handling, Note, Place, PracticeFile
from practices.files.headings import Heading, headings_in
from practices.files.labels import is_label_line, label_of_line
from practices.files.texts import read_steps
from practices.files.words import field_named

LEFT_OVER = "definitions"  # where that goes which has no field of its own

_TAG = re.compile(r"\(\s*(#[\w-]{1,40})\s*\)")
_ASIDE = re.compile(r"\([^()]*\)")
_OUTPUT = re.compile(r"\W*(?:output|result|вывод|итог|результат)\W*:\W*(?P<said>\w+)\W*", re.IGNORECASE)
_VALID = {"valid", "allowed", "допустимо", "разрешено"}
_INVALID = {"invalid", "violating", "disallowed", "violation", "недопустимо", "запрещено", "нарушение"}
# In this order: “not allowed” holds “allowed”.
_WORDS = (
    (
        "violating",
        r"not allowed|disallow|prohibit|violat|invalid|unacceptable|запрещ|наруш|недопуст|не разреш",
    ),
    ("allowed", r"\ballow|\bpermitted|\bacceptable|\bvalid\b|разреш|допустим|допуска"),
    ("definitions", r"\bdefinition|\bterms\b|глоссарий|определени|термин|понятия"),
    ("goal", r"\bgoal|\bpurpose|\bobjective|\bцел[ьи]\b|\bзадач"),
)


@dataclass
class _Section:
    """A heading with the lines under it, up to the next one of its level."""

    heading: Heading
    lines: list[str] = field(default_factory=list)


@dataclass
class _Outline:
    """A text by its headings: the title and its tag, what stands before the first section, the sections."""

    title: Heading | None
    introduction: list[str]
    sections: list[_Section]

    @property
    def tag(self) -> str:
        found = _TAG.search(self.title.words) if self.title else None
        return found[1] if found else ""


def recognise(lines: Sequence[str], findings: Findings) -> PracticeFile:
    """Put the title, the sections and what stands before them into fields; says where each section went."""
    lines, label = _without_labels(lines)
    outline = _outline(lines)
    places = [_place(section) for section in outline.sections]
    raw = _gathered(outline, places)
    for place in places:
        findings.lines.setdefault(place.field, place.line)
    if outline.title is not None:
        raw["title"] = _TAG.sub("", outline.title.words).strip()
        findings.lines["title"] = outline.title.line
    handling = Handling(label=label, language=language_of("\n".join(lines)))
    notes = [_note_of(place) for place in places if not place.recognised]
    if outline.tag and outline.title:
        notes.append(_note_of_tag(outline.tag, outline.title.line))
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


def _outline(lines: Sequence[str]) -> _Outline:
    headings = headings_in(lines)
    if not headings:
        return _Outline(None, list(lines), [])
    before = any(line.strip() for line in lines[: headings[0].line - 1])
    title = None if before or field_named(headings[0].words) else headings.pop(0)
    level = min((one.level for one in headings), default=1)
    tops = [one for one in headings if one.level == level]
    ends = [one.line - 1 for one in tops[1:]] + [len(lines)]
    sections = [_Section(one, list(lines[one.after : end])) for one, end in zip(tops, ends, strict=False)]
    first = tops[0].line - 1 if tops else len(lines)
    return _Outline(title, list(lines[title.after if title else 0 : first]), sections)


def _place(section: _Section) -> Place:
    words = section.heading.words
    key = field_named(words) or _meant(section)
    return Place(section.heading.line, words, key or LEFT_OVER, recognised=bool(key))


def _meant(section: _Section) -> str:
    """The field that the output of a class, or a word of the heading, speaks of; '' when nothing does."""
    for line in section.lines:
        said = found["said"].casefold() if (found := _OUTPUT.fullmatch(line)) else ""
        if said in _VALID | _INVALID:
            return "allowed" if said in _VALID else "violating"
    words = _ASIDE.sub(" ", section.heading.words).casefold()
    return next((key for key, pattern in _WORDS if re.search(pattern, words)), "")


def _gathered(outline: _Outline, places: Sequence[Place]) -> dict[str, Any]:
    """The texts by field; what is left over comes after everything else in its field."""
    texts: dict[str, list[str]] = {}
    left_over: list[str] = []
    introduction = "\n".join(outline.introduction).strip()
    if introduction and len(introduction) <= FIELD["summary"].most:
        texts["summary"] = [introduction]
    elif introduction:
        left_over.append(introduction)
    for section, place in zip(outline.sections, places, strict=True):
        into = texts.setdefault(place.field, []) if place.recognised else left_over
        into.append(_text_of(section))
    if outline.tag:
        left_over.append(_("Tag: %(tag)s") % {"tag": f"`{outline.tag}`"})
    texts.setdefault(LEFT_OVER, []).extend(left_over)
    joined: dict[str, Any] = {key: "\n\n".join(parts) for key, parts in texts.items()}
    return joined | _steps(joined)


def _text_of(section: _Section) -> str:
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
    message = _(
        "“%(heading)s” has no field of its own: it stands at the end of “%(field)s”, under its heading."
    )
    values = {"heading": shown(place.heading), "field": FIELD[LEFT_OVER].title}
    return Note(place.line, place.field, message % values)


def _note_of_tag(tag: str, line: int) -> Note:
    message = _("The tag “%(tag)s” stands at the end of “%(field)s”.")
    return Note(line, LEFT_OVER, message % {"tag": tag, "field": FIELD[LEFT_OVER].title})
