"""The TLP markings within a file that other systems exchange: a STIX bundle, a MISP event. Nothing else of it is read.

Such a file is handed out as it is, so that each of its objects says itself to whom it may be passed on.
"""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel.text.strict_yaml import message_excerpt
from practices.enums import Label

# By label, the marking definitions of TLP 2.0 as OASIS and FIRST publish them, and the word in `tlp:…`.
MARKINGS: Mapping[str, tuple[str, str]] = {
    Label.CLEAR: ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    Label.GREEN: ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    Label.AMBER: ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    Label.AMBER_STRICT: ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
    Label.RED: ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
}
# And those of TLP 1, whose WHITE is CLEAR now.
_DEFINITIONS: Mapping[str, str] = {
    **{definition: label for label, (definition, _word) in MARKINGS.items()},
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Label.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Label.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Label.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Label.RED,
}
_WORDS: Mapping[str, str] = {"white": Label.CLEAR, **{word: label for label, (_id, word) in MARKINGS.items()}}
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # as spreadsheets write their texts
_BEGINS = re.compile(r"\S")
_NO_TLP = ""  # of a marking that says something else, such as a copyright


@dataclass(frozen=True, slots=True)
class MarkedObject:
    """An object and one of its markings: a code of `Label`, or what it says where that is none that is known."""

    name: str
    label: str
    unknown: str = ""


def wider_marking(raw: bytes, label: str) -> MarkedObject | None:
    """The object whose marking allows more readers than this label, or says what nobody knows; None without one."""
    order = Label.values
    marked = (
        each for each in marked_objects(raw) if each.unknown or order.index(each.label) < order.index(label)
    )
    return min(marked, key=lambda each: (not each.unknown, order.index(each.label or label)), default=None)


def marked_objects(raw: bytes) -> Iterator[MarkedObject]:
    """Each object that bears a marking of its own; nothing of a file that is not of this kind."""
    if raw.startswith(_UTF_16):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if not _JSON.match(raw):
        return
    document = _documents(raw)
    definitions = {
        str(each.get("id")): _defined(each)
        for each in _objects(document)
        if each.get("type") == "marking-definition"
    }
    for each in _objects(document):
        for reference in _references(each):
            label = _DEFINITIONS.get(reference) or definitions.get(reference)
            if label is None or label not in (*Label.values, _NO_TLP):
                yield MarkedObject(_name(each), "", message_excerpt(label or reference))
            elif label:
                yield MarkedObject(_name(each), label)
        for word in _tags(each):
            label = _WORDS.get(word.removeprefix("tlp:"), "")
            yield MarkedObject(_name(each), label, "" if label else message_excerpt(word))


def _documents(raw: bytes) -> list[Any]:
    """The document, or those that stand one after the other, as far as they can be read."""
    text, reader = raw.decode("utf-8", "replace").removeprefix("\ufeff"), json.JSONDecoder()
    documents: list[Any] = []
    place = 0
    try:
        while begins := _BEGINS.search(text, place):
            document, place = reader.raw_decode(text, begins.start())
            documents.append(document)
    except (ValueError, RecursionError):
        pass  # what is no JSON says nothing
    return documents


def _objects(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of the document, however deep."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _defined(definition: Mapping[str, Any]) -> str:
    """What a marking definition of the file says: a label, nothing of TLP, or a word that is no label."""
    old = definition.get("definition")
    words = [old.get("tlp")] if isinstance(old, dict) and definition.get("definition_type") == "tlp" else []
    extensions = definition.get("extensions")
    for extension in extensions.values() if isinstance(extensions, dict) else ():
        words.append(extension.get("tlp_2_0") if isinstance(extension, dict) else None)
    plain = [str(word).casefold() for word in words if word]
    return next((_WORDS.get(word, f"tlp:{word}") for word in plain), _NO_TLP)


def _references(value: Mapping[str, Any]) -> Iterator[str]:
    """The markings that an object of STIX refers to, for itself or for a part of it."""
    references = value.get("object_marking_refs")
    yield from (each for each in references if isinstance(each, str)) if isinstance(references, list) else ()
    parts = value.get("granular_markings")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and isinstance(part.get("marking_ref"), str):
            yield part["marking_ref"]


def _tags(value: Mapping[str, Any]) -> Iterator[str]:
    """The tags of TLP that an event of MISP or a part of it bears, in small letters."""
    tags = value.get("Tag")
    for tag in tags if isinstance(tags, list) else [tags]:  # one alone where MISP lists each with its event
        name = tag.get("name") if isinstance(tag, dict) else tag
        if isinstance(name, str) and name.strip().casefold().startswith("tlp:"):
            yield name.strip().strip('"').casefold()


def _name(value: Mapping[str, Any]) -> str:
    """What an object is called, for a sentence that names it."""
    texts = (value.get(key) for key in ("name", "info", "value", "id", "uuid", "type"))
    return next(
        (message_excerpt(text.strip()) for text in texts if isinstance(text, str) and text.strip()), "?"
    )
