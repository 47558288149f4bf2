"""A share of what is looked at in a browser, by name: one run looks at it, and the next ones at the others."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Self, TypeVar
from zlib import crc32

Each = TypeVar("Each")


class Share(NamedTuple):
    """The `number`-th of so many; each name is in one of them."""

    number: int = 1
    of: int = 1

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `2/3`. Raises ValueError for anything else, and for a share that there is not."""
        number, of = map(int, text.split("/"))
        if not 1 <= number <= of:
            raise ValueError(f"{text} is no share: the first of three is 1/3")
        return cls(number, of)

    def part(self, every: Iterable[Each], name: Callable[[Each], str]) -> list[Each]:
        return [each for each in every if crc32(name(each).encode()) % self.of == self.number - 1]
