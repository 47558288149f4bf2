"""What a text holds that pages will show differently from what its writer may expect; nothing of it acts."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from practices.files.document import Note

# Counted, so that a long line without an end is read once.
_HTML = re.compile(r"<[A-Za-z/!?]")
_CODE = re.compile(r"`[^`\n]*`")
_ACTING = re.compile(r"\]\(\s{0,20}<?\s{0,20}(?:javascript|vbscript|data|file):", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\(")
_MOST = 20


def warnings_in(lines: Sequence[str], first: int) -> list[Note]:
    """Notes on HTML, on links that would run something, and on pictures, in the lines from `first` on."""
    found = [
        note for place, line in enumerate(lines[first:], start=first + 1) for note in _of_line(line, place)
    ]
    return found[:_MOST]


def _of_line(line: str, number: int) -> Iterator[Note]:
    text = _CODE.sub("", line)
    if _ACTING.search(text):
        yield Note(number, "", _("This link leads to no web page: it is shown as text."))
    if _HTML.search(text):
        yield Note(number, "", _("HTML is shown as text and does nothing."))
    if _PICTURE.search(text):
        yield Note(number, "", _("Pictures are not shown: the address becomes a link."))
