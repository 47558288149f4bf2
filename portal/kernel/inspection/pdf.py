"""A PDF: every object in the file is looked at, also those that no table lists and those packed into others."""

import io
import itertools
import logging
import re
from collections.abc import Iterator, Mapping

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
from portal.kernel.inspection.pdf_faults import ADDRESS_KEYS, FILE_KEYS, dictionary_fault
from portal.kernel.inspection.pdf_pages import page_of
from portal.kernel.inspection.refusal import Place, Refusal

_MAX_OBJECTS = 200_000
_MAX_DEPTH = 50
_SPACE = rb"[\0\t\n\f\r ]"
_SPACES = re.compile(_SPACE + rb"*")
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})" + _SPACE + rb"+(\d{1,5})" + _SPACE + rb"+obj")
_DECISIVE_KEYS = tuple(f" {key}" for key in ("/S", "/Subtype", "/Type", *ADDRESS_KEYS, *FILE_KEYS))
# What printer drivers say twice, and what leads nowhere whichever of the two a program takes.
_APPEARANCE_KEYS = (
    " /Rotate", " /Group", " /PageMode", " /PageLayout", " /Lang", " /MediaBox", " /CropBox", " /BleedBox", " /TrimBox",
    " /ArtBox", " /Title", " /Author", " /Subject", " /Keywords", " /Creator", " /Producer", " /CreationDate",
    " /ModDate",
)  # fmt: skip
_ERROR = re.compile(r"\w+(?:Error|Exception)\(")  # how the library names one that it has survived
_AFTER_OBJECT = re.compile(
    rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*(?:endobj|endstream|xref|trailer|startxref|\d+\s+\d+\s+obj|\Z)"
)
_AFTER_PACKED = re.compile(rb"(?:[\0\t\n\f\r ]|%[^\r\n]*(?:[\r\n]|\Z))*")
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
    warnings, logger = _Warnings(), logging.getLogger("pypdf")
    logger.addHandler(warnings)
    try:
        _inspect_document(content)
    finally:
        logger.removeHandler(warnings)
    if warnings.fault:
        raise Refusal(warnings.fault)
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


class _Warnings(logging.Handler):
    """What the library says of a dictionary that other programs read differently; it swallows what is raised here.

    Of a key that stands twice it drops the second value, unseen, and others obey that one. What is no value ends the
    dictionary for the library: it drops the rest, and others go on.
    """

    fault = ""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        is_said_twice = "Multiple definitions" in message
        if is_said_twice and message.endswith(_DECISIVE_KEYS):
            self.fault = self.fault or "pdf-acts"
        elif (is_said_twice and not message.endswith(_APPEARANCE_KEYS)) or _ERROR.match(message):
            self.fault = self.fault or "unreadable"


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
    places_by_shape = {match.start(): match for match in _OBJECT.finditer(content)}
    if any(_is_odd_header(content, place, places_by_shape) for place in places):
        raise Refusal("unreadable")
    for place, match in places_by_shape.items():
        name = int(match[1]), int(match[2])
        for node in _object_at(reader, content, match.end()):
            if place not in places:
                yield name, node
                yield from _packed_objects(reader, node, must_be_read=False)


def _is_odd_header(content: bytes, place: int, places_by_shape: Mapping[int, object]) -> bool:
    """Whether the table leads to an object whose header only some programs take for one."""
    header = _SPACES.match(content, place)
    begin = header.end() if header else place
    return content[begin : begin + 1] in b"0123456789%" and not any(
        each in places_by_shape for each in range(place, begin + 1)
    )


def _object_at(reader: pypdf.PdfReader, content: bytes, place: int) -> Iterator[PdfObject]:
    """What stands there, listed or not; whatever is no dictionary may be chance, and no object.

    A dictionary or an array must be read to its end: the library leaves it at signs that others pass over.
    """
    stream = io.BytesIO(content)
    spaces = _SPACES.match(content, place)
    begin = spaces.end() if spaces else place
    stream.seek(begin)
    is_structure = content[begin : begin + 2] == b"<<" or content[begin : begin + 1] == b"["
    try:
        node = read_object(stream, reader)
    except LimitReachedError as error:
        raise Refusal("too-slow") from error
    except _FAILURES as error:
        if is_structure:
            raise Refusal("unreadable") from error
        return
    if is_structure and not _AFTER_OBJECT.match(content, stream.tell()):
        raise Refusal("unreadable")
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
    places = [int(first) + place for place in numbers[1::2]]
    ends = dict(itertools.pairwise([*sorted(set(places)), len(data)]))
    for number, place in zip(numbers[::2], places, strict=False):
        stream = io.BytesIO(data)
        stream.seek(place)
        packed = read_object(stream, reader)
        rest = _AFTER_PACKED.match(data, stream.tell())
        if isinstance(packed, DictionaryObject | ArrayObject) and rest and rest.end() < ends[place]:
            raise ValueError(place)
        yield (number, 0), packed


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
