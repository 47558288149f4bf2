"""Plain text from the HTML of a letter's blocks, which know a dozen elements."""

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "h2", "ul", "dl"}
_LINES = {"li", "dt"}
_INLINE = {"a", "b", "br", "code", "dd", "span", "strong"}
_SPACE = re.compile(r"[ \t\n\r\f]+")  # what HTML counts as space: no-break spaces stay


def to_text(html: str) -> str:
    """The text of the HTML, with entities decoded and without markup.

    A blank line surrounds paragraphs, headings and lists. An item begins with "- ", and its further lines are
    indented; a term ends with ": "; a link's address follows its words on a line of its own. Raises ValueError for an
    element that has no rule here.
    """
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    parser.end_line()
    return "\n".join(parser.lines).strip()


class _TextParser(HTMLParser):
    """Collects `lines`; the words of the line that has not ended, and the address of its link, wait."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._indent = self._words = self._href = self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS | _LINES:
            self.end_line(blank=tag in _BLOCKS)
        elif tag not in _INLINE:
            raise ValueError(f"No rule how <{tag}> becomes plain text")
        if tag == "li":
            self._indent = "- "
        elif tag == "a":
            self._href = dict(attrs).get("href") or ""
        elif tag == "br":
            self.end_line(blank=not (self._words.strip() or self._address))

    def handle_endtag(self, tag: str) -> None:
        if tag == "dt":
            self._words += ": "
        elif tag == "a":
            self._address = self._href
        elif tag in _BLOCKS | _LINES:
            self.end_line(blank=tag in _BLOCKS)
            self._indent = ""

    def handle_data(self, data: str) -> None:
        if self._address and data.strip():
            self.end_line()
        self._words += data

    def end_line(self, *, blank: bool = False) -> None:
        """Begin a new line, with a blank one before it if asked for; two blank lines never follow each other."""
        for line in filter(None, (_SPACE.sub(" ", self._words).strip(" "), self._address)):
            self.lines.append(self._indent + line)
            self._indent = "  " if self._indent else ""
        if blank and self.lines and self.lines[-1]:
            self.lines.append("")
        self._words = self._address = ""
