"""What is wrong with the lines of a file: all of it at once, each with its line."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError

_NAMED_FAULTS = 10  # in the sentence; a report has more
MAX_FAULTS = 200


@dataclass(frozen=True, slots=True)
class LineFault:
    """One line of a file, and what is wrong with it; line 0 is the file as a whole."""

    line: int
    message: str


class FileRefused(DomainError):
    """The file is refused; nothing of it is stored."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        self.faults = list(faults)[:MAX_FAULTS]
        sentences = [
            _("Line %(line)d: %(message)s") % {"line": fault.line, "message": fault.message}
            if fault.line
            else fault.message
            for fault in self.faults[:_NAMED_FAULTS]
        ]
        left = len(faults) - len(sentences)
        if left > 0:
            sentences.append(_("And %(count)d more.") % {"count": left})
        super().__init__(" ".join(sentences), field="file")


def refuse(message: str, line: int = 0) -> FileRefused:
    """The refusal of a file for one reason."""
    return FileRefused([LineFault(line, message)])


def decode(raw: bytes, *, limit: int) -> str:
    """The text of a file; refuses an empty one, one above `limit` bytes, and what is no text in UTF-8."""
    if len(raw) > limit:
        raise refuse(_("The file is larger than %(size)d MB.") % {"size": limit // (1024 * 1024)})
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise refuse(_("This is not UTF-8. Save the file in UTF-8 encoding."), line) from error
    if not text.strip():
        raise refuse(_("The file is empty."))
    if "\x00" in text:
        raise refuse(_("This is not a text file."))
    return text.replace("\r\n", "\n").replace("\r", "\n")
