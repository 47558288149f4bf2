"""What a dictionary of a PDF may not say: by its keys, by what kind of action or annotation it is, by its addresses."""

import re
from collections.abc import Mapping

from pypdf.generic import ByteStringObject, DictionaryObject, IndirectObject, TextStringObject

from portal.kernel.inspection.formulas import is_file_address, link_fault

_REFUSED_KEYS: Mapping[str, str] = {
    "/JS": "pdf-acts", "/JavaScript": "pdf-acts", "/AlternatePresentations": "pdf-acts",
    "/EmbeddedFiles": "pdf-embeds", "/EF": "pdf-embeds", "/Collection": "pdf-embeds",
    "/XFA": "pdf-xfa",
    "/RichMediaContent": "pdf-media", "/RichMediaSettings": "pdf-media", "/3DD": "pdf-media",
    "/Renditions": "pdf-media",
}  # fmt: skip
# by what an action does
_REFUSED_ACTIONS: Mapping[str, str] = {
    "/JavaScript": "pdf-acts", "/Launch": "pdf-acts", "/ImportData": "pdf-acts", "/SubmitForm": "pdf-sends",
    "/GoToR": "pdf-refers", "/GoToE": "pdf-refers",
    "/Rendition": "pdf-media", "/GoTo3DView": "pdf-media", "/RichMediaExecute": "pdf-media", "/Movie": "pdf-media",
    "/Sound": "pdf-media",
}  # fmt: skip
# by what an annotation, a stream or a part of the document is
_REFUSED_KINDS: Mapping[str, str] = {
    "/FileAttachment": "pdf-embeds", "/EmbeddedFile": "pdf-embeds",
    "/Movie": "pdf-media", "/Sound": "pdf-media", "/Screen": "pdf-media", "/3D": "pdf-media",
    "/U3D": "pdf-media", "/PRC": "pdf-media",
    "/RichMedia": "pdf-media", "/Rendition": "pdf-media", "/MediaClip": "pdf-media",
}  # fmt: skip
FILE_KEYS = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
ADDRESS_KEYS = ("/URI", "/Base", "/URL")
_UNSEEN = re.compile(r"[\x00-\x20\x7f]+")


def dictionary_fault(node: DictionaryObject) -> str:
    """The code of what is wrong with the dictionary itself, or nothing; what it contains is looked at by itself."""
    for key in node:
        if code := _REFUSED_KEYS.get(str(key)):
            return code
    action = str(_value(node, "/S"))
    if code := _REFUSED_ACTIONS.get(action):
        return code
    for key in ("/Subtype", "/Type"):
        if code := _REFUSED_KINDS.get(str(_value(node, key))):
            return code
    if any(_text(node, key) is not None for key in FILE_KEYS):
        return "pdf-refers"
    return next(filter(None, (_address_fault(_text(node, key)) for key in ADDRESS_KEYS)), "")


def _value(node: DictionaryObject, key: str) -> object:
    """The value itself, also where the dictionary only says which object holds it."""
    value = dict.get(node, key)
    return value.get_object() if isinstance(value, IndirectObject) else value


def _text(node: DictionaryObject, key: str) -> str | None:
    value = _value(node, key)
    if isinstance(value, ByteStringObject):
        return value.decode("latin-1")
    return str(value) if isinstance(value, TextStringObject) else None


def _address_fault(address: str | None) -> str:
    """An address without a scheme is one that its writer has shortened: of the web."""
    plain = _UNSEEN.sub("", address or "")
    if is_file_address(plain):
        return "file-address"
    return link_fault(plain) if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", plain) else ""
