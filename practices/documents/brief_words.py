"""What a practice says, field by field, in words fit for paper."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.documents.report_words import printable
from portal.kernel.markdown_blocks import to_blocks
from portal.kernel.templatetags.portal_ui import day, figure
from practices.documents.brief_paper import Part
from practices.enums import Actor, Label
from practices.fields import Field, Type
from practices.queries import taxonomy

HANDLING = {
    Label.CLEAR: _("For everybody: it may be passed on and published."),
    Label.GREEN: _(
        "For the community: every active member, associate and partner, and the secretariat. "
        "Do not publish it or pass it to anyone else."
    ),
    Label.AMBER: _(
        "For the organisations named and the affiliates that they have registered. Pass it on to nobody else."
    ),
    Label.AMBER_STRICT: _("For the organisations named, and nobody beyond them. Pass it on to nobody else."),
    Label.RED: _("For the people named, and for nobody else, not even their colleagues."),
}
# More letters than this without a space would run out of the column.
_LONG = re.compile(r"\S{32}(?=\S)")


def part_of(field: Field, value: Any) -> Part:
    """The field with its title in the margin."""
    return Part(printable(str(field.title)), _matter(field, value))


def _matter(field: Field, value: Any) -> dict[str, Any]:
    if field.holds is Type.TEXT:
        return {"is": "text", "blocks": blocks_of(value)}
    if field.holds is Type.STEPS:
        return {"is": "steps", "steps": [_step(row) for row in value]}
    if field.holds is Type.EFFECTS:
        return {"is": "effects", "rows": [_effect(row) for row in value]}
    return {"is": "words", "words": words_of(field, value)}


def blocks_of(text: str) -> list[dict[str, Any]]:
    """Markdown as blocks; very long words may break."""
    blocks: list[dict[str, Any]] = _breakable(to_blocks(text))
    return blocks


def _breakable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _broken(inner) if key == "text" else _breakable(inner) for key, inner in value.items()}
    return [_breakable(inner) for inner in value] if isinstance(value, list) else value


def _broken(text: str) -> str:
    return _LONG.sub(lambda match: match[0] + "\u200b", text)


def _step(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": blocks_of(row["text"]),
        "by": str(Actor(row["by"]).label),
        "person": row["by"] == Actor.PERSON,
    }


def _effect(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": printable(row["what"]),
        "unit": printable(row.get("unit", "")),
        "cells": [number(row["before"]), number(row["after"])],
    }


def number(value: str) -> str:
    """With the separators of the reader's language."""
    return str(figure(Decimal(value)))


def words_of(field: Field, value: Any) -> str:
    """A field that is no text, in a line of words."""
    if field.holds is Type.ONE:
        assert field.choices is not None
        return str(field.choices(value).label)
    if field.holds is Type.SOME:
        assert field.choices is not None
        return ", ".join(str(field.choices(one).label) for one in value)
    if field.holds is Type.KEYS:
        return ", ".join(_names_of(field, value))
    if field.holds is Type.DATE:
        return day(date.fromisoformat(value))
    if field.holds in (Type.NUMBER, Type.SHARE):
        return number(value)
    return printable(value)


def _names_of(field: Field, keys: Sequence[str]) -> list[str]:
    if field.key == "languages":
        return [printable(name) for name in taxonomy.language_names(keys)]
    known = taxonomy.harms() if field.key == "harms" else taxonomy.measures()
    return [printable(known[key].title) if key in known else key for key in keys]
