"""A charter's text written as a charter file: what is read from it again is equal."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml

from alliance.charter_file.schema import FORMAT
from alliance.charter_file.texts import (
    BreakdownText,
    ChapterText,
    CharterText,
    CommitmentText,
    HarmText,
    IndicatorDefinition,
    KeyChange,
    LaterVersions,
    MeasureText,
    OptionDefinition,
    SourceText,
    TranslatedText,
)
from alliance.enums import Disclosure, SignatureRule
from portal.kernel.text import plain_decimal

_LINE_WIDTH = 120
_EMPTY: tuple[object, ...] = (None, "", (), [])


class _Dumper(yaml.SafeDumper):
    """Plain YAML without anchors, lists indented under their key, numbers as they are."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless
        super().increase_indent(flow, indentless=False)


def _represent_decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = plain_decimal(value)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _represent_decimal)


def write_charter_file(charter: CharterText) -> bytes:
    """The file in UTF-8, with the keys in the order of the format's description; what is empty is left out."""
    content = {
        "format": FORMAT,
        "key": charter.key,
        "version": charter.version,
        "title": _translated(charter.title),
        "summary": _translated(charter.summary),
        "working_text": charter.working_text or None,
        "note": _translated(charter.note),
        "statement": _translated(charter.statement),
        "sources": _each(_source, charter.sources),
        "supersedes": charter.supersedes,
        "later_versions": _later_versions(charter.later_versions),
        "mapping": _each(_change, charter.mapping),
        "harms": _each(_harm, charter.harms),
        "breakdowns": _each(_breakdown, charter.breakdowns),
        "chapters": _each(_chapter, charter.chapters),
    }
    text = yaml.dump(
        _without_empty(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_LINE_WIDTH
    )
    return str(text).encode()


def _each(write: Any, values: Iterable[Any]) -> list[Any]:
    return [write(value) for value in values]


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in _EMPTY}


def _translated(text: TranslatedText | None) -> dict[str, str] | None:
    return {"en": text.en, "ru": text.ru} if text is not None else None


def _option(option: OptionDefinition) -> dict[str, Any]:
    return {"key": option.key, "title": _translated(option.title)}


def _cell(cell: OptionDefinition) -> dict[str, Any]:
    return _without_empty({**_option(cell), "parts": _each(_option, cell.parts)})


def _source(source: SourceText) -> dict[str, Any]:
    return _without_empty({"title": _translated(source.title), "url": source.url})


def _later_versions(rule: LaterVersions | None) -> dict[str, Any] | None:
    """Nothing where each member signs anew: that holds by default."""
    if rule is None or rule.signatures == SignatureRule.SIGN_ANEW:
        return None
    return _without_empty({"signatures": str(rule.signatures), "notice_days": rule.notice_days})


def _change(change: KeyChange) -> dict[str, Any]:
    """An undecided key can have its reason in one language alone: the other one is left out."""
    reason = _without_empty(_translated(change.reason) or {})
    return _without_empty({"from": change.earlier, "to": change.later, "breaks": reason or None})


def _harm(harm: HarmText) -> dict[str, Any]:
    return _without_empty(
        {
            "key": harm.key,
            "title": _translated(harm.title),
            "note": _translated(harm.note),
            "identifiers": [{"scheme": name.scheme, "id": name.id} for name in harm.identifiers],
        }
    )


def _breakdown(breakdown: BreakdownText) -> dict[str, Any]:
    cells = "harms" if breakdown.of_harms else _each(_cell, breakdown.cells)
    return {"key": breakdown.key, "title": _translated(breakdown.title), "cells": cells}


def _chapter(chapter: ChapterText) -> dict[str, Any]:
    return {"title": _translated(chapter.title), "commitments": _each(_commitment, chapter.commitments)}


def _commitment(commitment: CommitmentText) -> dict[str, Any]:
    return {
        "key": commitment.key,
        "code": commitment.code,
        "short": _translated(commitment.short),
        "title": _translated(commitment.title),
        "text": _translated(commitment.text),
        "measures": _each(_measure, commitment.measures),
    }


def _measure(measure: MeasureText) -> dict[str, Any]:
    return {
        "key": measure.key,
        "code": measure.code,
        "core": measure.core,
        "title": _translated(measure.title),
        "text": _translated(measure.text),
        "indicators": _each(_indicator, measure.indicators),
    }


def _indicator(indicator: IndicatorDefinition) -> dict[str, Any]:
    is_public = indicator.disclosure == Disclosure.PUBLIC
    return _without_empty(
        {
            "key": indicator.key,
            "code": indicator.code,
            "type": str(indicator.type),
            "title": _translated(indicator.title),
            "guidance": _translated(indicator.guidance),
            "explanation": _translated(indicator.explanation),
            "disclosure": "" if is_public else str(indicator.disclosure),
            "limit": indicator.limit,
            "value": str(indicator.value),
            "choices": _each(_option, indicator.choices),
            "unit": str(indicator.unit),
            "direction": str(indicator.direction),
            "scope": str(indicator.scope),
            "breakdowns": list(indicator.breakdowns),
            "exclusive": indicator.exclusive,
            "aggregation": str(indicator.aggregation),
            "minimum": indicator.minimum,
            "maximum": indicator.maximum,
            "part_of": indicator.part_of,
            "period": str(indicator.period),
            "period_aggregation": str(indicator.period_aggregation),
        }
    )
