"""What each client has done, as it saw it: begun, answered, acknowledged."""

import itertools
import time
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock


class Kind(StrEnum):
    """What people do meanwhile."""

    SUBMIT = "submit"
    UPLOAD = "upload"
    PLEDGE = "pledge"
    SIGN = "sign"
    COMMENT = "comment"
    REVIEW = "review"
    PUBLISH = "publish"


@dataclass(slots=True)
class Act:
    """One act: `mark` stands in its text, `subject` is the row that it is done to, `sha256` what was uploaded."""

    kind: Kind
    mark: str
    person: int
    subject: int = 0
    sha256: str = ""
    size: int = 0
    began: float = field(default_factory=time.monotonic)
    tries: int = 0
    acknowledged: float | None = None
    location: str = ""
    put_off: list[str] = field(default_factory=list)  # what was said where it was to be tried again
    refusal: str = ""


class Ledger:
    """All acts of a run, in the order in which they were begun."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._number = itertools.count(1)
        self.acts: list[Act] = []

    def open(self, kind: Kind, person: int, subject: int = 0) -> Act:
        """A new act with a mark of its own."""
        with self._lock:
            act = Act(kind, f"chaos-{next(self._number):05}", person, subject)
            self.acts.append(act)
        return act

    @property
    def acknowledged(self) -> list[Act]:
        return [act for act in self.acts if act.acknowledged is not None]
