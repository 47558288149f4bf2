"""The entries of a zip, all counted and measured before any is read.

Strict on purpose: the table of contents, the header before each entry and the packed bytes must say the same, since two
programs that read a zip differently see two files.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.kernel.inspection.refusal import Place, Refusal

_MAX_DIRECTORY = 1024 * 1024  # bytes of the table of contents; it is read at once
_CHUNK = 256 * 1024
_END, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x07"
_HEADER = struct.Struct("<4sHHHHHLLLHH")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW = 0x1 | 0x40 | 0x2000, 0x8
_RATIO = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """How many entries a zip may have, how many bytes unpacked; `free`: how large an entry may be that grows a lot."""

    entries: int
    unpacked: int
    free: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the zip: where its header and its packed bytes begin, and what it says of itself."""

    name: str
    header: int
    start: int
    packed: int
    size: int
    checksum: int
    is_packed: bool
    mode: int


class ZipEntries:
    """The zip's entries; `measure` those that are to be read. Raises Refusal with the name of the entry."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._content = content
        self._limits = limits
        self._unpacked = 0
        self._table_start = 0
        self._entries = [self._located(info) for info in self._listed()]
        self._refuse_overlaps()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def measure(self, entries: Iterable[Entry]) -> None:
        """Unpack each entry and forget it: it must be as large as it says, and all of them not too large."""
        for entry in entries:
            self._measure(entry)

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The unpacked bytes of the entry, piece by piece."""
        pieces = range(entry.start, entry.start + entry.packed, _CHUNK)
        data = memoryview(self._content)[: entry.start + entry.packed]
        if not entry.is_packed:
            yield from (bytes(data[place : place + _CHUNK]) for place in pieces)
            return
        unpacker = zlib.decompressobj(-15)
        try:
            for place in pieces:
                if unpacker.eof:
                    raise Refusal("zip-disagrees", Place(part=entry.name))
                rest: bytes | memoryview = data[place : place + _CHUNK]
                while rest and not unpacker.eof:
                    yield unpacker.decompress(rest, _CHUNK)
                    rest = unpacker.unconsumed_tail
            while not unpacker.eof and (chunk := unpacker.decompress(b"", _CHUNK)):
                yield chunk
        except zlib.error as error:
            raise Refusal("unreadable", Place(part=entry.name)) from error
        if not unpacker.eof or unpacker.unused_data:
            raise Refusal("zip-disagrees", Place(part=entry.name))

    def read(self, entry: Entry) -> bytes:
        return b"".join(self.chunks(entry))

    # --- Counted, located, measured ----------------------------------------------------------

    def _listed(self) -> list[zipfile.ZipInfo]:
        """What the table of contents lists; its size is looked at before it is read."""
        content = self._content
        end = content.rfind(_END, max(0, len(content) - 65_557))
        if end < 0 or len(content) < end + 22:
            raise Refusal("unreadable")
        count, size, start, comment = struct.unpack_from("<HLLH", content, end + 10)
        table_end = end
        if content[max(0, end - 20) : end].startswith(_LOCATOR_64):
            table_end, (long_count, long_size, long_start) = self._large_zip_record(end)
            pairs = (
                (count, 0xFFFF, long_count),
                (size, 0xFFFFFFFF, long_size),
                (start, 0xFFFFFFFF, long_start),
            )
            if any(short not in (unset, long) for short, unset, long in pairs):
                raise Refusal("zip-disagrees")
            count, size, start = long_count, long_size, long_start
        if count > self._limits.entries or size > _MAX_DIRECTORY:
            raise Refusal("too-many-parts")
        if end + 22 + comment != len(content) or start + size != table_end:
            raise Refusal("zip-disagrees")
        self._table_start = start
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                listed = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
            raise Refusal("unreadable") from error
        if count != len(listed):
            raise Refusal("zip-disagrees")
        return listed

    def _large_zip_record(self, end: int) -> tuple[int, tuple[int, int, int]]:
        """Where the record of a large zip (zip64) stands, and its count of entries, size and start of the table."""
        place = struct.unpack_from("<Q", self._content, end - 12)[0]
        if place + 56 > end - 20 or self._content[place : place + 4] != b"PK\x06\x06":
            raise Refusal("zip-disagrees")
        return place, struct.unpack_from("<QQQ", self._content, place + 32)

    def _located(self, info: zipfile.ZipInfo) -> Entry:
        """The entry with the place of its bytes; its own header must agree with the table of contents."""
        where = Place(part=info.filename)
        if info.flag_bits & _ENCRYPTED:
            raise Refusal("zip-encrypted", where)
        if info.compress_type not in (_STORED, _DEFLATED):
            raise Refusal("zip-disagrees", where)
        content = self._content
        if not 0 <= info.header_offset <= len(content) - _HEADER.size:
            raise Refusal("zip-disagrees", where)
        signature, _version, flags, method, _time, _date, _crc, packed, size, name_size, extra = (
            _HEADER.unpack_from(content, info.header_offset)
        )
        name_at = info.header_offset + _HEADER.size
        listed_name = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
        agrees = (
            signature == b"PK\x03\x04"
            and method == info.compress_type
            and not flags & _ENCRYPTED
            and content[name_at : name_at + name_size] == listed_name
        )
        if not flags & _SIZES_FOLLOW:
            agrees = agrees and packed in (info.compress_size, 0xFFFFFFFF)
            agrees = agrees and size in (info.file_size, 0xFFFFFFFF)
        start = name_at + name_size + extra
        if not agrees or start + info.compress_size > self._table_start:
            raise Refusal("zip-disagrees", where)
        return Entry(
            info.orig_filename,
            info.header_offset,
            start,
            info.compress_size,
            info.file_size,
            info.CRC,
            info.compress_type == _DEFLATED,
            info.external_attr >> 16,
        )

    def _refuse_overlaps(self) -> None:
        """No byte may belong to two entries: many bombs are made so."""
        end = 0
        for entry in sorted(self._entries, key=lambda entry: entry.header):
            if entry.header < end:
                raise Refusal("zip-disagrees", Place(part=entry.name))
            end = entry.start + entry.packed

    def _measure(self, entry: Entry) -> None:
        size, checksum = 0, 0
        where = Place(part=entry.name)
        for chunk in self.chunks(entry):
            size += len(chunk)
            self._unpacked += len(chunk)
            if self._unpacked > self._limits.unpacked:
                raise Refusal("unpacks-too-large", where)
            if size > self._limits.free and size > entry.packed * _RATIO:
                raise Refusal("packed-too-tightly", where)
            checksum = zlib.crc32(chunk, checksum)
        if size != entry.size or checksum != entry.checksum:
            raise Refusal("zip-disagrees", where)
