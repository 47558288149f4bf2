"""From a practice to its file: Markdown with front matter, or JSON; the label stands at the top and at the foot."""

import json
from collections.abc import Mapping
from typing import Any

from practices.fields import FIELDS, Type
from practices.files.document import Handling
from practices.files.front_matter import FORMAT
from practices.files.front_matter_writing import written_front_matter
from practices.files.labels import LABEL_NAMES, label_line
from practices.files.texts import marked, written_steps
from practices.files.words import heading

_TEXTS = (Type.TEXT, Type.STEPS)


def write(content: Mapping[str, Any], handling: Handling) -> str:
    """The file of clean content. Reading it gives the same content and handling, and writing that the same bytes."""
    parts = [written_front_matter(content, handling), label_line(handling.label)]
    if content.get("title"):
        parts.append(f"# {content['title']}")
    for field in FIELDS:
        if field.holds in _TEXTS and content.get(field.key):
            parts += [
                heading(field.key, handling.language),
                _body(field.key, content[field.key], handling.language),
            ]
    return "\n\n".join([*parts, label_line(handling.label)]) + "\n"


def _body(key: str, value: Any, language: str) -> str:
    return written_steps(value, language) if key == "steps" else marked(value)


def written_json(content: Mapping[str, Any], handling: Handling) -> str:
    """The same as JSON, for programs: the label is the first thing in it and the last."""
    label = LABEL_NAMES[handling.label]
    told = {
        "label": label,
        "format": int(FORMAT),
        "key": handling.key,
        "version": handling.version,
        "source": handling.source,
        "language": handling.language,
        "expires_on": handling.expires_on or None,
        "content": content,
        "relations": [{"kind": one.kind, "practice": one.practice} for one in handling.relations],
        "handling": {"permitted_use": content.get("permitted_use", ""), "label": label},
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
