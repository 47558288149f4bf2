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
    head, *parts = _SECTION.split(page.read_text()) if page.exists() else [""]
    sections = {title: body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)}
    sections[title] = text.strip()
    head = _HEAD if page == PAGE else f"{head.strip()}\n"
    page.write_text("\n".join([head, *(f"## {name}\n\n{body}\n" for name, body in sections.items())]))
    return sections[title]


def write_head(text: str, page: Path) -> None:
    """Write what a page begins with, and leave the sections that others have written as they are."""
    first_section = _SECTION.search(page.read_text()) if page.exists() else None
    sections = page.read_text()[first_section.start() :] if first_section else ""
    page.write_text("\n".join(filter(None, [text.strip() + "\n", sections])))


def measured_by(name: str) -> str:
    """By which command, when, on what machine."""
    return (
        f"Measured by `python3 manage.py bench {name}` on {date.today().isoformat()},"
        f" on {cpu_count()} cores ({platform.machine()})."
    )
