"""A small charter in force: two commitments, three measures, all types of indicator."""

from collections.abc import Iterable, Mapping
from typing import Any

from alliance.enums import Aggregation, CharterState, Direction, IndicatorType, Scope, Unit, ValueType
from alliance.models import Chapter, Charter, Commitment, Indicator, Measure
from alliance.models import Mapping as KeyMapping

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
HEADCOUNT = {**COUNT, "unit": Unit.PEOPLE, "scope": Scope.ORGANISATION}

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
    """The texts of a thing in both languages, from its key."""
    words = key.replace("-", " ").capitalize()
    return {
        f"{field}_{language}": words if language == "en" else f"{words} (ру)"
        for field in fields
        for language in ("en", "ru")
    }


def make_charter(
    key: str = "test-charter",
    state: str = CharterState.IN_FORCE,
    tree: Mapping[str, Any] = TREE,
    version: int = 1,
    mapping: Iterable[tuple[str, str]] = (),
) -> Charter:
    """The charter with `TREE`, by default in force; codes are counted through."""
    charter = Charter.objects.create(
        key=key, version=version, state=state, sha256="0" * 64, **texts(key, "title")
    )
    for earlier, later in mapping:
        KeyMapping.objects.create(charter=charter, earlier_key=earlier, key=later)
    chapter = Chapter.objects.create(charter=charter, position=1, **texts("protect", "title"))
    for place, (commitment_key, measures) in enumerate(tree.items(), 1):
        commitment = Commitment.objects.create(
            charter=charter,
            chapter=chapter,
            key=commitment_key,
            code=str(place),
            position=place,
            **texts(commitment_key, "short", "title", "text"),
        )
        for number, (measure_key, indicators) in enumerate(measures.items(), 1):
            _make_measure(commitment, measure_key, number, indicators)
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


def _make_measure(
    commitment: Commitment, key: str, number: int, indicators: list[tuple[str, dict[str, Any]]]
) -> None:
    code = f"{commitment.code}.{number}"
    measure = Measure.objects.create(
        charter=commitment.charter,
        commitment=commitment,
        key=key,
        code=code,
        position=commitment.position * 100 + number,
        **texts(key, "title", "text"),
    )
    for place, (indicator_key, kind) in enumerate(indicators):
        Indicator.objects.create(
            charter=commitment.charter,
            measure=measure,
            key=indicator_key,
            code=f"{code}.{'abcdefgh'[place]}",
            position=measure.position * 10 + place,
            **kind,
            **texts(indicator_key, "title"),
        )
