"""Reading the front matter: plain YAML with how the practice is handled, and every field that is no text."""

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from portal.kernel.text import clean_line
from portal.kernel.text.strict_yaml import (
    FaultCollector,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    message_excerpt,
    read_nodes,
    suggest_word,
)
from practices.enums import RelationKind
from practices.fields import FIELDS_BY_KEY
from practices.files.labels import LABEL_NAMES, label_code
from practices.files.model import FileReaders, FileRelation, Handling

FORMAT = "1"
HANDLING_KEYS = (
    "format", "label", "readers", "key", "translation_of", "version", "source", "language", "lang", "expires_on",
    "relations",
)  # fmt: skip
READERS = ("organisations", "groups", "people", "affiliates")
_EMPTY_VALUES = ("", "~", "null")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")
_MOST_RELATIONS, _MOST_READERS = 40, 200


def read_front_matter(text: str, findings: FaultCollector) -> tuple[dict[str, Any], Handling]:
    """The raw content and the handling; what is wrong is noted, and raises where YAML cannot be read on."""
    empty = _("There is nothing between the two lines “---”.")
    root = read_nodes(text, findings, empty=empty, from_outside=True)
    if not isinstance(root, MappingNode):
        findings.add_fault(
            "",
            _("Between the two lines “---” there must be keys with their values, each on its own line."),
            at=2,
        )
        raise findings.as_error()
    for key in root.entries:
        if key not in FIELDS_BY_KEY and key not in HANDLING_KEYS and not key.startswith("?"):
            message = _("Unknown key “%(key)s”.") % {"key": message_excerpt(key)}
            findings.add_fault(
                message_excerpt(key), f"{message} {suggest_word(key, [*HANDLING_KEYS, *FIELDS_BY_KEY])}"
            )
    raw = {key: _plain(node) for key, node in root.entries.items() if key in FIELDS_BY_KEY}
    return raw, _handling(root, findings)


def _plain(node: Node) -> Any:
    """The node as plain data. Every value is a text here: what it means is decided by its field."""
    if isinstance(node, ScalarNode):
        return None if node.plain and node.text in _EMPTY_VALUES else node.text
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.items]
    if isinstance(node, MappingNode):
        return {key: _plain(inner) for key, inner in node.entries.items()}
    return None


def _handling(root: MappingNode, findings: FaultCollector) -> Handling:
    values = {key: _plain(root.entries[key]) for key in HANDLING_KEYS if key in root.entries}
    lines = {
        key: _single(key, values.get(key), findings)
        for key in HANDLING_KEYS
        if key not in ("readers", "relations")
    }
    if lines["format"] not in ("", FORMAT):
        findings.add_fault("format", _("This portal reads format %(number)s."), number=FORMAT)
    # other programs call it `lang`
    name = "language" if lines["language"] or not lines["lang"] else "lang"
    label, language = _label(lines["label"], findings), lines[name]
    if language and not _LANGUAGE.fullmatch(language):
        findings.add_fault(name, _("Enter the code of the language, for example en or ru."))
        language = ""
    return Handling(
        label=label,
        language=language,
        key=_key("key", lines["key"], findings),
        translation_of=_key("translation_of", lines["translation_of"], findings),
        version=_version(lines["version"], findings),
        source=_line("source", lines["source"], findings),
        expires_on=_day(lines["expires_on"], findings),
        readers=_readers(values.get("readers"), findings),
        relations=tuple(_relations(values.get("relations"), findings)),
    )


def _single(key: str, value: Any, findings: FaultCollector) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        findings.add_fault(key, _("Enter a single value."))
        return ""
    return value.strip()


def _label(value: str, findings: FaultCollector) -> str:
    code = label_code(value) if value else ""
    if code is None:
        message = _("“%(choice)s” is not allowed here. Use one of: %(choices)s.")
        findings.add_fault(
            "label", message, choice=message_excerpt(value), choices=", ".join(LABEL_NAMES.values())
        )
    return code or ""


def _key(path: str, value: str, findings: FaultCollector) -> str:
    try:
        return str(uuid.UUID(value)) if value else ""
    except ValueError:
        findings.add_fault(path, _("“%(value)s” is not the key of a practice."), value=message_excerpt(value))
        return ""


def _version(value: str, findings: FaultCollector) -> int | None:
    if not value:
        return None
    if re.fullmatch(r"[1-9][0-9]{0,8}", value):
        return int(value)
    findings.add_fault("version", _("Enter the version as a whole number from 1."))
    return None


def _line(path: str, value: str, findings: FaultCollector) -> str:
    try:
        return clean_line(value)[:200] if value else ""
    except DomainError as refusal:
        findings.add_fault(path, str(refusal))
        return ""


def _day(value: str, findings: FaultCollector) -> str:
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        findings.add_fault("expires_on", _("Enter the date in this form: 2026-08-14."))
        return ""


def _readers(value: Any, findings: FaultCollector) -> FileReaders:
    if value is None:
        return FileReaders()
    if not isinstance(value, Mapping) or not set(value) <= set(READERS):
        findings.add_fault(
            "readers", _("Only these keys are allowed here: %(keys)s."), keys=", ".join(READERS)
        )
        return FileReaders()
    return FileReaders(**{key: tuple(_names(key, value.get(key), findings)) for key in READERS})


def _names(key: str, value: Any, findings: FaultCollector) -> Iterator[str]:
    path = f"readers.{key}"
    if value is None:
        return
    if not isinstance(value, list) or len(value) > _MOST_READERS:
        findings.add_fault(path, _("Enter a list."))
        return
    for place, item in enumerate(value):
        yield _line(f"{path}[{place}]", _single(f"{path}[{place}]", item, findings), findings)


def _relations(value: Any, findings: FaultCollector) -> Iterator[FileRelation]:
    if value is None:
        return
    if not isinstance(value, list) or len(value) > _MOST_RELATIONS:
        findings.add_fault("relations", _("Enter a list."))
        return
    for place, item in enumerate(value):
        path = f"relations[{place}]"
        if (
            not isinstance(item, dict)
            or set(item) != {"kind", "practice"}
            or item["kind"] not in RelationKind.values
        ):
            message = _("A relation has a kind (%(kinds)s) and the key of a practice.")
            findings.add_fault(path, message, kinds=", ".join(RelationKind.values))
            continue
        key = _key(f"{path}.practice", _single(f"{path}.practice", item["practice"], findings), findings)
        if key:
            yield FileRelation(item["kind"], key)
