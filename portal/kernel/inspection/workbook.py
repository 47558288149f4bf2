"""A workbook (XLSX): its zip is measured, then each part is read as a stream; none is believed for its name."""

from collections.abc import Iterable, Iterator
from itertools import chain

from portal.kernel.inspection import workbook_types as types
from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.refusal import Place, Refusal
from portal.kernel.inspection.workbook_parts import PartReader
from portal.kernel.inspection.workbook_sheets import Sheets
from portal.kernel.inspection.xml_parts import OnStart, read_xml
from portal.kernel.inspection.zip_entries import Entry, Limits, ZipEntries

UNPACKED, PARTS = 100 * 1024 * 1024, 1000
_FREE_SIZE = 1024 * 1024  # bytes; a small part may be packed as tightly as it likes
_MAX_DRAWING = 4 * 1024 * 1024  # bytes of an old drawing that is no XML
_TRASH = "[trash]/"  # what Microsoft's library leaves of parts that were removed
_TYPES = "[content_types].xml"
_XML_BEGINNINGS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")


def inspect(content: bytes) -> Answer:
    """Refuse what acts by itself, reaches out of the workbook, or is no workbook. Raises Refusal with the place."""
    opened_workbook(content).inspect()
    return Answer()


def opened_workbook(content: bytes) -> "Workbook":
    """The workbook with its parts measured: none is larger than it says, and all together are not too large."""
    archive = ZipEntries(content, Limits(PARTS, UNPACKED, _FREE_SIZE))
    parts = _parts_by_name(archive)
    archive.measure(archive)
    if _TYPES not in parts:
        raise Refusal("no-workbook")
    return Workbook(archive, parts)


def _parts_by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The parts by their names in small letters: two that differ in nothing else are one to a reader."""
    parts: dict[str, Entry] = {}
    for entry in entries:
        name = entry.name.lower()
        if "\\" in name or name.startswith("/") or ".." in name.split("/") or not name.isprintable():
            raise Refusal("zip-disagrees", Place(part=entry.name))
        if name in parts:
            raise Refusal("zip-twice", Place(part=entry.name))
        parts[name] = entry
    return {name: entry for name, entry in parts.items() if not name.endswith("/")}


class Workbook:
    """The parts of one workbook, by their names in small letters, with the types that it gives them."""

    def __init__(self, archive: ZipEntries, parts: dict[str, Entry]) -> None:
        self._archive = archive
        self._parts = parts
        self._types: dict[str, str] = {}
        self._types_by_ending: dict[str, str] = {}

    def inspect(self) -> None:
        """Look through all parts, those to which nothing refers too."""
        main = self.main_part()
        types_by_part = {name: self._type_of(name) for name in self._parts}
        sheets = Sheets(self._archive, self._parts, main)
        for name, entry in self._parts.items():
            if name != _TYPES:
                self._inspect_part(entry, types_by_part[name], PartReader(entry.name, sheets))

    def main_part(self) -> str:
        """The part that lists the sheets. Raises Refusal for a part that may not be there, and without one of these."""
        self._read_types()
        types_by_part = {name: self._type_of(name) for name in self._parts}
        for name, content_type in types_by_part.items():
            if code := types.type_fault(content_type, name):
                raise Refusal(code, Place(part=self._parts[name].name))
        main = [name for name, content_type in types_by_part.items() if content_type == types.MAIN_TYPE]
        if len(main) != 1:
            raise Refusal("no-workbook")
        return main[0]

    def read(self, part: str, on_start: OnStart) -> None:
        """Read a part as XML, element by element; nothing where there is no such part."""
        entry = self._parts.get(part)
        if entry is not None:
            read_xml(self._archive.chunks(entry), Place(part=entry.name), on_start)

    def _read_types(self) -> None:
        """The list of types; one that is refused is refused even where its part is missing."""
        entry = self._parts[_TYPES]
        if entry.size > _FREE_SIZE:
            raise Refusal("too-many-parts", Place(part=entry.name))

        def read(_namespace: str, name: str, attributes: dict[str, str]) -> None:
            content_type = attributes.get("ContentType", "").strip().lower()
            if name == "Default":
                self._types_by_ending[attributes.get("Extension", "").lower()] = content_type
            elif name == "Override":
                part = attributes.get("PartName", "").lstrip("/")
                if code := types.type_fault(content_type, part):
                    raise Refusal(code, Place(part=part))
                self._types[part.lower()] = content_type

        read_xml(self._archive.chunks(entry), Place(part=entry.name), read)

    def _type_of(self, name: str) -> str:
        return self._types.get(name) or self._types_by_ending.get(name.rpartition(".")[2], "")

    def _inspect_part(self, entry: Entry, content_type: str, reader: PartReader) -> None:
        where = Place(part=entry.name)
        chunks = self._archive.chunks(entry)
        beginning = next(chunks, b"")
        everything = chain((beginning,), chunks)
        if "vmldrawing" in content_type:
            read_xml(self._well_formed(entry, everything), where, reader.start)
        elif types.is_xml(content_type) or beginning.lstrip().startswith(_XML_BEGINNINGS):
            read_xml(everything, where, reader.start)
        elif beginning.startswith(types.FILE_BEGINNINGS):
            raise Refusal("embeds", where)
        elif beginning and not types.is_plain_binary(content_type) and not entry.name.startswith(_TRASH):
            raise Refusal("part-unknown", where)

    def _well_formed(self, entry: Entry, chunks: Iterator[bytes]) -> Iterable[bytes]:
        """An old drawing (VML): spreadsheet programs write breaks of lines in it as HTML does."""
        if entry.size > _MAX_DRAWING:
            return chunks
        return [b"".join(chunks).replace(b"<br>", b"<br/>")]
