"""What every drawing has: a checked name, a title, a description, its SVG, and the table behind it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


@dataclass(frozen=True)
class Table:
    """The same facts in words and figures: the first cell of each row is its heading.

    `urls` has an address for each cell of each row, empty where it leads nowhere; none where no cell leads anywhere.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    urls: Sequence[Sequence[str]] = ()

    @property
    def linked_rows(self) -> list[list[tuple[str, str]]]:
        """The rows as pairs of text and address."""
        urls = self.urls or [[""] * len(row) for row in self.rows]
        return [list(zip(row, links, strict=True)) for row, links in zip(self.rows, urls, strict=True)]


@dataclass(frozen=True, kw_only=True)
class Drawing(ABC):
    """A picture that a server draws; `name` makes its ids and must be unique on the page."""

    name: str
    title: str
    description: str = ""

    template: ClassVar[str] = ""  # of a kind that makes its SVG by itself
    scrolls: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(f"{self.name!r} cannot make an id: use letters, digits, - and _")

    @cached_property
    def svg(self) -> SafeString:
        """The SVG element: print colours in attributes, classes for the web, nothing inline to refuse."""
        text = render_to_string(f"components/charts/{self.template}", {"chart": self})
        return mark_safe(re.sub(r">\s+<", "><", text.strip()))  # the template has escaped every value

    @property
    def has_points(self) -> bool:
        """Whether its points lead somewhere: then it is a group of links, else one image."""
        return False

    @property
    def words(self) -> str:
        """The description for screen readers: the caller's, or one made from the facts."""
        return self.description

    @property
    @abstractmethod
    def table(self) -> Table:
        """The facts of the drawing as a table."""

    @property
    def narrow(self) -> "Drawing | None":
        """The same facts drawn for a narrow column, where shrinking would make the words too small."""
        return None
