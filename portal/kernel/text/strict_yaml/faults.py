"""Faults of a file that people write: each with its line and its path, collected so that all are reported at once."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.errors import DomainError

MAX_FAULTS = 500
MAX_EXCERPT = 60
MAX_COMPARED, MAX_NAMED = 200, 25


@dataclass(frozen=True)
class Fault:
    """One fault, and where it is; `path` is empty when the file as a whole is meant."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.line), self.path, self.message) if part)


def faulty_file_message(count: int) -> str:
    """The message on a refused file as a whole."""
    message = ngettext(
        "The file has %(count)d error. Nothing was loaded.",
        "The file has %(count)d errors. Nothing was loaded.",
        count,
    )
    return message % {"count": count}


class FileFaults(DomainError):
    """The file is refused; `faults` are all its faults, in the order of its lines."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(faulty_file_message(len(faults)))


@dataclass
class FaultCollector:
    """The state of reading: the faults so far, and the line of each path.

    `error_class` is the error for files of this kind.
    """

    error_class: type[FileFaults] = FileFaults
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def add_fault(self, path: str, message: str, at: int | None = None, **facts: object) -> None:
        """Note a fault, on the line `at` or that of the path; `facts` fill the message's %(names)s.

        Stops the reading when there are so many that more would help nobody.
        """
        self.faults.append(Fault(at or self.line_of(path), path, message % facts if facts else message))
        if len(self.faults) == MAX_FAULTS:
            more = _("Reading stopped here: these are the first %(count)d errors.") % {"count": MAX_FAULTS}
            self.faults.append(Fault(self.faults[-1].line, "", more))
            raise self.as_error()

    def line_of(self, path: str) -> int:
        """The line of the path, or of the nearest parent when the path itself is missing."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)

    def has_path(self, path: str) -> bool:
        return path in self.lines

    def as_error(self) -> FileFaults:
        return self.error_class(tuple(sorted(self.faults, key=lambda fault: fault.line)))


def message_excerpt(text: str) -> str:
    """The text made safe for a message: short, on one line, nothing that a terminal would obey."""
    short = text if len(text) <= MAX_EXCERPT else text[: MAX_EXCERPT - 1] + "…"
    return "".join(sign if sign.isprintable() else "�" for sign in short)


def suggest_word(word: str, known: Iterable[str]) -> str:
    """A sentence with the known word that was probably meant, or with the known words."""
    known = list(known)[:MAX_COMPARED]
    near = difflib.get_close_matches(word[:MAX_EXCERPT], known, n=1)
    if near:
        return _("Did you mean “%(word)s”?") % {"word": near[0]}
    if not known:
        return _("None are defined.")
    words = ", ".join(known[:MAX_NAMED]) + ("…" if len(known) > MAX_NAMED else "")
    return _("Use one of: %(words)s.") % {"words": words}
