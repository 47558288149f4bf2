"""In whose name letters go out. Upper floors know; the settings stand in where they say nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the sender is called, the address in From, where a person can write to, and where replies go."""

    name: str = ""
    sender: str = ""
    contact: str = ""
    reply_to: str = ""  # empty: to the sender

    @property
    def from_line(self) -> str:
        """What stands in From."""
        return self.sender or str(settings.DEFAULT_FROM_EMAIL)


_FROM_ABOVE: list[Callable[[], Letterhead]] = []


def letterhead_comes_from(find: Callable[[], Letterhead]) -> None:
    """Name the function that says in whose name letters go out now."""
    _FROM_ABOVE[:] = [find]


def letterhead() -> Letterhead:
    """In whose name letters go out now."""
    return _FROM_ABOVE[0]() if _FROM_ABOVE else Letterhead()


def host() -> str:
    """The portal's own name in the net, for identifiers of letters and lists."""
    return urlsplit(settings.ORIGIN).hostname or "localhost"
