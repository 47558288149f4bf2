"""A PDF: every object in the file is looked at, also those that no table lists and those packed into others."""

import io
import logging
import re
from collections.abc import Iterator

import pypdf
import pypdf.filters
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    PdfObject,
    StreamObject,
    read_object,
)

from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.pdf_faults import dictionary_fault
from portal.kernel.inspection.pdf_pages import page_of
from portal.kernel.inspection.refusal import Place, Refusal

_MAX_OBJECTS = 200_000
_MAX_DEPTH = 50
_SPACE = rb"[\0\t\n\f\r ]"
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})" + _SPACE + rb"+(\d{1,5})" + _SPACE + rb"+obj")
_FAILURES = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
    RecursionError,
)

Name = tuple[int, int]  # number and generation


def inspect(content: bytes) -> Answer:
    """Refuse passwords, programs, what acts or sends, files inside, media, and what leads to files outside."""
    warnings, logger = _AmbiguousDictionary(), logging.getLogger("pypdf")
    logger.addHandler(warnings)
    try:
        _inspect_document(content)
    finally:
        logger.removeHandler(warnings)
    return Answer()


def _inspect_document(content: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Refusal("encrypted")
    len(reader.pages)
    for count, (name, node) in enumerate(_all_objects(reader, content), start=1):
        if count > _MAX_OBJECTS:
            raise Refusal("too-slow")
        try:
            _inspect(node)
        except Refusal as refusal:
            raise Refusal(refusal.code, Place(page=page_of(reader, name))) from refusal
    _inspect(reader.trailer)


class _AmbiguousDictionary(logging.Handler):
    """What it does is said twice in one dictionary: programs differ in which of the two they obey."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if "Multiple definitions" in message and message.endswith(("/S", "/Subtype", "/URI", "/Type")):
            raise Refusal("pdf-acts")


# --- All there are ---------------------------------------------------------------------------


def _all_objects(reader: pypdf.PdfReader, content: bytes) -> Iterator[tuple[Name, PdfObject]]:
    places = set()
    # an object is named by number and generation; one asked for under another generation is not found
    names = sorted((number, generation) for generation, table in reader.xref.items() for number in table)
    packed = {stream for stream, _index in reader.xref_objStm.values()}
    for name in names:
        places.add(reader.xref[name[1]][name[0]])
        node = reader.get_object(IndirectObject(*name, reader))
        if node is not None:
            yield name, node
            yield from _packed_objects(reader, node, must_be_read=name[0] in packed)
    for number in sorted(reader.xref_objStm):
        node = reader.get_object(IndirectObject(number, 0, reader))
        if node is not None:
            yield (number, 0), node
    for match in _OBJECT.finditer(content):
        if match.start() in places:
            continue
        name = int(match[1]), int(match[2])
        for node in _unlisted_object(reader, content, match.end()):
            yield name, node
            yield from _packed_objects(reader, node, must_be_read=False)


def _unlisted_object(reader: pypdf.PdfReader, content: bytes, place: int) -> Iterator[PdfObject]:
    """What stands there of an earlier revision, or hidden from the table; often it is chance, and no object."""
    stream = io.BytesIO(content)
    stream.seek(place)
    while (sign := stream.read(1)) and sign in b"\0\t\n\f\r ":
        pass
    stream.seek(-1, io.SEEK_CUR)
    try:
        node = read_object(stream, reader)
    except LimitReachedError as error:
        raise Refusal("too-slow") from error
    except _FAILURES:
        return
    yield node


def _packed_objects(
    reader: pypdf.PdfReader, node: PdfObject, *, must_be_read: bool
) -> Iterator[tuple[Name, PdfObject]]:
    """The objects that a stream holds, whether or not the table takes them from it."""
    if not isinstance(node, StreamObject) or not {"/N", "/First"} <= node.keys():
        return
    try:
        yield from _read_packed(reader, node)
    except LimitReachedError as error:
        raise Refusal("too-slow") from error
    except _FAILURES as error:
        if must_be_read:
            raise Refusal("unreadable") from error


def _read_packed(reader: pypdf.PdfReader, node: StreamObject) -> Iterator[tuple[Name, PdfObject]]:
    data = node.get_data()
    first = node["/First"]
    if not isinstance(first, NumberObject):
        raise ValueError(first)
    numbers = [int(word) for word in data[:first].split()]
    for number, place in zip(numbers[::2], numbers[1::2], strict=False):
        stream = io.BytesIO(data)
        stream.seek(int(first) + place)
        yield (number, 0), read_object(stream, reader)


# --- One of them -----------------------------------------------------------------------------


def _inspect(node: object, depth: int = 0) -> None:
    if depth > _MAX_DEPTH:
        raise Refusal("unreadable")
    if isinstance(node, DictionaryObject):
        if code := dictionary_fault(node):
            raise Refusal(code)
        for value in dict.values(node):
            _inspect(value, depth + 1)
    elif isinstance(node, ArrayObject):
        for value in list.__iter__(node):
            _inspect(value, depth + 1)
