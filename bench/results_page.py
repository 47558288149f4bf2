"""The page of figures: each bench writes its own section, and leaves those of the others as they are."""

import os
import platform
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
_HEAD = """# How fast it is

Written by `python3 manage.py bench`, which without a name makes all sections of this page in one run, but for what
`bench cluster` says. Each says by which run it was written, of all or of its bench by itself; those of one run have the
same beginning. Everything runs on one machine: load, application, database. Absolute figures hold for that machine;
carry the ratios.
"""
# set by `manage.py bench` for all benches of one run: when it began, and of which commit
RUN = "BENCH_RUN"
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def write_section(title: str, text: str, page: Path = PAGE) -> str:
    """Write a section in the place of the earlier one of this title, else at the end; returns the section."""
    head, sections = _divide(page)
    sections[title] = text.strip()
    _write(page, _HEAD if page == PAGE else head, sections)
    return sections[title]


def write_sections(head: str, sections: Mapping[str, str], page: Path, without: Collection[str] = ()) -> None:
    """Write a page's head and these sections, by title; those that others have written, also by hand, stay.

    `without`: the titles of what was written of an earlier run, and goes.
    """
    earlier = {title: text for title, text in _divide(page)[1].items() if title not in without}
    _write(page, head, {**earlier, **sections})


def read_figure(title: str, pattern: str, page: Path = PAGE) -> float | None:
    """A figure that another bench has written in its section; None where it is not there."""
    match = re.search(pattern, _divide(page)[1].get(title, ""))
    return float(match[1].replace(",", "")) if match else None


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
    """By which command, when, on what machine, and how busy that was."""
    run = os.environ.get(RUN, "")
    command = f"`python3 manage.py bench{'' if run else f' {name}'}`"
    when = f"in the run of all benches begun on {run}" if run else f"by itself on {today()}"
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"Measured by {command} {when}, on {os.cpu_count()} cores ({platform.machine()});"
        f" load of the machine at its end {load}."
    )


def today() -> str:
    """The day by UTC, whatever the alliance's time zone."""
    return datetime.now(UTC).date().isoformat()
