"""In whose name letters are sent: as an upper layer says, otherwise by the settings."""

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
        """The value of the From header."""
        return self.sender or str(settings.DEFAULT_FROM_EMAIL)


_SOURCE: list[Callable[[], Letterhead]] = []


def register_letterhead_source(find: Callable[[], Letterhead]) -> None:
    """Register the function that returns the current letterhead."""
    _SOURCE[:] = [find]


def letterhead() -> Letterhead:
    """The current letterhead."""
    return _SOURCE[0]() if _SOURCE else Letterhead()


def host_name() -> str:
    """The portal's own name in the net, for identifiers of letters and lists."""
    return urlsplit(settings.ORIGIN).hostname or "localhost"
