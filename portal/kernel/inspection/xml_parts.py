"""XML read as a stream: elements are handed on as they come, and nothing that grows is read."""

from collections.abc import Callable, Iterable
from typing import NoReturn
from xml.parsers import expat

from portal.kernel.inspection.refusal import Place, Refusal

OnText = Callable[[str], None]
OnStart = Callable[[str, str, dict[str, str]], OnText | None]
_SEPARATOR = "\n"  # never part of a namespace's name
_MAX_TEXT = 32_768  # characters; a formula has up to 8,192


def read_xml(chunks: Iterable[bytes], where: Place, on_start: OnStart) -> None:
    """Call `on_start` with namespace, name and attributes of each element.

    It returns what is called with the element's whole text, where that is wanted. Raises Refusal for what is not XML,
    or declares a document type: entities could make it grow, or fetch.
    """
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartDoctypeDeclHandler = lambda *_declared: _refuse("xml-document-type", where)
    reader = _Reader(parser, where, on_start)
    parser.StartElementHandler = reader.start
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refusal("unreadable", where) from error


class _Reader:
    """Collects the text of one element at a time; those whose text is wanted hold nothing but text."""

    def __init__(self, parser: expat.XMLParserType, where: Place, on_start: OnStart) -> None:
        self._parser, self._where, self._on_start = parser, where, on_start
        self._text: list[str] = []
        self._size = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _separator, local = name.rpartition(_SEPARATOR)
        on_text = self._on_start(namespace, local, attributes)
        if on_text is not None:
            self._text, self._size = [], 0
            self._parser.CharacterDataHandler = self._collect
            self._parser.StartElementHandler = lambda *_inner: _refuse("unreadable", self._where)
            self._parser.EndElementHandler = lambda _name: self._finish(on_text)

    def _collect(self, text: str) -> None:
        self._text.append(text)
        self._size += len(text)
        if self._size > _MAX_TEXT:
            raise Refusal("unreadable", self._where)

    def _finish(self, on_text: OnText) -> None:
        self._parser.CharacterDataHandler = None
        self._parser.EndElementHandler = None
        self._parser.StartElementHandler = self.start
        on_text("".join(self._text))


def _refuse(code: str, where: Place) -> NoReturn:
    raise Refusal(code, where)
