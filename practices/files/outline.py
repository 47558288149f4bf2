"""The outline of a text by its headings: its title, and its sections, each with the field that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from practices.files.headings import Heading, headings_in
from practices.files.meanings import meant_by, output, prohibits
from practices.files.words import field_named

_NEAR_THE_TOP = 20  # lines that say something
_OF_EXAMPLES = {"goal", "allowed", "violating"}


@dataclass
class Section:
    """A heading with the lines under it, up to the next one of its level, and the headings among them."""

    heading: Heading
    lines: list[str]
    inner: list[Heading] = field(default_factory=list)


@dataclass
class Outline:
    """A text by its headings: the title with what stands over it, what comes before the first section, the sections."""

    title: Heading | None
    above: list[str]
    introduction: list[str]
    sections: list[Section]


def outline_of(lines: Sequence[str]) -> Outline:
    """Part the text: sections stand below the title, and one that only holds others gives way to them."""
    headings = headings_in(lines)
    title = _title(lines, headings)
    rest = [one for one in headings if title is None or one.line > title.line]
    sections = _sections(lines, rest, len(lines), _level(title, rest))
    start = title.after if title else 0
    first = sections[0].heading.line - 1 if sections else len(lines)
    above = list(lines[: title.line - 1]) if title else []
    return Outline(title, above, list(lines[start:first]), sections)


def _title(lines: Sequence[str], headings: Sequence[Heading]) -> Heading | None:
    """The heading of the highest level, if it stands alone and near the top; else the first one, if it is no section.

    A line over it (a badge, a note, a comment) does not matter.
    """
    if not headings:
        return None
    first, top = headings[0], min(headings, key=lambda one: one.level)
    alone = sum(one.level == top.level for one in headings) == 1
    heads = top.level == 1 or headings[-1] is not top
    if alone and heads and not field_named(top.words) and _is_near_the_top(top, lines, headings):
        return top
    if field_named(first.words) or not _is_near_the_top(first, lines, headings):
        return None
    nothing_above = not _says_something(lines[: first.line - 1])
    return first if nothing_above or (first.level == 1 and not meant_by(first.words)) else None


def _is_near_the_top(heading: Heading, lines: Sequence[str], headings: Sequence[Heading]) -> bool:
    earlier = [one for one in headings if one.line < heading.line]
    said = sum(bool(line.strip()) for line in lines[: heading.line - 1])
    return said <= _NEAR_THE_TOP and not any(meant_by(one.words) for one in earlier)


def _level(title: Heading | None, rest: Sequence[Heading]) -> int:
    """The level of the sections: below the title's where they begin there."""
    if title and rest and rest[0].level > title.level:
        return min(one.level for one in rest if one.level > title.level)
    return min((one.level for one in rest), default=1)


def _sections(lines: Sequence[str], headings: Sequence[Heading], end: int, level: int) -> list[Section]:
    """The sections of this level, those that only hold others divided into them."""
    groups: list[list[Heading]] = []
    for one in headings:
        if one.level <= level:
            groups.append([one])
        elif groups:
            groups[-1].append(one)
    ends = [*(group[0].line - 1 for group in groups[1:]), end]
    found: list[Section] = []
    for (heading, *inner), stop in zip(groups, ends, strict=False):
        found += _divided(lines, Section(heading, list(lines[heading.after : stop]), inner), stop)
    return found


def _divided(lines: Sequence[str], section: Section, end: int) -> list[Section]:
    """The section, or what it holds, if that says more of itself."""
    if not _holds_others(section):
        return [section]
    inner = section.inner
    parts = _sections(lines, inner, end, min(one.level for one in inner))
    if not any(meant(part) for part in parts):
        return [section]
    own = lines[section.heading.after : parts[0].heading.line - 1]
    return [Section(section.heading, list(own)), *parts]


def _holds_others(section: Section) -> bool:
    words = section.heading.words
    if not section.inner or field_named(words) or prohibits(words):
        return False
    said = {meant_by(one.words) for one in section.inner} & _OF_EXAMPLES
    return bool(said - {meant_by(words)}) or not meant(section)


# --- What a section is about -----------------------------------------------------------------


def meant(section: Section) -> str:
    """The field that the heading names, that its own output decides or its words speak of; '' when nothing does."""
    words = section.heading.words
    if named := field_named(words):
        return named
    return "violating" if prohibits(words) else _decided(section) or meant_by(words)


def _decided(section: Section) -> str:
    """What the output of a class says of it. Several that differ, or one that is some part's own, say nothing."""
    said = [key for line in section.lines if (key := output(line))]
    if section.inner:
        last = next((line for line in reversed(section.lines) if line.strip()), "")
        return said[0] if len(said) == 1 and output(last) else ""
    return said[0] if len(set(said)) == 1 else ""


def _says_something(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)
