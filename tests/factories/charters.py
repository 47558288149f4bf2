"""A small charter in force: two commitments, three measures, all types of indicator."""

from collections.abc import Iterable, Mapping
from typing import Any

from alliance.enums import (
    Aggregation,
    CharterState,
    Direction,
    IndicatorScope,
    IndicatorType,
    Unit,
    ValueType,
)
from alliance.models import Chapter, Charter, Commitment, Indicator, KeyMapping, Measure

NARRATIVE = {"type": IndicatorType.NARRATIVE}
COUNT = {
    "type": IndicatorType.FIGURE,
    "value": ValueType.COUNT,
    "unit": Unit.PIECES,
    "direction": Direction.NEUTRAL,
    "aggregation": Aggregation.SUM,
}
SHARE = {
    "type": IndicatorType.FIGURE,
    "value": ValueType.SHARE,
    "unit": Unit.PERCENT,
    "direction": Direction.HIGHER,
    "aggregation": Aggregation.RATIO,
}
MEDIAN = {
    "type": IndicatorType.FIGURE,
    "value": ValueType.DURATION,
    "unit": Unit.HOURS,
    "direction": Direction.LOWER,
    "aggregation": Aggregation.NONE,
}
YES_NO = {"type": IndicatorType.FIGURE, "value": ValueType.YES_NO}
HEADCOUNT = {**COUNT, "unit": Unit.PEOPLE, "scope": IndicatorScope.ORGANISATION}

TREE: dict[str, dict[str, list[tuple[str, dict[str, Any]]]]] = {
    "find": {
        "search": [
            ("search-story", NARRATIVE),
            ("content-actioned", COUNT),
            ("found-proactively", SHARE),
            ("seen-before-removal", {**COUNT, "part_of": "content-actioned"}),
        ],
        "speed": [("speed-story", NARRATIVE), ("time-to-removal", MEDIAN)],
    },
    "answer": {
        "complaints": [("complaints-story", NARRATIVE), ("hash-matching", YES_NO), ("moderators", HEADCOUNT)],
    },
}


def texts(key: str, *fields: str) -> dict[str, str]:
    """The texts of a record in both languages, from its key."""
    words = key.replace("-", " ").capitalize()
    return {
        f"{field}_{language}": words if language == "en" else f"{words} (ру)"
        for field in fields
        for language in ("en", "ru")
    }


def read_charter() -> Charter:
    """The charter that a database begins with: `TREE`, in force."""
    return Charter.objects.get(key="test-charter", version=1)


def make_charter(
    key: str = "test-charter",
    state: str = CharterState.IN_FORCE,
    tree: Mapping[str, Any] = TREE,
    version: int = 1,
    mapping: Iterable[tuple[str, str]] = (),
) -> Charter:
    """The charter with `TREE`, by default in force; codes are counted through. Six queries."""
    charter = Charter.objects.create(
        key=key, version=version, state=state, sha256="0" * 64, **texts(key, "title")
    )
    KeyMapping.objects.bulk_create(
        KeyMapping(charter=charter, earlier_key=earlier, key=later) for earlier, later in mapping
    )
    chapter = Chapter.objects.create(charter=charter, position=1, **texts("protect", "title"))
    commitments = Commitment.objects.bulk_create(
        Commitment(
            charter=charter,
            chapter=chapter,
            key=key,
            code=str(position),
            position=position,
            **texts(key, "short", "title", "text"),
        )
        for position, key in enumerate(tree, 1)
    )
    measures = Measure.objects.bulk_create(
        Measure(
            charter=charter,
            commitment=commitment,
            key=key,
            code=f"{commitment.code}.{number}",
            position=commitment.position * 100 + number,
            **texts(key, "title", "text"),
        )
        for commitment in commitments
        for number, key in enumerate(tree[commitment.key], 1)
    )
    Indicator.objects.bulk_create(
        Indicator(
            charter=charter,
            measure=measure,
            key=key,
            code=f"{measure.code}.{'abcdefgh'[number]}",
            position=measure.position * 10 + number,
            **kind,
            **texts(key, "title"),
        )
        for measure in measures
        for number, (key, kind) in enumerate(tree[measure.commitment.key][measure.key])
    )
    return charter


def renamed(*changes: tuple[str, str]) -> dict[str, Any]:
    """`TREE` with other keys for commitments, measures and indicators."""
    names = dict(changes)
    return {
        names.get(commitment, commitment): {
            names.get(measure, measure): [(names.get(key, key), kind) for key, kind in indicators]
            for measure, indicators in measures.items()
        }
        for commitment, measures in TREE.items()
    }
