"""The page of figures: each bench writes its own section, and leaves those of the others as they are."""

import platform
import re
from collections.abc import Mapping
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
    head, sections = _divide(page)
    sections[title] = text.strip()
    _write(page, _HEAD if page == PAGE else head, sections)
    return sections[title]


def write_sections(head: str, sections: Mapping[str, str], page: Path) -> None:
    """Write a page's head and these sections, by title; those that others have written, also by hand, stay."""
    _write(page, head, {**_divide(page)[1], **sections})


def _divide(page: Path) -> tuple[str, dict[str, str]]:
    head, *parts = _SECTION.split(page.read_text()) if page.exists() else [""]
    return head, dict(zip(parts[::2], parts[1::2], strict=True))


def _write(page: Path, head: str, sections: Mapping[str, str]) -> None:
    parts = (f"## {title}\n\n{body.strip()}\n" for title, body in sections.items())
    page.write_text("\n".join([f"{head.strip()}\n", *parts]))


def write_head(text: str, page: Path) -> None:
    """Write what a page begins with, and leave the sections that others have written as they are."""
    write_sections(text, {}, page)


def measured_by(name: str) -> str:
    """By which command, when, on what machine."""
    return (
        f"Measured by `python3 manage.py bench {name}` on {date.today().isoformat()},"
        f" on {cpu_count()} cores ({platform.machine()})."
    )
