"""On which page of a PDF an object stands, so that a refusal can say where."""

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# ways that lead away from a page
_ELSEWHERE = {
    "/Parent",
    "/P",
    "/Dest",
    "/D",
    "/Kids",
    "/Pg",
    "/Popup",
    "/IRT",
    "/Resources",
    "/Contents",
    "/B",
}
_MAX_STEPS = 20_000


def page_of(reader: pypdf.PdfReader, name: tuple[int, int]) -> int:
    """The number of the page that leads to the object; nought where none does."""
    steps = 0
    try:
        for number, page in enumerate(reader.pages, start=1):
            seen = set[tuple[int, int]]()
            ways: list[object] = [page.indirect_reference, page]
            while ways and steps < _MAX_STEPS:
                steps += 1
                node = ways.pop()
                if isinstance(node, IndirectObject):
                    key = node.idnum, node.generation
                    if key == name:
                        return number
                    if key not in seen:
                        seen.add(key)
                        ways.append(node.get_object())
                elif isinstance(node, DictionaryObject):
                    ways += [value for key, value in dict.items(node) if key not in _ELSEWHERE]
                elif isinstance(node, ArrayObject):
                    ways += list.__iter__(node)
    except Exception:  # the document is refused already: where is only a help
        return 0
    return 0
