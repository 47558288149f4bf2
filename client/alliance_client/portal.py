"""One portal and one token: what the version of its API is, files that are compared with their digest, waiting."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack
from zoneinfo import ZoneInfo

from alliance_client.desk_models import SupporterImport
from alliance_client.errors import NotFound, PortalTooOld, Refused, TookTooLong
from alliance_client.files import make_place, write_whole
from alliance_client.models import Document, Upload
from alliance_client.transport import API, Options, Transport
from alliance_client.words import say

PAGE = 200  # rows of a list in one answer

T = TypeVar("T", Document, SupporterImport, Upload)


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, to be compared; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


class Portal:
    """One portal, as the owner of one token may use it; without a token, as everybody may."""

    def __init__(
        self, origin: str, token: str = "", *, language: str = "en", **options: Unpack[Options]
    ) -> None:
        """`language` is that of what the portal says."""
        self.transport = Transport(origin, token, language=language, **options)
        self.language = language
        self._root: Mapping[str, Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.transport.close()

    def portal_version(self) -> str:
        """The version of the portal's API; a portal that does not say it yet has 1.0."""
        return str(self._facts().get("version", "1.0"))

    @contextmanager
    def _since(self, needed: str) -> Iterator[None]:
        """Do what portals can since this version of the API. Raises PortalTooOld where an older one refuses it.

        It does not have the address, or does not know a field that is sent.
        """
        try:
            yield
        except (NotFound, Refused):
            portal = self.portal_version()
            if numbers(portal) >= numbers(needed):
                raise
            raise PortalTooOld(
                say(
                    "This portal’s API is {portal}; what you asked for needs {needed}. Its operator can update it.",
                    portal=portal,
                    needed=needed,
                )
            ) from None

    def today(self) -> date:
        """Which day it is where the portal's days end; here, where the portal does not say that or nobody knows it."""
        return datetime.now(self._zone()).date()

    def last_day(self, end: datetime) -> date:
        """The day that a term names which ends at this moment, there: at 24:00 it is still that day."""
        return (end - datetime.resolution).astimezone(self._zone()).date()

    def _zone(self) -> ZoneInfo | None:
        try:
            return ZoneInfo(str(self._facts()["time_zone"]))
        except (KeyError, ValueError, OSError):  # a zone that is not known is a KeyError, too
            return None

    def _facts(self) -> Mapping[str, Any]:
        if self._root is None:
            root = self.transport.read(API)
            self._root = root if isinstance(root, Mapping) else {}
        return self._root

    def _fetch(
        self,
        address: str,
        path: Path,
        sha256: str,
        *,
        overwrite: bool,
        progress: Callable[[int], None] | None = None,
    ) -> Path:
        make_place(path, overwrite=overwrite)

        def fetch() -> None:
            with self.transport.stream(address) as parts:
                write_whole(
                    path, parts, sha256=sha256, overwrite=overwrite, progress=progress or (lambda size: None)
                )

        self.transport.retrying(fetch)
        return path

    def _wait(self, first: T, read: Callable[[], T], within: float, progress: Callable[[T], None]) -> T:
        present, waited, pause = first, 0.0, 0.25
        while present.is_open:
            progress(present)
            if waited > within:
                raise TookTooLong(
                    say(
                        "The portal is still at work after {seconds} s. Try again later: what was begun goes on.",
                        seconds=round(waited),
                    )
                )
            time.sleep(pause)
            waited, pause = waited + pause, min(pause * 1.5, 3.0)
            present = read()
        progress(present)
        return present
