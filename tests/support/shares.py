"""A share of what takes long to ask, by name: one run asks it, and the next ones the others."""

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

    def has(self, name: str) -> bool:
        return crc32(name.encode()) % self.of == self.number - 1

    def part(self, every: Iterable[Each], name: Callable[[Each], str] = str) -> list[Each]:
        return [each for each in every if self.has(name(each))]
