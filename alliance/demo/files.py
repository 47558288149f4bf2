"""The data files of the demonstration and of the examples."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent / "data"
CHARTERS = DATA / "charters"
EXAMPLES = DATA / "examples"

# the safe loader in C where there is one: ten times as quick
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Record = dict[str, Any]  # what a data file says of one thing


@cache
def read(name: str) -> Record:
    """The content of one file of the demonstration, read once."""
    found: Record = yaml.load((DATA / "demo" / name).read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe one
    return found


def members() -> list[Record]:
    """The members, by their addresses."""
    return [read(f"members/{path.name}") for path in sorted((DATA / "demo" / "members").glob("*.yaml"))]
