"""The data files of the demonstration and of the examples."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent / "data"
CHARTERS = DATA / "charters"
EXAMPLES = DATA / "examples"

# the safe loader in C where there is one: ten times as quick
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Record = dict[str, Any]  # the entry of a data file
Act = Callable[[], object]


@cache
def load(path: Path) -> Record:
    """The content of one file, read once."""
    record: Record = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    return record


def read(name: str) -> Record:
    """The content of one file of the demonstration."""
    return load(DATA / "demo" / name)


def members() -> list[Record]:
    """The members, by their addresses."""
    return [read(f"members/{path.name}") for path in sorted((DATA / "demo" / "members").glob("*.yaml"))]


def has_filed(member: Record, number: int) -> bool:
    """Whether the member filed for this half-year, by its verdicts: `-` means that there is no report."""
    letters: str = next(iter(member["verdicts"].values()))
    return letters[min(number, len(letters)) - 1] != "-"
