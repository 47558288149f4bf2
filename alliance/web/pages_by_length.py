"""Pages of a list that hold as many entries as their texts leave room for."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator


class _PageByLength(Page):
    """A page that knows where it begins."""

    first = 0  # the number of its first entry, from 0

    def start_index(self) -> int:
        return self.first + 1 if self.object_list else 0

    def end_index(self) -> int:
        return self.first + len(self.object_list)


class PagesByLength(Paginator):
    """At most so many entries on a page, and so many characters; an entry that is longer has a page of its own."""

    def __init__(
        self, entries: Sequence[Any], most: int, characters: int, length: Callable[[Any], int]
    ) -> None:
        super().__init__(entries, most)
        self.characters, self.length = characters, length

    @cached_property
    def starts(self) -> list[int]:
        """The number of the first entry of each page."""
        starts, used = [0], 0
        for number, entry in enumerate(self.object_list):
            own = self.length(entry)
            if number > starts[-1] and (used + own > self.characters or number - starts[-1] == self.per_page):
                starts.append(number)
                used = 0
            used += own
        return starts

    @cached_property
    def num_pages(self) -> int:
        return len(self.starts)

    def page(self, number: int | str) -> _PageByLength:
        number = self.validate_number(number)
        first, *later = self.starts[number - 1 :]
        page = _PageByLength(self.object_list[first : later[0] if later else self.count], number, self)
        page.first = first
        return page
