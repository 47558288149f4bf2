"""Which field of a policy a heading names, and what a line “Output: VALID” decides, in English and Russian."""

import re

from practices.files.tables import TABLE_FIELDS
from practices.files.vocabulary import field_by_heading

_PARENTHESES = re.compile(r"\([^()]*\)")
_OUTPUT = re.compile(
    r"\W*(?:output|result|verdict|вывод|вердикт|итог|результат)\W*:\W*(?P<said>\w+(?: \w+)?)\W*",
    re.IGNORECASE,
)
_MAX_OUTPUT_LENGTH = 200  # signs of its line
_VALID = {"valid", "allowed", "допустимо", "разрешено", "допускается"}
_INVALID = {
    "invalid", "violating", "disallowed", "violation", "prohibited", "not allowed", "not valid",
    "недопустимо", "запрещено", "нарушение", "не допускается", "не допустимо", "не разрешено",
}  # fmt: skip
# Headings that say of everything under them that it is not allowed, whatever a line below says of one example.
_PROHIBITED = re.compile(
    r"(?:what (?:is|we do) |examples of |content that is |(?:что|примеры) )?"
    r"(?:not (?:allow|allowed|permitted)|disallowed|prohibit(?:ed|ions?)|forbidden|banned|violat(?:ing|ive|ions?)|"
    r"unacceptable|invalid|"
    r"не (?:допускается|разрешено|разреш[её]нное)|запрещ\w+|запреты|недопустим\w+|нарушени\w+|нельзя)"
    r"(?: (?:content|examples?|uses?|behaviou?rs?|conduct|контент|содержание|материалы|действия|примеры))?"
)
# In this order: “not allowed” holds “allowed”.
_PATTERNS_BY_FIELD = (
    (
        "violating",
        r"not allow|not permit|disallow|prohibit|forbidden|banned|violat|invalid|unacceptable|запрещ|запрет|наруш|"
        r"недопуст|не разреш|не допуска|нельзя",
    ),
    ("allowed", r"\ballow|\bpermitted|\bacceptable|\bvalid\b|разреш|допустим|допуска"),
    ("definitions", r"\bdefinition|\bterms\b|глоссарий|определени|термин|понятия"),
    ("goal", r"\bgoal|\bpurpose|\bobjective|\bцел[ьи]\b|\bзадач"),
)


def field_meant_by(heading: str) -> str:
    """The field that a heading names."""
    if (named := field_by_heading(heading)) and named not in TABLE_FIELDS:
        return named
    text = _PARENTHESES.sub(" ", heading).casefold()
    return next((key for key, pattern in _PATTERNS_BY_FIELD if re.search(pattern, text)), "")


def prohibits(text: str) -> bool:
    phrase = " ".join(_PARENTHESES.sub(" ", text).casefold().split())
    return _PROHIBITED.fullmatch(phrase.strip("*_:. ").lstrip("0123456789.) ")) is not None


def output_decision(line: str) -> str:
    match = _OUTPUT.fullmatch(line) if len(line) <= _MAX_OUTPUT_LENGTH else None
    return decision_of(match["said"]) if match else ""


def decision_of(words: str) -> str:
    """The verdict that these words are, as the outcome of a class; empty where they are none."""
    decision = words.casefold().strip("*_`. ")
    return "allowed" if decision in _VALID else "violating" if decision in _INVALID else ""
