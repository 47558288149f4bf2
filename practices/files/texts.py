"""People's texts inside a file: what looks like a heading of ours is marked, steps are an ordered list."""

import re
from collections.abc import Iterable, Sequence

from practices.files.vocabulary import field_of_line, step_by_of, step_by_word

_LIST_ITEM = re.compile(
    r"(?P<marker>\d{1,3}[.)] |[-*+] )(?:\((?P<by>[^()\n]{1,20})\) )?(?P<text>.*)", re.DOTALL
)


def escape_headings(text: str) -> str:
    """The text with a backslash before each line that would begin a section; `unescape_headings` takes it away
    again.
    """
    return "\n".join(f"\\{line}" if _looks_like_heading(line) else line for line in text.split("\n"))


def unescape_headings(lines: Iterable[str]) -> str:
    return "\n".join(
        line[1:] if line.startswith("\\") and _looks_like_heading(line) else line for line in lines
    )


def _looks_like_heading(line: str) -> bool:
    return field_of_line(line.lstrip("\\")) is not None


def format_steps(steps: Sequence[dict[str, str]], language: str) -> str:
    """An ordered list; all lines of a step after its first are indented, so that nothing in them begins another."""
    lines: list[str] = []
    for number, step in enumerate(steps, start=1):
        marker = f"{number}. "
        indent = " " * len(marker)
        first, *rest = step["text"].split("\n")
        lines.append(f"{marker}({step_by_word(step['by'], language)}) {first}")
        lines += [f"{indent}{line}" if line else "" for line in rest]
    return "\n".join(lines)


def read_steps(lines: Sequence[str]) -> tuple[list[dict[str, str]], int | None]:
    """The steps, and the place of the first line that belongs to none (before the first item), if there is one."""
    steps: list[dict[str, str]] = []
    parts: list[list[str]] = []
    indent = 0
    for place, line in enumerate(lines):
        if match := _LIST_ITEM.fullmatch(line):
            indent = len(match["marker"])
            steps.append(_step_from(match))
            parts.append([steps[-1]["text"]])
        elif steps:
            parts[-1].append(line[indent:] if line[:indent].isspace() else line.lstrip(" "))
        elif line.strip():
            return [], place
    return [{**step, "text": "\n".join(lines)} for step, lines in zip(steps, parts, strict=True)], None


def _step_from(match: re.Match[str]) -> dict[str, str]:
    """Words in brackets that name nobody who takes a step belong to the text."""
    by = step_by_of(match["by"] or "")
    if by:
        return {"text": match["text"], "by": by}
    aside = f"({match['by']}) " if match["by"] else ""
    return {"text": aside + match["text"]}
