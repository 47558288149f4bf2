"""A stored charter version as the text of a charter file: for its export, and to compare versions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Model

from alliance.charter_file import CharterText, normal_charter
from alliance.charter_file.texts import (
    LANGUAGES,
    BreakdownText,
    ChapterText,
    CommitmentText,
    HarmText,
    Identifier,
    IndicatorDefinition,
    KeyChange,
    LaterVersions,
    MeasureText,
    OptionDefinition,
    SourceText,
    TranslatedText,
)
from alliance.models import Chapter, Charter, Commitment, Harm, Indicator, Measure
from alliance.validators.cells import PART
from portal.kernel.text import reader_language


def charter_text(charter: Charter) -> CharterText:
    """The version with all its parts, in the normal form of a file. Six queries, however long it is."""
    harms = tuple(map(_harm, charter.harms.all()))
    mapping = charter.mappings.order_by("pk")
    return normal_charter(
        CharterText(
            key=charter.key,
            version=charter.version,
            title=_translated(charter, "title"),
            summary=_translated(charter, "summary"),
            working_text=charter.working_text,
            note=_translated(charter, "note"),
            statement=_translated(charter, "statement"),
            sources=tuple(
                SourceText(_by_language(row["title"]), row.get("url", "")) for row in charter.sources
            ),
            harms=harms,
            breakdowns=tuple(
                BreakdownText(row["key"], _by_language(row["title"]), _cells(row["cells"]), of_harms=False)
                for row in charter.breakdowns
            ),
            chapters=_chapters(charter),
            supersedes=charter.supersedes,
            later_versions=LaterVersions(charter.later_signatures, charter.notice_days),
            mapping=tuple(KeyChange(row.earlier_key, row.key, _translated(row, "reason")) for row in mapping),
        )
    )


def in_reader_language(text: TranslatedText) -> str:
    """A text of a charter in the reader's language, in English where the charter has not got that."""
    return str(getattr(text, reader_language(), text.en))


def _translated(row: Model, field: str) -> TranslatedText:
    return TranslatedText(**{language: getattr(row, f"{field}_{language}") or "" for language in LANGUAGES})


def _by_language(text: Mapping[str, str]) -> TranslatedText:
    return TranslatedText(**{language: text.get(language, "") for language in LANGUAGES})


def _options(rows: Iterable[Mapping[str, Any]]) -> tuple[OptionDefinition, ...]:
    return tuple(OptionDefinition(row["key"], _by_language(row["title"])) for row in rows)


def _cells(rows: Iterable[Mapping[str, Any]]) -> tuple[OptionDefinition, ...]:
    """The categories, each with the parts that follow it."""
    parts: dict[str, list[OptionDefinition]] = {}
    for option in _options(rows):
        category, _part, key = option.key.partition(PART)
        parts.setdefault(category, []).append(replace(option, key=key or category))
    return tuple(replace(options[0], parts=tuple(options[1:])) for options in parts.values())


def _harm(harm: Harm) -> HarmText:
    return HarmText(
        key=harm.key,
        title=_translated(harm, "title"),
        note=_translated(harm, "note"),
        identifiers=tuple(Identifier(row["scheme"], row["id"]) for row in harm.identifiers),
    )


def _chapters(charter: Charter) -> tuple[ChapterText, ...]:
    """The tree, from one query for each level."""
    indicators: dict[int, list[IndicatorDefinition]] = defaultdict(list)
    for indicator in charter.indicators.all():
        indicators[indicator.measure_id].append(_indicator(indicator))
    measures: dict[int, list[MeasureText]] = defaultdict(list)
    for measure in charter.measures.all():
        measures[measure.commitment_id].append(_measure(measure, indicators[measure.pk]))
    commitments: dict[int, list[CommitmentText]] = defaultdict(list)
    for commitment in charter.commitments.all():
        commitments[commitment.chapter_id].append(_commitment(commitment, measures[commitment.pk]))
    return tuple(_chapter(chapter, commitments[chapter.pk]) for chapter in charter.chapters.all())


def _chapter(chapter: Chapter, commitments: Iterable[CommitmentText]) -> ChapterText:
    return ChapterText(title=_translated(chapter, "title"), commitments=tuple(commitments))


def _commitment(commitment: Commitment, measures: Iterable[MeasureText]) -> CommitmentText:
    return CommitmentText(
        key=commitment.key,
        code=commitment.code,
        short=_translated(commitment, "short"),
        title=_translated(commitment, "title"),
        text=_translated(commitment, "text"),
        measures=tuple(measures),
    )


def _measure(measure: Measure, indicators: Iterable[IndicatorDefinition]) -> MeasureText:
    return MeasureText(
        key=measure.key,
        code=measure.code,
        core=measure.core,
        title=_translated(measure, "title"),
        text=_translated(measure, "text"),
        indicators=tuple(indicators),
    )


def _indicator(indicator: Indicator) -> IndicatorDefinition:
    return IndicatorDefinition(
        key=indicator.key,
        code=indicator.code,
        type=indicator.type,
        title=_translated(indicator, "title"),
        guidance=_translated(indicator, "guidance"),
        explanation=_translated(indicator, "explanation"),
        disclosure=indicator.disclosure,
        limit=indicator.limit,
        value=indicator.value,
        unit=indicator.unit,
        direction=indicator.direction,
        scope=indicator.scope,
        aggregation=indicator.aggregation,
        breakdowns=tuple(indicator.breakdowns),
        exclusive=indicator.exclusive,
        choices=_options(indicator.choices),
        minimum=indicator.minimum,
        maximum=indicator.maximum,
        part_of=indicator.part_of,
        period=indicator.period,
        period_aggregation=indicator.period_aggregation,
    )
