"""What a file of a practice holds once it is read: the content, how it is handled, and what its reader should know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.kernel.text.strict_yaml import FileFaults
from practices.content import Content, with_stated


class PracticeFaults(FileFaults):
    """The file is refused; nothing of it becomes a practice."""


@dataclass(frozen=True, slots=True)
class FileRelation:
    """Another practice that this one derives from, merges or replaces, by its key."""

    kind: str
    practice: str


@dataclass(frozen=True, slots=True)
class FileReaders:
    """Who is named: slugs of organisations, names of working groups, names of people. A file only names them.

    And who reads as an affiliate: slugs of the affiliate and of the organisation through which it reads, in one text.
    """

    organisations: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    affiliates: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.organisations or self.groups or self.people or self.affiliates)


@dataclass(frozen=True, slots=True)
class Handling:
    """What a file holds besides the content. `version` and `source` are for people; `label` is a code of ours."""

    label: str = ""
    language: str = ""
    key: str = ""
    version: int | None = None
    source: str = ""
    expires_on: str = ""
    readers: FileReaders = FileReaders()
    relations: tuple[FileRelation, ...] = ()
    translation_of: str = ""  # the key of the practice of which the file says the texts in another language


@dataclass(frozen=True, slots=True)
class ImportNote:
    """A warning: no fault, but the importer should know of it."""

    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class SectionPlacement:
    """Where a section of a file without front matter has gone: the field, and whether it was recognised."""

    line: int
    heading: str
    field: str
    recognised: bool


@dataclass(frozen=True, slots=True)
class PracticeFile:
    """A file that was read. `content` is clean; `has_front_matter` when it had front matter."""

    content: Mapping[str, Any]
    handling: Handling
    has_front_matter: bool
    notes: tuple[ImportNote, ...] = ()
    placements: tuple[SectionPlacement, ...] = field(default=())
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)  # on which each field begins
    # that the text names in a list or table without saying whether each is allowed: key, title, meaning
    unsure_classes: tuple[Mapping[str, str], ...] = ()

    @property
    def states_language(self) -> bool:
        """Whether the language was stated; otherwise it was detected from the letters."""
        return "language" in self.lines or "lang" in self.lines

    def as_version_of(self, current: Content) -> Content:
        """What a practice says of which this becomes the next version: without front matter it is no whole practice."""
        return self.content if self.has_front_matter else with_stated(current, self.content)
