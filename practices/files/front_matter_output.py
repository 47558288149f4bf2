"""Writing the front matter: one stable order, and quotation marks wherever another reader of YAML would need them."""

import re
from collections.abc import Mapping
from typing import Any

from practices.fields import FIELDS, FieldType
from practices.files.front_matter import FORMAT, READERS
from practices.files.labels import LABEL_NAMES
from practices.files.model import Handling
from practices.files.tables import TABLE_FIELDS

_PLAIN_KEY = re.compile(r"[a-z][a-z0-9_-]*")
_PLAIN_LINE = re.compile(r"[^\W\d_](?:[\w ().,;%+/’-]*[\w().,;%+/’-])?")
# what YAML takes for something else
_NOT_TEXT = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def format_front_matter(content: Mapping[str, Any], handling: Handling) -> str:
    """The keys in their order, those of the handling first; what is empty is left out."""
    lines = [f"format: {FORMAT}", f"label: {LABEL_NAMES[handling.label]}"]
    rows = [(key, getattr(handling.readers, key)) for key in READERS]
    inner = [f"  {key}: {_flow(names)}" for key, names in rows if names]
    lines += ["readers:", *inner] if inner else []
    lines += [f"key: {quote(handling.key)}"] if handling.key else []
    lines += [f"translation_of: {quote(handling.translation_of)}"] if handling.translation_of else []
    lines += [f"version: {handling.version}"] if handling.version else []
    lines += [f"source: {quote(handling.source, _PLAIN_LINE)}"] if handling.source else []
    lines += [f"language: {quote(handling.language)}"] if handling.language else []
    lines += [f"expires_on: {handling.expires_on}"] if handling.expires_on else []
    for field in FIELDS:
        in_body = field.field_type in (FieldType.TEXT, FieldType.STEPS) or field.key in TABLE_FIELDS
        if not in_body and content.get(field.key):
            lines += _format_field(field.key, field.field_type, content[field.key])
    if handling.relations:
        lines.append("relations:")
    for relation in handling.relations:
        lines += [f"  - kind: {relation.kind}", f"    practice: {quote(relation.practice)}"]
    return "\n".join(["---", *lines, "---"])


def _format_field(key: str, field_type: FieldType, value: Any) -> list[str]:
    if field_type in (FieldType.CHOICES, FieldType.KEYS):
        return [f"{key}: {_flow(value)}"]
    if field_type is FieldType.EFFECTS:
        lines = [f"{key}:"]
        for row in value:
            for place, (name, text) in enumerate(row.items()):
                value_text = text if name in ("before", "after") else quote(text, _PLAIN_LINE)
                lines.append(f"  {'- ' if place == 0 else '  '}{name}: {value_text}")
        return lines
    if field_type in (FieldType.DATE, FieldType.NUMBER, FieldType.SHARE):
        return [f"{key}: {value}"]
    return [f"{key}: {quote(value, _PLAIN_LINE)}"]


def _flow(values: Any) -> str:
    return f"[{', '.join(quote(value) for value in values)}]"


def quote(text: str, plain: re.Pattern[str] = _PLAIN_KEY) -> str:
    """Bare where every reader of YAML takes it for the same text, else between quotation marks."""
    if plain.fullmatch(text) and text.casefold() not in _NOT_TEXT:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
