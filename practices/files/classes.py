"""What a policy without front matter says of its classes, its examples and its results, beside its texts.

Nothing is taken out of the texts: this finds again, as rows, what they say.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from practices.enums import ClassOutcome
from practices.files.outline import Outline, OutlineSection, field_of_section

_CODE = r"[A-Z][A-Z0-9]{1,11}"
# “Promotion of access (ARS1 - Promotion)”, “ARS1: promotion”
_CLASS_IN_BRACKETS = re.compile(
    rf"(?P<words>[^()]*)\((?P<code>{_CODE})\s*(?:[-–—:]\s*(?P<title>[^()]+))?\)\s*"
)
_CLASS_FIRST = re.compile(rf"`?(?P<code>{_CODE}\d)`?\s*[-–—:.]\s*(?P<title>.+)")
_LIST_ITEM = re.compile(r"\s{0,3}[-*+]\s+(?P<text>.+)")
_EXAMPLE_CODE = re.compile(rf"`?(?P<code>{_CODE})\.[a-z0-9]{{1,3}}`?\s*(?P<rest>.*)")
_QUOTED = re.compile(r"[\"“«„](?P<text>[^\"“”«»„]{3,400})[\"”»]")
_ARROW = re.compile(rf"(?:->|→|=>)\s*`?(?P<code>{_CODE})`?\s*$")
_HEADS = re.compile(r"(?:examples?|output|примеры?|вывод)\b", re.IGNORECASE)
_MAX_CLASSES, _MAX_EXAMPLES = 20, 100
_NUMBER = r"(?P<number>0?[.,]\d{1,6}|1(?:[.,]0+)?|0|\d{1,3}(?:[.,]\d+)?\s?%)"
_SHARES = {
    "precision": re.compile(rf"\b(?:precision|точность)\b\W{{1,6}}{_NUMBER}", re.IGNORECASE),
    "recall": re.compile(rf"\b(?:recall|полнота)\b\W{{1,6}}{_NUMBER}", re.IGNORECASE),
}
_SIZE = re.compile(
    r"(?<![\w.])(?:n|test set size|rows)\s?[=:]?\s(?P<size>\d{1,3}(?:[ ,]\d{3})+|\d{1,9})\b", re.IGNORECASE
)


def recognise_classes(outline: Outline) -> dict[str, list[dict[str, str]]]:
    """The classes in the order in which they stand, and the examples that bear one of them; nothing of one alone."""
    classes: dict[str, dict[str, str]] = {}
    for section in outline.sections:
        policy_class = _class_of(section)
        if policy_class and policy_class["key"] not in classes and len(classes) < _MAX_CLASSES:
            classes[policy_class["key"]] = policy_class
    if len(classes) < 2:
        return {}
    examples: list[dict[str, str]] = []
    for section in outline.sections:
        for code, text in _examples_in(section.lines):
            row = {"class": code, "text": text}
            if code in classes and row not in examples and len(examples) < _MAX_EXAMPLES:
                examples.append(row)
    return {"classes": list(classes.values()), **({"examples": examples} if examples else {})}


def _class_of(section: OutlineSection) -> dict[str, str] | None:
    """The class that the section is about, where it says whether that is allowed."""
    outcome = field_of_section(section)
    heading = section.heading.text.strip()
    match = _CLASS_IN_BRACKETS.fullmatch(heading) or _CLASS_FIRST.fullmatch(heading)
    if match is None or outcome not in ClassOutcome.values:
        return None
    title = (match["title"] or match["words"] or "").strip(" .:")
    meaning = next((line.strip() for line in section.lines if _says_meaning(line)), "")
    row = {"key": match["code"], "title": title[:120], "outcome": outcome, "meaning": meaning[:600]}
    return {key: text for key, text in row.items() if text} if title else None


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


def stated_results(text: str) -> dict[str, Any]:
    """Precision, recall and the size of the test, where the text says one of each and no more."""
    results: dict[str, Any] = {}
    for key, pattern in _SHARES.items():
        numbers = {_share(match["number"]) for match in pattern.finditer(text)}
        if len(numbers) == 1:
            results[key] = numbers.pop()
    sizes = {re.sub(r"\D", "", match["size"]) for match in _SIZE.finditer(text)} if results else set()
    if len(sizes) == 1:
        results["sample_size"] = sizes.pop()
    return results


def _share(number: str) -> str:
    plain = number.replace(",", ".").replace(" ", "")
    if not plain.endswith("%"):
        return f"0{plain}" if plain.startswith(".") else plain
    percent = float(plain.rstrip("%"))
    return f"{percent / 100:.4f}".rstrip("0").rstrip(".") or "0"
