"""The page of figures: each bench writes its own section, and leaves those of the others as they are."""

import platform
import re
from datetime import date
from os import cpu_count
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
_HEAD = """# How fast it is

Written by `python3 manage.py bench`, each section by a run of its own. Everything runs on one machine: load,
application, database. Absolute figures hold for that machine; carry the ratios.
"""
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def write_section(title: str, text: str, page: Path = PAGE) -> str:
    """Write a section in the place of the earlier one of this title, else at the end; returns the section."""
    _head, *parts = _SECTION.split(page.read_text()) if page.exists() else [""]
    sections = {title: body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)}
    sections[title] = text.strip()
    page.write_text("\n".join([_HEAD, *(f"## {name}\n\n{body}\n" for name, body in sections.items())]))
    return sections[title]


def measured_by(name: str) -> str:
    """By which command, when, on what machine."""
    return (
        f"Measured by `python3 manage.py bench {name}` on {date.today().isoformat()},"
        f" on {cpu_count()} cores ({platform.machine()})."
    )
