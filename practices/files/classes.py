"""What a policy without front matter says of its classes and its examples, beside its texts.

Nothing is taken out of the texts: this finds again, as rows, what they say.
"""

import re
from collections.abc import Iterator, Sequence

from practices.content import is_class_key
from practices.enums import ClassOutcome
from practices.files.heading_meanings import decision_of, output_decision
from practices.files.outline import Outline, OutlineSection, field_of_section
from practices.files.tables import tables_in

_CODE = r"[A-Z][A-Z0-9]{1,11}"
_KEY = (
    r"[^\W_][\w.+-]{0,39}"  # of any class; in small letters only where the section has a verdict of its own
)
_CAPITALS = re.compile(rf"{_CODE}|[A-Z]\d")
# “Promotion of access (ARS1 - Promotion)”, “ARS1: promotion”, “Serious injury (harm)”
_CLASS_IN_BRACKETS = re.compile(
    rf"(?P<words>[^()]*)\(`?(?P<code>{_KEY})`?\s*(?:[-–—:]\s*(?P<title>[^()]+))?\)\s*"
)
_CLASS_FIRST = re.compile(r"`?(?P<code>[A-Z][A-Z0-9]{0,10}\d)`?\s*[-–—:.]\s*(?P<title>.+)")
# Where classes are listed: “- **harm**: an act that …”, “- `harm` (not allowed): …”, “- harm: …”
_LISTS_CLASSES = re.compile(
    r"\b(?:class(?:es)?|labels?|categor(?:y|ies)|taxonomy|класс\w*|метк\w+|категори\w+)\b", re.IGNORECASE
)
_LISTED_CLASS = re.compile(
    rf"\s{{0,3}}(?:[-*+]|\d{{1,2}}[.)])\s{{1,3}}[*_`]{{0,3}}(?P<key>{_KEY})[*_`]{{0,3}}"
    r"(?:\s{0,3}\((?P<words>[^()]{1,60})\))?[*_`]{0,3}"
    r"(?:\s?[:=][*_`]{0,3}\s{0,3}|\s{1,3}[-–—]\s{1,3})(?P<text>\S.*)"
)
_COLUMNS = {
    "key": ("class", "label", "key", "code", "category", "класс", "метка", "код", "категория"),
    "title": ("title", "name", "название", "имя"),
    "outcome": ("verdict", "outcome", "decision", "output", "решение", "вердикт", "вывод"),
    "meaning": ("meaning", "description", "definition", "значение", "описание", "определение"),
    "follows": ("what follows", "follows", "action", "что следует", "действие"),
}
_LIST_ITEM = re.compile(r"\s{0,3}[-*+]\s+(?P<text>.+)")
_EXAMPLE_CODE = re.compile(rf"`?(?P<code>{_CODE})\.[a-z0-9]{{1,3}}`?\s*(?P<rest>.*)")
_QUOTED = re.compile(r"[\"“«„](?P<text>[^\"“”«»„]{3,400})[\"”»]")
_ARROW = re.compile(rf"(?:->|→|=>)\s*`?(?P<code>{_CODE})`?\s*$")
_HEADS = re.compile(r"(?:examples?|output|примеры?|вывод)\b", re.IGNORECASE)
_MAX_CLASSES, _MAX_EXAMPLES = 20, 100


def recognise_classes(outline: Outline) -> dict[str, list[dict[str, str]]]:
    """The classes in the order in which they stand, and the examples that bear one of them.

    They are sections with their verdicts, or a list or table that says of each whether it is allowed. One alone counts
    where its section has a line “Output: …”.
    """
    classes: dict[str, dict[str, str]] = {}
    sections = [(_class_of(each), each) for each in outline.sections]
    for row, _section in sections:
        if row and row["key"] not in classes and len(classes) < _MAX_CLASSES:
            classes[row["key"]] = row
    if len(classes) < 2 and not any(row and _own_decision(section) for row, section in sections):
        listed = _listed_classes(outline)
        classes = {row["key"]: row for row in listed} if all("outcome" in row for row in listed) else {}
    if not classes:
        return {}
    examples: list[dict[str, str]] = []
    for section in outline.sections:
        for code, text in _examples_in(section.lines):
            row = {"class": code, "text": text}
            if code in classes and row not in examples and len(examples) < _MAX_EXAMPLES:
                examples.append(row)
    return {"classes": list(classes.values()), **({"examples": examples} if examples else {})}


