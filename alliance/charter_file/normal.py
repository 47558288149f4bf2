"""One form for files that say the same: what a file leaves to the portal is written out, and stands in the digest."""

import dataclasses
import hashlib
import json
from dataclasses import replace
from decimal import Decimal

from alliance.charter_file.texts import (
    BreakdownText,
    CharterText,
    HarmText,
    IndicatorDefinition,
    LaterVersions,
    OptionDefinition,
    TranslatedText,
)
from alliance.enums import Aggregation, Direction, IndicatorScope, IndicatorType, SignatureRule
from portal.kernel.text import plain_decimal

NARRATIVE_LIMIT = 2000


def normal_charter(charter: CharterText) -> CharterText:
    """The same text with every default written out, as a charter that was loaded gives it back."""
    return replace(
        charter,
        note=_text(charter.note),
        later_versions=charter.later_versions or LaterVersions(SignatureRule.SIGN_ANEW.value, None),
        statement=_text(charter.statement),
        harms=tuple(replace(harm, note=_text(harm.note)) for harm in charter.harms),
        mapping=tuple(replace(change, reason=_text(change.reason)) for change in charter.mapping),
        breakdowns=tuple(_breakdown(row, charter.harms) for row in charter.breakdowns),
        chapters=tuple(
            replace(
                chapter,
                commitments=tuple(
                    replace(
                        commitment,
                        measures=tuple(
                            replace(measure, indicators=tuple(map(_indicator, measure.indicators)))
                            for measure in commitment.measures
                        ),
                    )
                    for commitment in chapter.commitments
                ),
            )
            for chapter in charter.chapters
        ),
    )


def content_digest(charter: CharterText) -> str:
    """The SHA-256 of what the file says; comments, layout and written-out defaults do not count."""
    content = _without_empty_values(dataclasses.asdict(normal_charter(charter)))
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_empty_values(value: object) -> object:
    """The value without its empty parts, so that a key which the format gains later changes no digest."""
    if isinstance(value, dict):
        return {
            key: _without_empty_values(inner) for key, inner in value.items() if inner not in (None, "", ())
        }
    return [_without_empty_values(inner) for inner in value] if isinstance(value, tuple) else value


def _text(text: TranslatedText | None) -> TranslatedText | None:
    return text if text is not None and (text.en or text.ru) else None


def _breakdown(breakdown: BreakdownText, harms: tuple[HarmText, ...]) -> BreakdownText:
    """Cells that are the harms, one by one, are said in one word."""
    cells = tuple(OptionDefinition(harm.key, harm.title) for harm in harms)
    is_by_harms = breakdown.of_harms or (bool(cells) and breakdown.cells == cells)
    return replace(breakdown, of_harms=is_by_harms, cells=() if is_by_harms else breakdown.cells)


def _indicator(indicator: IndicatorDefinition) -> IndicatorDefinition:
    is_narrative = indicator.type == IndicatorType.NARRATIVE
    return replace(
        indicator,
        guidance=_text(indicator.guidance),
        explanation=_text(indicator.explanation),
        limit=(indicator.limit or NARRATIVE_LIMIT) if is_narrative else None,
        direction="" if is_narrative else indicator.direction or Direction.NEUTRAL.value,
        scope="" if is_narrative else indicator.scope or IndicatorScope.ORGANISATION.value,
        aggregation="" if is_narrative else indicator.aggregation or Aggregation.NONE.value,
        exclusive=bool(indicator.exclusive) if indicator.breakdowns else None,
        minimum=_number(indicator.minimum),
        maximum=_number(indicator.maximum),
    )


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(plain_decimal(value))
