"""The line above a table by which Excel is told what separates its cells: `sep=;`."""

import re

# a program that saved the table again may have put it in quotation marks, or filled the row up
_SEPARATOR_LINE = re.compile(
    r'\ufeff?(?:"sep=([,;|\t])"|sep=([,;|\t]))[,;|\t]*[ ]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE
)


def split_separator_line(text: str) -> tuple[str, str]:
    """The separator that the first line names, and the text below it; without such a line "" and the text itself.

    A spreadsheet shows no such line and counts the rows from the next one.
    """
    match = _SEPARATOR_LINE.match(text)
    return (match[1] or match[2], text[match.end() :]) if match else ("", text)
