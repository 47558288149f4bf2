"""One practice as one Markdown file: read with each fault on its line, written without loss (no database here)."""

from practices.files.document import Handling, Note, Place, PracticeFaults, PracticeFile, Relation
from practices.files.labels import LABEL_NAMES
from practices.files.reading import LARGEST_FILE, read
from practices.files.writing import write, written_json

__all__ = [
    "LABEL_NAMES",
    "LARGEST_FILE",
    "Handling",
    "Note",
    "Place",
    "PracticeFaults",
    "PracticeFile",
    "Relation",
    "read",
    "write",
    "written_json",
]
