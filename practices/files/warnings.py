"""What a text holds that pages will show differently from what its writer may expect; nothing of it acts."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from practices.files.model import ImportNote

# Counted, so that a long line without an end is read once.
_HTML = re.compile(r"<[A-Za-z/!?]")
_CODE = re.compile(r"`[^`\n]*`")
_SCRIPT_LINK = re.compile(r"\]\(\s{0,20}<?\s{0,20}(?:javascript|vbscript|data|file):", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\(")
_MAX_WARNINGS = 20


def import_warnings_in(lines: Sequence[str], first: int) -> list[ImportNote]:
    """Notes on HTML, on links that would run something, and on pictures, in the lines from `first` on."""
    notes = [
        note
        for place, line in enumerate(lines[first:], start=first + 1)
        for note in _warnings_of_line(line, place)
    ]
    return notes[:_MAX_WARNINGS]


def _warnings_of_line(line: str, number: int) -> Iterator[ImportNote]:
    text = _CODE.sub("", line)
    if _SCRIPT_LINK.search(text):
        yield ImportNote(number, "", _("This link does not lead to a web page, so it is shown as text."))
    if _HTML.search(text):
        yield ImportNote(number, "", _("HTML is shown as text and has no effect."))
    if _IMAGE.search(text):
        yield ImportNote(number, "", _("Images are not shown: a link to the image appears instead."))
