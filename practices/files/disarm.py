"""Counters of DISARM, the framework against disinformation: a file of one, and the codes that a text names."""

import re
from collections.abc import Iterable, Sequence

# DISARM numbers its counters from C00006 on and has used no other thousand (generated_pages/counters_index.md of
# github.com/DISARMFoundation/DISARMframeworks): other codes of this form are somebody's tickets.
_COUNTER = r"C00\d{3}"
_TITLE = re.compile(rf"(?:counter\s+)?(?P<code>{_COUNTER})\s*[:\-–—]\s*(?P<name>.+)", re.IGNORECASE)
_CODE = re.compile(rf"\b{_COUNTER}\b")
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


def counters_in(texts: Iterable[str]) -> list[str]:
    """The codes of counters in the texts, each once."""
    return list(dict.fromkeys(code for text in texts for code in _CODE.findall(text)))
