"""One XML part of a workbook, element by element: formulas, links, and what may not be there at all."""

from portal.kernel.inspection import workbook_types as types
from portal.kernel.inspection.formulas import formula_fault, is_file_address, link_fault
from portal.kernel.inspection.refusal import Place, Refusal
from portal.kernel.inspection.workbook_sheets import Sheets
from portal.kernel.inspection.xml_parts import OnText

_FORMULAS = {
    "f", "formula", "formula1", "formula2", "oldFormula", "calculatedColumnFormula", "totalsRowFormula",
    "FmlaMacro", "FmlaLink", "FmlaRange", "FmlaTxbx", "FmlaPict", "FmlaGroup",
}  # fmt: skip
_FORMULA_ATTRIBUTES = {"textlink", "macro", "fmlaLink", "fmlaRange", "fmlaMacro", "fmlaTxbx", "linkedCell"}
_CELLS = {"conditionalFormatting": "sqref", "dataValidation": "sqref", "c": "r"}
# the elements of which a large sheet has millions; none of them says anything but a value
_PLAIN = {"v", "row", "is", "t", "si", "r", "xf", "rPr", "sz"}
_VML, _SVG = "urn:schemas-microsoft-com:vml", "http://www.w3.org/2000/svg"
_SVG_REFUSED = {"script", "foreignObject", "handler", "iframe"}


class PartReader:
    """Looks at each element of a part as it comes. `start` raises Refusal with the sheet and cell, or the part."""

    def __init__(self, part: str, sheets: Sheets) -> None:
        self._part = part
        self._sheets = sheets
        self._sheet = sheets.name_of(part)
        self._cell_attributes: dict[str, str] = {}
        self._cell_key = ""

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> OnText | None:
        """Refuse what the element says; returns what takes its text, where that is a formula."""
        if name in _PLAIN:
            return None
        if name in _CELLS:
            self._cell_attributes, self._cell_key = attributes, _CELLS[name]
            return None
        if name == "definedName":
            return self._defined_name(attributes)
        if name in _FORMULAS and types.is_office(namespace):
            return lambda text: self._inspect_formula(text, self._place())
        self._inspect_element(namespace, name, attributes)
        for key in _FORMULA_ATTRIBUTES & attributes.keys():
            self._inspect_formula(attributes[key], self._place())
        return None

    def _inspect_element(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            self._inspect_relationship(attributes)
        if code := types.element_fault(namespace, name, attributes):
            raise Refusal(code, self._place())
        if namespace in (_VML, _SVG):
            self._inspect_drawing(namespace, name, attributes)
        if name == "hyperlink" and types.is_office(namespace):
            self._inspect_location(attributes)

    def _inspect_location(self, attributes: dict[str, str]) -> None:
        """A place in the workbook itself, to which a link leads; not one in another file."""
        location = attributes.get("location", "")
        code = "file-address" if is_file_address(location) else formula_fault(location)
        if code:
            raise Refusal(code, Place(sheet=self._sheet, cell=attributes.get("ref", "")))

    def _defined_name(self, attributes: dict[str, str]) -> OnText:
        place = Place(cell=attributes.get("name", ""))
        if any(attributes.get(key) in ("1", "true") for key in ("vbProcedure", "xlm")):
            raise Refusal("macros", place)
        return lambda text: self._inspect_formula(text, place)

    def _place(self) -> Place:
        if not self._sheet:
            return Place(part=self._part)
        return Place(sheet=self._sheet, cell=self._cell_attributes.get(self._cell_key, ""))

    def _inspect_formula(self, text: str, place: Place) -> None:
        if code := formula_fault(text):
            raise Refusal(code, place)

    def _inspect_relationship(self, attributes: dict[str, str]) -> None:
        """A link may lead to the web; nothing else may lead out of the workbook."""
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        code = types.relationship_fault(kind)
        if not code and attributes.get("TargetMode", "").strip().lower() == "external":
            is_link = kind.rpartition("/")[2].lower() == "hyperlink"
            code = link_fault(target) if is_link else "external"
        elif not code and (":" in target.partition("#")[0] or target.startswith(("//", "\\"))):
            code = "external"
        if code:
            raise Refusal(code, self._place_of_link(attributes.get("Id", "")))

    def _place_of_link(self, key: str) -> Place:
        """The sheet and cell of a relationship where it is a sheet's; else its part."""
        source = self._part.removesuffix(".rels").replace("_rels/", "")
        sheet = self._sheets.name_of(source)
        return Place(sheet=sheet, cell=self._sheets.cell_of(source, key)) if sheet else Place(part=self._part)

    def _inspect_drawing(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        """Pictures in a drawing lie in the workbook; links lead to the web."""
        if namespace == _SVG and name in _SVG_REFUSED:
            raise Refusal("part-acts", self._place())
        for key, value in attributes.items():
            local = key.rpartition("\n")[2]
            if local == "href" and (name == "a" or namespace == _VML):
                if code := link_fault(value):
                    raise Refusal(code, self._place())
            elif local in ("src", "href", "althref") and not value.startswith(("#", "data:")) and value:
                raise Refusal("external", self._place())
