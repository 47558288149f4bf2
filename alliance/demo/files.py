"""The data files of the demonstration and of the examples."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent / "data"
CHARTERS = DATA / "charters"
EXAMPLES = DATA / "examples"

Record = dict[str, Any]  # what a data file says of one thing


@cache
def read(name: str) -> Record:
    """The content of one file of the demonstration, read once."""
    found: Record = yaml.safe_load((DATA / "demo" / name).read_text(encoding="utf-8"))
    return found


def members() -> list[Record]:
    """The members, by their addresses."""
    return [read(f"members/{path.name}") for path in sorted((DATA / "demo" / "members").glob("*.yaml"))]
