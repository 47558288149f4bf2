"""Zips that say one thing in their table and another before their entries, or that are larger than they look."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.support.uploads.workbooks import plain

_PART = "xl/worksheets/sheet1.xml"


def _with(name: str, content: bytes, **attributes: int) -> bytes:
    """The plain workbook with one more entry."""
    stream = io.BytesIO(plain())
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    for attribute, value in attributes.items():
        setattr(entry, attribute, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(entry, content)
    return stream.getvalue()


def _headers(raw: bytes, name: str) -> tuple[int, int]:
    """Where the header before the entry stands, and its line in the table of contents."""
    encoded = name.encode()
    return raw.index(encoded) - 30, raw.rindex(encoded) - 46


def _with_field(local: int | None, listed: int | None, form: str, value: int) -> bytes:
    """The plain workbook with a number changed in the header before a part, in its line of the table, or in both."""
    raw = bytearray(plain())
    header, line = _headers(raw, _PART)
    for start, place in ((header, local), (line, listed)):
        if place is not None:
            struct.pack_into(form, raw, start + place, value)
    return bytes(raw)


def _overlapping() -> bytes:
    """An entry in the bytes of another: both headers and lines of the table are right, and the bytes count twice."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("xl/inner.xml", b"<x/>")
    header_and_bytes = inner.getvalue()[: inner.getvalue().index(b"PK\x01\x02")]
    raw = _with("xl/outer.xml", header_and_bytes, compress_type=zipfile.ZIP_STORED)
    line = inner.getvalue()[inner.getvalue().index(b"PK\x01\x02") : inner.getvalue().rindex(b"PK\x05\x06")]
    line = line[:42] + struct.pack("<L", raw.index(header_and_bytes)) + line[46:]
    end = raw.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HLL", raw, end + 10)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count + 1, count + 1, size + len(line), start, 0)
    return raw[:end] + line + tail


def _longer_than_it_says() -> bytes:
    """An entry that says it ends where its bytes go on; its checksum is that of the beginning."""
    visible, hidden = b"<x/>", b"<!-- hidden -->"
    raw = bytearray(_with("xl/x.xml", visible + hidden))
    header, line = _headers(raw, "xl/x.xml")
    for place in (header + 14, line + 16):
        struct.pack_into("<L", raw, place, zlib.crc32(visible))
        struct.pack_into("<L", raw, place + 8, len(visible))
    return bytes(raw)


def _two_archives() -> bytes:
    """One after another: programs differ in which of the two they read."""
    return plain() + plain()


def _end_with(place: int, form: str, value: int) -> bytes:
    raw = bytearray(plain())
    struct.pack_into(form, raw, raw.rindex(b"PK\x05\x06") + place, value)
    return bytes(raw)


def _large_format() -> bytes:
    """With the records of a zip above 4 GB (zip64), which some programs write always."""
    raw = plain()
    end = raw.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HLL", raw, end + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return raw[:end] + record + locator + tail


def _large_format_that_lies() -> bytes:
    raw = bytearray(_large_format())
    struct.pack_into("<Q", raw, raw.rindex(b"PK\x06\x06") + 32, 2_000_000)
    return bytes(raw)


def _types_bomb() -> bytes:
    """The part that was once read before it was counted."""
    with zipfile.ZipFile(io.BytesIO(plain())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["[Content_Types].xml"] += b" " * 60_000_000
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


HOSTILE: Mapping[str, tuple[str, str, Callable[[], bytes]]] = {
    "overlapping": ("zip-disagrees", "inner", _overlapping),
    "twice": ("zip-twice", "styles", lambda: _with("xl/styles.xml", b"<x/>")),
    "twice-by-case": ("zip-twice", "STYLES", lambda: _with("xl/STYLES.xml", b"<x/>")),
    "size-before-entry": ("zip-disagrees", "sheet1", lambda: _with_field(22, None, "<L", 5)),
    "size-in-table": ("zip-disagrees", "sheet1", lambda: _with_field(None, 24, "<L", 5)),
    "size-in-both": ("zip-disagrees", "sheet1", lambda: _with_field(22, 24, "<L", 5)),
    "packed-size": ("zip-disagrees", "sheet1", lambda: _with_field(18, 20, "<L", 90)),
    "packed-size-huge": ("zip-disagrees", "sheet1", lambda: _with_field(18, 20, "<L", 0x7FFFFFFF)),
    "checksum": ("zip-disagrees", "sheet1", lambda: _with_field(14, 16, "<L", 5)),
    "name-before-entry": ("zip-disagrees", "sheet1", lambda: _with_field(30, None, "<H", 0x4141)),
    "method-before-entry": ("zip-disagrees", "sheet1", lambda: _with_field(8, None, "<H", 0)),
    "method-unknown": ("zip-disagrees", "sheet1", lambda: _with_field(8, 10, "<H", 14)),
    "encrypted": ("zip-encrypted", "sheet1", lambda: _with_field(6, 8, "<H", 1)),
    "encrypted-before-entry": ("zip-disagrees", "sheet1", lambda: _with_field(6, None, "<H", 1)),
    "longer": ("zip-disagrees", "x.xml", _longer_than_it_says),
    "two-archives": ("zip-disagrees", "", _two_archives),
    "behind-the-end": ("zip-disagrees", "", lambda: plain() + b"MZ"),
    "count": ("zip-disagrees", "", lambda: _end_with(10, "<H", 2)),
    "many": ("too-many-parts", "", lambda: _end_with(10, "<H", 60_000)),
    "long-table": ("too-many-parts", "", lambda: _end_with(12, "<L", 200_000_000)),
    "large-format-lies": ("too-many-parts", "", _large_format_that_lies),
    "outside": ("zip-disagrees", "../", lambda: _with("../x.xml", b"<x/>")),
    "absolute": ("zip-disagrees", "/etc", lambda: _with("/etc/x.xml", b"<x/>")),
    "drive": ("zip-disagrees", "C:", lambda: _with("C:\\x.xml", b"<x/>")),
    "bomb": ("packed-too-tightly", "bomb", lambda: _with("xl/bomb.xml", b"0" * 3_000_000)),
    "types-bomb": ("packed-too-tightly", "Content_Types", _types_bomb),
}  # fmt: skip
HARMLESS: Mapping[str, Callable[[], bytes]] = {
    "large-format": _large_format,
    "folder": lambda: _with("xl/folder/", b""),
}


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, as any program makes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()
