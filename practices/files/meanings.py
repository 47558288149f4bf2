"""Which field of a policy a heading speaks of, and what a line “Output: VALID” decides, in English and Russian."""

import re

from practices.files.words import field_named

_ASIDE = re.compile(r"\([^()]*\)")
_OUTPUT = re.compile(
    r"\W*(?:output|result|verdict|вывод|вердикт|итог|результат)\W*:\W*(?P<said>\w+(?: \w+)?)\W*",
    re.IGNORECASE,
)
_LONGEST_OUTPUT = 200  # signs of its line
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
_WORDS = (
    (
        "violating",
        r"not allow|not permit|disallow|prohibit|forbidden|banned|violat|invalid|unacceptable|запрещ|запрет|наруш|"
        r"недопуст|не разреш|не допуска|нельзя",
    ),
    ("allowed", r"\ballow|\bpermitted|\bacceptable|\bvalid\b|разреш|допустим|допуска"),
    ("definitions", r"\bdefinition|\bterms\b|глоссарий|определени|термин|понятия"),
    ("goal", r"\bgoal|\bpurpose|\bobjective|\bцел[ьи]\b|\bзадач"),
)


def meant_by(words: str) -> str:
    """The field that a heading speaks of."""
    if named := field_named(words):
        return named
    said = _ASIDE.sub(" ", words).casefold()
    return next((key for key, pattern in _WORDS if re.search(pattern, said)), "")


def prohibits(words: str) -> bool:
    said = " ".join(_ASIDE.sub(" ", words).casefold().split())
    return _PROHIBITED.fullmatch(said.strip("*_:. ").lstrip("0123456789.) ")) is not None


def output(line: str) -> str:
    found = _OUTPUT.fullmatch(line) if len(line) <= _LONGEST_OUTPUT else None
    said = found["said"].casefold() if found else ""
    return "allowed" if said in _VALID else "violating" if said in _INVALID else ""
