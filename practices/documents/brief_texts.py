"""What a practice says, field by field, in words fit for paper."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.kernel.text import break_long_words, format_date, format_figure, to_blocks, to_print
from practices.documents.brief_model import BriefField
from practices.enums import ClassOutcome, StepBy
from practices.fields import ROW_KEYS, Field, FieldType
from practices.queries import taxonomy


def brief_field(field: Field, value: Any) -> BriefField:
    """The field with its title in the margin."""
    return BriefField(to_print(str(field.title)), _field_content(field, value))


def _field_content(field: Field, value: Any) -> dict[str, Any]:
    if field.field_type is FieldType.TEXT:
        return {"is": "text", "blocks": blocks_of(value)}
    if field.field_type is FieldType.STEPS:
        return {"is": "steps", "steps": [_step(row) for row in value]}
    if field.field_type is FieldType.EFFECTS:
        return {"is": "effects", "rows": [_effect(row) for row in value]}
    if field.field_type in ROW_KEYS:
        return {"is": "lines", "lines": [_row_line(field, row) for row in value]}
    return {"is": "words", "words": field_text(field, value)}


def _row_line(field: Field, row: Mapping[str, str]) -> str:
    """A class, an example or a score in one line."""
    cells = [row[key] for key in ROW_KEYS[field.field_type] if row.get(key) and key != "outcome"]
    if row.get("outcome"):
        cells.append(str(ClassOutcome(row["outcome"]).label))
    return to_print(" · ".join(cells))


def blocks_of(text: str) -> list[dict[str, Any]]:
    """Markdown as blocks; very long words may break."""
    blocks: list[dict[str, Any]] = _breakable(to_blocks(text))
    return blocks


def _breakable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: break_long_words(inner) if key == "text" else _breakable(inner)
            for key, inner in value.items()
        }
    return [_breakable(inner) for inner in value] if isinstance(value, list) else value


def _step(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": blocks_of(row["text"]),
        "by": str(StepBy(row["by"]).label),
        "person": row["by"] == StepBy.PERSON,
    }


def _effect(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": to_print(row["what"]),
        "unit": to_print(row.get("unit", "")),
        "cells": [number_text(row["before"]), number_text(row["after"])],
    }


def number_text(value: str) -> str:
    """With the separators of the reader's language."""
    return format_figure(Decimal(value))


def field_text(field: Field, value: Any) -> str:
    """A field that is no text, in a line of words."""
    if field.field_type is FieldType.CHOICE:
        assert field.choices is not None
        return str(field.choices(value).label)
    if field.field_type is FieldType.CHOICES:
        assert field.choices is not None
        return ", ".join(str(field.choices(each).label) for each in value)
    if field.field_type is FieldType.KEYS:
        if field.key == "languages":
            return ", ".join(to_print(name) for name in taxonomy.language_names(value))
        known = taxonomy.harms() if field.key == "harms" else taxonomy.measures()
        return ", ".join(to_print(known[key].title) if key in known else key for key in value)
    if field.field_type is FieldType.DATE:
        return format_date(date.fromisoformat(value))
    if field.field_type in (FieldType.NUMBER, FieldType.SHARE):
        return number_text(value)
    return to_print(value)
