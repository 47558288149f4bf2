"""TLP labels as they stand in a file: in the front matter, and in a line of their own at the top and at the foot."""

import re
from collections.abc import Mapping

from practices.enums import Label

LABEL_NAMES: Mapping[str, str] = {label.value: str(label.label) for label in Label}
_LINE = re.compile(r"> ?\*{0,2}(TLP:[A-Z+]+)\*{0,2}[ \t]*", re.IGNORECASE)
_CODES = {name: code for code, name in LABEL_NAMES.items()}


def label_code(text: str) -> str | None:
    """The label that is meant: TLP:AMBER+STRICT, AMBER+STRICT or amber_strict; None when it is none."""
    name = text.strip().upper().replace("_", "+")
    return _CODES.get(name if name.startswith("TLP:") else f"TLP:{name}")


def label_line(label: str) -> str:
    """The line that says the label to everyone who opens the file; reading takes it out again."""
    return f"> **{LABEL_NAMES[label]}**"


def is_label_line(line: str) -> bool:
    return label_of_line(line) is not None


def label_of_line(line: str) -> str | None:
    match = _LINE.fullmatch(line)
    return label_code(match[1]) if match else None
