"""From a practice to its file: Markdown with front matter, or JSON; the label stands at the top and at the foot."""

import json
from collections.abc import Mapping
from typing import Any

from practices.fields import FIELDS, Field, FieldType
from practices.files.front_matter import FORMAT
from practices.files.front_matter_output import format_front_matter
from practices.files.labels import LABEL_NAMES, label_line
from practices.files.model import Handling
from practices.files.tables import TABLE_FIELDS, format_table
from practices.files.texts import escape_headings, format_steps
from practices.files.vocabulary import heading

_BODY_TYPES = (FieldType.TEXT, FieldType.STEPS, *TABLE_FIELDS.values())


def format_markdown(content: Mapping[str, Any], handling: Handling) -> str:
    """The file of clean content. Reading it gives the same content and handling, and writing that the same bytes."""
    parts = [format_front_matter(content, handling), label_line(handling.label)]
    if content.get("title"):
        parts.append(f"# {content['title']}")
    for field in FIELDS:
        if field.field_type in _BODY_TYPES and content.get(field.key):
            parts += [
                heading(field.key, handling.language),
                _body_text(field, content[field.key], handling.language),
            ]
    return "\n\n".join([*parts, label_line(handling.label)]) + "\n"


def _body_text(field: Field, value: Any, language: str) -> str:
    if field.key in TABLE_FIELDS:
        return format_table(value, field.field_type, language)
    return format_steps(value, language) if field.key == "steps" else escape_headings(value)


def format_json(content: Mapping[str, Any], handling: Handling) -> str:
    """The same as JSON, for programs: the label is its first and its last key."""
    label = LABEL_NAMES[handling.label]
    document = {
        "label": label,
        "format": int(FORMAT),
        "key": handling.key,
        "version": handling.version,
        "source": handling.source,
        "language": handling.language,
        "expires_on": handling.expires_on or None,
        "content": content,
        "relations": [
            {"kind": relation.kind, "practice": relation.practice} for relation in handling.relations
        ],
        "handling": {"permitted_use": content.get("permitted_use", ""), "label": label},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
