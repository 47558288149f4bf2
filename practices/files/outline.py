"""The outline of a text by its headings: its title, and its sections, each with the field that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from practices.files.heading_meanings import field_meant_by, output_decision, prohibits
from practices.files.headings import Heading, headings_in
from practices.files.tables import TABLE_FIELDS
from practices.files.vocabulary import field_by_heading

_TITLE_WITHIN = 20  # lines that say something
_EXAMPLE_FIELDS = {"goal", "allowed", "violating"}


@dataclass
class OutlineSection:
    """A heading with the lines under it, up to the next one of its level, and the headings among them."""

    heading: Heading
    lines: list[str]
    headings: list[Heading] = field(default_factory=list)


@dataclass
class Outline:
    """A text by its headings: the title with what stands over it, what comes before the first section, the sections."""

    title: Heading | None
    before_title: list[str]
    introduction: list[str]
    sections: list[OutlineSection]


def outline_of(lines: Sequence[str]) -> Outline:
    """Part the text: sections stand below the title, and one that only holds others gives way to them."""
    headings = headings_in(lines)
    title = _title(lines, headings)
    rest = [each for each in headings if title is None or each.line > title.line]
    # sections are of the highest level, or of the highest below the title where they begin there
    levels = [each.level for each in rest]
    if title and rest and rest[0].level > title.level:
        levels = [level for level in levels if level > title.level]
    sections = _sections(lines, rest, len(lines), min(levels, default=1))
    start = title.next_line if title else 0
    first = sections[0].heading.line - 1 if sections else len(lines)
    above = list(lines[: title.line - 1]) if title else []
    return Outline(title, above, list(lines[start:first]), sections)


def _title(lines: Sequence[str], headings: Sequence[Heading]) -> Heading | None:
    """The heading of the highest level, if it stands alone and near the top; else the first one, if it is no section.

    A line over it (a badge, a note, a comment) does not matter.
    """
    if not headings:
        return None
    first, top = headings[0], min(headings, key=lambda each: each.level)
    alone = sum(each.level == top.level for each in headings) == 1
    heads = top.level == 1 or headings[-1] is not top
    if alone and heads and not field_by_heading(top.text) and _is_near_the_top(top, lines, headings):
        return top
    if field_by_heading(first.text) or not _is_near_the_top(first, lines, headings):
        return None
    nothing_above = not any(line.strip() for line in lines[: first.line - 1])
    return first if nothing_above or (first.level == 1 and not field_meant_by(first.text)) else None


def _is_near_the_top(heading: Heading, lines: Sequence[str], headings: Sequence[Heading]) -> bool:
    earlier = [each for each in headings if each.line < heading.line]
    line_count = sum(bool(line.strip()) for line in lines[: heading.line - 1])
    return line_count <= _TITLE_WITHIN and not any(field_meant_by(each.text) for each in earlier)


def _sections(
    lines: Sequence[str], headings: Sequence[Heading], end: int, level: int
) -> list[OutlineSection]:
    """The sections of this level, those that only hold others divided into them."""
    groups: list[list[Heading]] = []
    for each in headings:
        if each.level <= level:
            groups.append([each])
        elif groups:
            groups[-1].append(each)
    ends = [*(group[0].line - 1 for group in groups[1:]), end]
    sections: list[OutlineSection] = []
    for (heading, *inner), stop in zip(groups, ends, strict=False):
        sections += _split_section(
            lines, OutlineSection(heading, list(lines[heading.next_line : stop]), inner), stop
        )
    return sections


def _split_section(lines: Sequence[str], section: OutlineSection, end: int) -> list[OutlineSection]:
    """The section, or what it holds, if that says more of itself."""
    if not _is_only_container(section):
        return [section]
    inner = section.headings
    parts = _sections(lines, inner, end, min(each.level for each in inner))
    if not any(field_of_section(part) for part in parts):
        return [section]
    own = lines[section.heading.next_line : parts[0].heading.line - 1]
    return [OutlineSection(section.heading, list(own)), *parts]


def _is_only_container(section: OutlineSection) -> bool:
    title = section.heading.text
    if not section.headings or _named_field(section) or prohibits(title):
        return False
    fields = {field_meant_by(each.text) for each in section.headings} & _EXAMPLE_FIELDS
    return bool(fields - {field_meant_by(title)}) or not field_of_section(section)


# --- What a section is about -----------------------------------------------------------------


def field_of_section(section: OutlineSection) -> str:
    """The field that the heading names, that its own output decides or its words speak of; '' when nothing does."""
    title = section.heading.text
    if named := _named_field(section):
        return named
    return "violating" if prohibits(title) else _field_by_output(section) or field_meant_by(title)


def _named_field(section: OutlineSection) -> str:
    """The field whose name the heading is; of one that is a table, where there is a table below it."""
    named = field_by_heading(section.heading.text) or ""
    has_table = any(line.lstrip().startswith("|") for line in section.lines)
    return "" if named in TABLE_FIELDS and not has_table else named


def _field_by_output(section: OutlineSection) -> str:
    """What the output of a class says of it. Several that differ, or one that is some part's own, say nothing."""
    decisions = [key for line in section.lines if (key := output_decision(line))]
    if section.headings:
        last = next((line for line in reversed(section.lines) if line.strip()), "")
        return decisions[0] if len(decisions) == 1 and output_decision(last) else ""
    return decisions[0] if len(set(decisions)) == 1 else ""
