"""From bytes to lines: the size, the encoding, and where the front matter ends."""

from django.utils.translation import gettext as _

from portal.kernel.text.strict_yaml import FaultCollector

MAX_FILE_SIZE = 1024 * 1024
MAX_FRONT_MATTER = 64 * 1024  # characters; it is read by a slow parser
_FENCE, _ENDS = "---", ("---", "...")


def read_lines(raw: bytes | str, findings: FaultCollector) -> list[str]:
    """The lines of the file; raises where it cannot be read at all. Only line feeds part lines."""
    if len(raw) > MAX_FILE_SIZE:
        _raise_fault(_("The file is larger than 1 MB. A practice file holds text only."), 1, findings)
    text = raw if isinstance(raw, str) else _decoded(raw, findings)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        _raise_fault(_("The file is empty."), 1, findings)
    if "\x00" in text:
        _raise_fault(
            _("This is not a text file. Save it as Markdown in UTF-8."),
            text[: text.index("\x00")].count("\n") + 1,
            findings,
        )
    return text.split("\n")


def _decoded(raw: bytes, findings: FaultCollector) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        _raise_fault(_("This is not UTF-8. Save the file in UTF-8 encoding."), line, findings)
    return ""


def _raise_fault(message: str, line: int, findings: FaultCollector) -> None:
    findings.add_fault("", message, at=line)
    raise findings.as_error()


def front_matter_of(lines: list[str], findings: FaultCollector) -> tuple[str | None, int]:
    """The text of the front matter, on the lines where it stands, and the place of the first line after it."""
    if lines[0].rstrip() != _FENCE:
        return None, 0
    for place, line in enumerate(lines[1:], start=1):
        if line.rstrip() in _ENDS:
            front_matter = "\n".join(["", *lines[1:place]])
            if len(front_matter) > MAX_FRONT_MATTER:
                message = _("The front matter is larger than 64 kB. Long texts belong below it.")
                _raise_fault(message, 1, findings)
            return front_matter, place + 1
    _raise_fault(
        _("The front matter that begins here has no end: a second line “---” is missing."), 1, findings
    )
    return None, 0
