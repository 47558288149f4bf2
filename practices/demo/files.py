"""The data files of the practices' part of the demonstration."""

from collections.abc import Mapping
from pathlib import Path

from alliance.demo.files import Record, load

DATA = Path(__file__).resolve().parent.parent / "data" / "demo"


def practices() -> Mapping[str, Record]:
    """The practices by the names of their files."""
    return {path.stem: load(path) for path in sorted((DATA / "practices").glob("*.yaml"))}


def read(name: str) -> Record:
    """One of the files that are of no single practice."""
    return load(DATA / name)
