"""One practice as one Markdown file: read with each fault on its line, written without loss (no database here)."""

from practices.files.labels import LABEL_NAMES
from practices.files.model import (
    FileRelation,
    Handling,
    ImportNote,
    PracticeFaults,
    PracticeFile,
    SectionPlacement,
)
from practices.files.output import format_json, format_markdown
from practices.files.parsing import MAX_FILE_SIZE, parse_practice_file

__all__ = [
    "LABEL_NAMES",
    "MAX_FILE_SIZE",
    "FileRelation",
    "Handling",
    "ImportNote",
    "PracticeFaults",
    "PracticeFile",
    "SectionPlacement",
    "format_json",
    "format_markdown",
    "parse_practice_file",
]
