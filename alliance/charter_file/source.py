"""From bytes to text: size, encoding, and the characters that have no place in a charter file."""

import re

from django.utils.translation import gettext as _

from alliance.charter_file.limits import MAX_FILE_SIZE
from portal.kernel.text.strict_yaml import FaultCollector

# What YAML itself refuses, and the rarer line ends that would make line numbers disagree with the editor's.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
LINE_END = re.compile("\r\n|\r|\n")


def empty_file_message() -> str:
    """The message for an empty file."""
    return _("The file is empty. Begin with “format: 1”.")


def read_text(raw: bytes, findings: FaultCollector) -> str:
    """Decode the file and note tabs and control characters; raises where it cannot be read at all."""
    if len(raw) > MAX_FILE_SIZE:
        findings.add_fault("", _("The file is larger than 2 MB."))
        raise findings.as_error()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(LINE_END.findall(raw[: error.start].decode("utf-8-sig", "replace"))) + 1
        findings.add_fault("", _("This is not UTF-8. Save the file in UTF-8 encoding."), line)
        raise findings.as_error() from error
    if not text.strip():
        findings.add_fault("", empty_file_message())
        raise findings.as_error()
    if "\t" in text or FORBIDDEN.search(text):
        _note_characters(text, findings)
        text = FORBIDDEN.sub(" ", text).replace("\t", "  ")
    return text


def _note_characters(text: str, findings: FaultCollector) -> None:
    for number, line in enumerate(LINE_END.split(text), start=1):
        if "\t" in line:
            findings.add_fault("", _("There is a tab on this line. Indent YAML with spaces."), number)
        if match := FORBIDDEN.search(line):
            code = f"U+{ord(match.group()):04X}"
            findings.add_fault(
                "", _("There is a control character on this line (%(code)s)."), at=number, code=code
            )
