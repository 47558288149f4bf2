"""Which part is which sheet, and which cell has which link: so that a refusal can say where."""

from portal.kernel.inspection.refusal import Place
from portal.kernel.inspection.xml_parts import OnStart, read_xml
from portal.kernel.inspection.zip_entries import Entry, ZipEntries

_ID_NAMESPACES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
ID_KEYS = tuple(f"{namespace}\nid" for namespace in _ID_NAMESPACES)


class Sheets:
    """The sheets of a workbook: the name of each by its part, and the cell of a link."""

    def __init__(self, archive: ZipEntries, parts: dict[str, Entry], main: str) -> None:
        self._archive = archive
        self._parts = parts
        names = self._read(main, "sheet", "name")
        folder = main.rpartition("/")[0]
        targets = self._targets(main)
        self._names = {
            resolve_target(folder, targets[key]): name for key, name in names.items() if key in targets
        }

    def name_of(self, part: str) -> str:
        return self._names.get(part.lower(), "")

    def cell_of(self, part: str, key: str) -> str:
        """The cell of the sheet whose link is the relationship `key`."""
        return self._read(part.lower(), "hyperlink", "ref").get(key, "")

    def _read(self, part: str, element: str, attribute: str) -> dict[str, str]:
        """The attribute of each such element, by the relationship that it names."""
        values: dict[str, str] = {}

        def read(_namespace: str, name: str, attributes: dict[str, str]) -> None:
            if name == element:
                key = next((attributes[key] for key in ID_KEYS if key in attributes), "")
                values[key] = attributes.get(attribute, "")

        self._read_part(part, read)
        return values

    def _targets(self, part: str) -> dict[str, str]:
        targets: dict[str, str] = {}

        def read(_namespace: str, name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        folder, _slash, name = part.rpartition("/")
        self._read_part(f"{folder}/_rels/{name}.rels".lstrip("/"), read)
        return targets

    def _read_part(self, part: str, read: OnStart) -> None:
        entry = self._parts.get(part)
        if entry is not None:
            read_xml(self._archive.chunks(entry), Place(part=entry.name), read)


def resolve_target(folder: str, target: str) -> str:
    """The part that the target means, in small letters; those that lead upwards name no sheet."""
    path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
    return path.lower()
