"""Counters of DISARM, the framework against disinformation: a file of one, and the codes that a text names."""

import re
from collections.abc import Sequence

_TITLE = re.compile(r"(?:counter\s+)?(?P<code>C\d{5})\s*[:\-–—]\s*(?P<name>.+)", re.IGNORECASE)
_CODE = re.compile(r"\bC\d{5}\b")
_BULLET = re.compile(r"[*-]\s+\*\*(?P<key>[^*:]+):?\*\*\s*:?\s*(?P<text>.*)")


def counter_of_title(title: str) -> tuple[str, str]:
    """The code and the name where a heading names a counter; both empty where it does not."""
    match = _TITLE.fullmatch(title.strip())
    return (match["code"].upper(), match["name"].strip()) if match else ("", "")


def summary_of_counter(lines: Sequence[str]) -> str:
    """What the line “Summary” of a counter says."""
    bullets = (_BULLET.fullmatch(line.strip()) for line in lines)
    return next(
        (match["text"].strip() for match in bullets if match and match["key"].casefold() == "summary"), ""
    )


def counters_in(text: str) -> list[str]:
    """The codes of counters in the text, each once."""
    return list(dict.fromkeys(_CODE.findall(text)))
