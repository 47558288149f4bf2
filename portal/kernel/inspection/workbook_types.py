"""What the parts of a workbook may be: decided by content type, kind of relationship and elements.

Kinds are compared by their last word, since each exists in several namespaces (ECMA-376, ISO strict, Microsoft).
"""

from collections.abc import Mapping

MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

# by a word in the content type, in small letters; the first that fits
_REFUSED_TYPES: tuple[tuple[str, str], ...] = (
    ("macroenabled", "macros"),
    ("vbaproject", "macros"),
    ("vbadata", "macros"),
    ("macrosheet", "macros"),
    ("dialogsheet", "macros"),
    ("externallink", "external"),
    ("connections", "connections"),
    ("querytable", "connections"),
    ("volatiledependencies", "fetches"),
    ("powerpivot", "connections"),
    ("oleobject", "embeds"),
    ("ms-office.package", "embeds"),
    ("activex", "activex"),
    ("webextension", "custom-ui"),
    ("customui", "custom-ui"),
    ("attachedtoolbars", "custom-ui"),
    ("python", "fetches"),
)
# by the last word of the kind of relationship, in small letters
_REFUSED_RELATIONSHIPS: Mapping[str, str] = {
    "vbaproject": "macros", "wordvbadata": "macros", "xlmacrosheet": "macros", "xlintlmacrosheet": "macros",
    "dialogsheet": "macros",
    "externallink": "external", "externallinkpath": "external", "externallinklongpath": "external",
    "externallinklibrary": "external", "externallinkstartup": "external", "externallinkalternatestartup": "external",
    "externallinkpathmissing": "external", "xlexternallinkpath": "external", "xlpathmissing": "external",
    "xlstartup": "external", "xlalternatestartup": "external", "xllibrary": "external", "attachedtemplate": "external",
    "oleobject": "embeds", "package": "embeds", "afchunk": "embeds",
    "control": "activex", "activexcontrolbinary": "activex",
    "connections": "connections", "querytable": "connections", "xmlmaps": "connections",
    "powerpivotdata": "connections", "customdata": "connections",
    "extensibility": "custom-ui", "usercustomization": "custom-ui", "attachedtoolbars": "custom-ui",
    "webextension": "custom-ui", "webextensiontaskpanes": "custom-ui", "taskpanes": "custom-ui",
    "volatiledependencies": "fetches", "python": "fetches",
}  # fmt: skip
# by a word in the name, which may condemn a part and never clears it
_REFUSED_NAMES = (
    ("vbaproject", "macros"),
    ("externallinks/", "external"),
    ("activex/", "activex"),
    ("embeddings/", "embeds"),
    ("customui/", "custom-ui"),
)
# by the element: what makes a part dangerous whatever it calls itself
_REFUSED_ELEMENTS: Mapping[str, str] = {
    "ddeLink": "dde", "oleLink": "external", "externalLink": "external", "externalBook": "external",
    "externalReference": "external", "webPublishItem": "external",
    "oleObject": "embeds", "OLEObject": "embeds", "ocx": "activex",
    "connection": "connections", "webPr": "connections", "dbPr": "connections", "olapPr": "connections",
    "queryTable": "connections", "MapInfo": "connections", "DataMashup": "connections",
    "customUI": "custom-ui", "webextension": "custom-ui", "taskpane": "custom-ui",
    "macrosheet": "macros", "volTypes": "fetches",
}  # fmt: skip
_OFFICE = (
    "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "http://schemas.microsoft.com/",
    "urn:schemas-microsoft-com:",
)  # fmt: skip
_BINARY_TYPES = ("image/", "application/vnd.openxmlformats-officedocument.spreadsheetml.printersettings")
FILE_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"%PDF", b"\x7fELF", b"{\\rtf")


def type_fault(content_type: str, part: str) -> str:
    """The code of what is wrong with a part of this type or of this name, or nothing."""
    type_name, part_name = content_type.lower(), part.lower()
    by_type = next((code for word, code in _REFUSED_TYPES if word in type_name), "")
    return by_type or next((code for word, code in _REFUSED_NAMES if word in part_name), "")


def relationship_fault(kind: str) -> str:
    """The code of what is wrong with a relationship of this kind, or nothing."""
    return _REFUSED_RELATIONSHIPS.get(kind.rstrip("/").rpartition("/")[2].lower(), "")


def element_fault(namespace: str, name: str, attributes: Mapping[str, str]) -> str:
    """The code of what is wrong with a part that has this element, or nothing; data of others may call theirs so."""
    if not namespace.startswith(_OFFICE):
        return ""
    if name == "cacheSource" and attributes.get("type") == "external":
        return "connections"
    return _REFUSED_ELEMENTS.get(name, "")


def is_office(namespace: str) -> bool:
    return namespace.startswith(_OFFICE)


def is_xml(content_type: str) -> bool:
    lowered = content_type.lower()
    return lowered.endswith(("+xml", "/xml")) or "vmldrawing" in lowered


def is_plain_binary(content_type: str) -> bool:
    """Pictures and settings of printers: all that a workbook may hold beside XML."""
    return content_type.lower().startswith(_BINARY_TYPES)