def unsure_classes(outline: Outline) -> list[dict[str, str]]:
    """The classes that a list or table names without saying of each whether it is allowed: that is to be asked."""
    return _listed_classes(outline)


def _listed_classes(outline: Outline) -> list[dict[str, str]]:
    """The rows of the first table or list of classes that has two or more of them."""
    for section in outline.sections:
        for rows in (_classes_in_table(section), _classes_in_list(section)):
            keys = [row["key"] for row in rows]
            if len(rows) > 1 and len(set(keys)) == len(keys):
                return rows[:_MAX_CLASSES]
    return []


def _classes_in_table(section: OutlineSection) -> list[dict[str, str]]:
    """Of the first table whose first known column has keys of classes."""
    for heading, *body in tables_in(section.lines):
        words = [cell.casefold().strip("*_` ") for cell in heading]
        places = {
            key: words.index(word) for key, names in _COLUMNS.items() for word in names if word in words
        }
        if "key" not in places or len(places) < 2:
            continue
        rows = [
            {key: cells[place].strip("*` ") for key, place in places.items() if place < len(cells)}
            for cells in body
        ]
        return [_listed(row) for row in rows] if all(is_class_key(row.get("key", "")) for row in rows) else []
    return []


def _classes_in_list(section: OutlineSection) -> list[dict[str, str]]:
    """Of a section that speaks of classes: the items that begin with a key."""
    if not _LISTS_CLASSES.search(section.heading.text):
        return []
    rows = []
    for line in section.lines:
        item = _LISTED_CLASS.fullmatch(line)
        if item is not None:
            words = (item["words"] or "").strip()
            decision = decision_of(words) or decision_of(re.split(r"[.,;:–—]", item["text"])[0])
            title = "" if decision_of(words) else words
            rows.append(
                _listed(
                    {"key": item["key"], "title": title, "outcome": decision, "meaning": item["text"].strip()}
                )
            )
    return rows


def _listed(row: dict[str, str]) -> dict[str, str]:
    """A class of a list or table, as the field takes it; without an outcome where it says none."""
    outcome = row.get("outcome", "")
    known = outcome if outcome in ClassOutcome.values else decision_of(outcome)
    cells = {
        "key": row["key"],
        "title": (row.get("title") or row["key"])[:120],
        "outcome": known,
        "meaning": row.get("meaning", "")[:600],
        "follows": row.get("follows", "")[:120],
    }
    return {key: text for key, text in cells.items() if text}


def _class_of(section: OutlineSection) -> dict[str, str] | None:
    """The class that the section is about, where it says whether that is allowed."""
    outcome = field_of_section(section)
    heading = section.heading.text.strip()
    match = _CLASS_IN_BRACKETS.fullmatch(heading) or _CLASS_FIRST.fullmatch(heading)
    if match is None or outcome not in ClassOutcome.values:
        return None
    if not _CAPITALS.fullmatch(match["code"]) and not _own_decision(section):
        return None
    title = (match["title"] or match.groupdict().get("words") or "").strip(" .:")
    meaning = next((line.strip() for line in section.lines if _says_meaning(line)), "")
    row = {"key": match["code"], "title": title[:120], "outcome": outcome, "meaning": meaning[:600]}
    return {key: text for key, text in row.items() if text} if title else None


def _own_decision(section: OutlineSection) -> bool:
    """Whether the section says itself, in a line “Output: …”, if it is allowed."""
    return any(output_decision(line) for line in section.lines)


def _says_meaning(line: str) -> bool:
    text = line.strip()
    return bool(text) and not _LIST_ITEM.match(line) and not _HEADS.match(text.strip("*_#`"))


def _examples_in(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        item = _LIST_ITEM.fullmatch(line)
        if item is None:
            continue
        arrow, coded = _ARROW.search(item["text"]), _EXAMPLE_CODE.fullmatch(item["text"])
        code = arrow["code"] if arrow else coded["code"] if coded else ""
        if code:
            yield from ((code, quoted["text"].strip()) for quoted in _QUOTED.finditer(item["text"]))
