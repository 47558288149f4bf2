"""Writes a charter's text into its rows; called by services/charters.py inside its transaction."""

import dataclasses
from collections.abc import Iterable
from itertools import count
from typing import Any

from alliance.charter_file import CharterText
from alliance.charter_file.normal import NARRATIVE_LIMIT
from alliance.charter_file.texts import (
    LANGUAGES,
    ChapterText,
    CommitmentText,
    HarmText,
    IndicatorDefinition,
    KeyChange,
    MeasureText,
    OptionDefinition,
    TranslatedText,
)
from alliance.enums import Aggregation, Direction, IndicatorScope, SignatureRule
from alliance.models import Chapter, Charter, Commitment, Harm, Indicator, KeyMapping, Measure
from alliance.validators.cells import part_key
from portal.kernel import clock


def write_charter(charter: Charter, text: CharterText, sha256: str) -> None:
    """Save the charter with all its parts; the parts of an earlier draft are deleted first."""
    for name, value in {**text_columns(text), **charter_json(text)}.items():
        setattr(charter, name, value)
    charter.supersedes = text.supersedes
    charter.working_text = text.working_text
    rule = text.later_versions
    charter.later_signatures = rule.signatures if rule else SignatureRule.SIGN_ANEW
    charter.notice_days = rule.notice_days if rule else None
    charter.sha256 = sha256
    charter.loaded_at = charter.edited_at = clock.now()
    charter.save()
    charter.refresh_from_db()
    for parts in (charter.chapters, charter.harms):
        parts.all().delete()  # commitments, measures and indicators go with their chapters
    _write_chapters(charter, text.chapters)
    Harm.objects.bulk_create(
        _harm(charter, position, harm) for position, harm in enumerate(text.harms, start=1)
    )
    write_mapping(charter, text.mapping)


def text_columns(text: CharterText) -> dict[str, str]:
    """The texts of the charter itself, by column."""
    return _columns(title=text.title, summary=text.summary, note=text.note, statement=text.statement)


def charter_json(text: CharterText) -> dict[str, Any]:
    """Sources and breakdowns as the charter stores them.

    The cells are written out, those by harm and the parts of categories too, so that nobody has to look them up.
    """
    sources = [{"title": _by_language(source.title), "url": source.url} for source in text.sources]
    breakdowns = [
        {
            "key": breakdown.key,
            "title": _by_language(breakdown.title),
            "cells": _options(text.harms) if breakdown.of_harms else _cells(breakdown.cells),
        }
        for breakdown in text.breakdowns
    ]
    return {"sources": sources, "breakdowns": breakdowns}


def write_mapping(charter: Charter, changes: Iterable[KeyChange]) -> None:
    """Save the mapping in the place of the one that was there."""
    charter.mappings.all().delete()
    KeyMapping.objects.bulk_create(
        KeyMapping(
            charter=charter,
            earlier_key=change.earlier,
            key=change.later,
            **_columns(reason=change.reason),
        )
        for change in changes
    )


def _by_language(text: TranslatedText | None) -> dict[str, str]:
    return {language: getattr(text, language, "") for language in LANGUAGES}


def _columns(**texts: TranslatedText | None) -> dict[str, str]:
    """The columns of translated fields: title_en, title_ru, …"""
    return {
        f"{name}_{language}": text
        for name, translations in texts.items()
        for language, text in _by_language(translations).items()
    }


def _options(options: Iterable[OptionDefinition | HarmText]) -> list[dict[str, Any]]:
    return [{"key": option.key, "title": _by_language(option.title)} for option in options]


def _cells(cells: Iterable[OptionDefinition]) -> list[dict[str, Any]]:
    """Each category is followed by its parts."""
    return [
        option
        for cell in cells
        for option in (
            *_options([cell]),
            *({**part, "key": part_key(cell.key, part["key"])} for part in _options(cell.parts)),
        )
    ]


def _harm(charter: Charter, position: int, harm: HarmText) -> Harm:
    return Harm(
        charter=charter,
        key=harm.key,
        position=position,
        identifiers=[dataclasses.asdict(identifier) for identifier in harm.identifiers],
        **_columns(title=harm.title, note=harm.note),
    )


def _write_chapters(charter: Charter, chapters: tuple[ChapterText, ...]) -> None:
    """Write the tree level by level, one insert each; positions run over the whole charter."""
    rows = Chapter.objects.bulk_create(
        Chapter(charter=charter, position=position, **_columns(title=chapter.title))
        for position, chapter in enumerate(chapters, start=1)
    )
    position = count(1)
    commitments = Commitment.objects.bulk_create(
        _commitment(charter, row, next(position), commitment)
        for row, chapter in zip(rows, chapters, strict=True)
        for commitment in chapter.commitments
    )
    texts = [commitment for chapter in chapters for commitment in chapter.commitments]
    position = count(1)
    measures = Measure.objects.bulk_create(
        _measure(charter, row, next(position), measure)
        for row, commitment in zip(commitments, texts, strict=True)
        for measure in commitment.measures
    )
    position = count(1)
    Indicator.objects.bulk_create(
        _indicator(charter, row, next(position), indicator)
        for row, measure in zip(measures, (m for text in texts for m in text.measures), strict=True)
        for indicator in measure.indicators
    )


def _commitment(charter: Charter, chapter: Chapter, position: int, text: CommitmentText) -> Commitment:
    return Commitment(
        charter=charter,
        chapter=chapter,
        key=text.key,
        code=text.code,
        position=position,
        **_columns(short=text.short, title=text.title, text=text.text),
    )


def _measure(charter: Charter, commitment: Commitment, position: int, text: MeasureText) -> Measure:
    return Measure(
        charter=charter,
        commitment=commitment,
        key=text.key,
        code=text.code,
        position=position,
        core=text.core,
        **_columns(title=text.title, text=text.text),
    )


def _indicator(charter: Charter, measure: Measure, position: int, text: IndicatorDefinition) -> Indicator:
    return Indicator(
        charter=charter,
        measure=measure,
        key=text.key,
        code=text.code,
        position=position,
        type=text.type,
        limit=text.limit or NARRATIVE_LIMIT,
        value=text.value,
        choices=_options(text.choices),
        unit=text.unit,
        direction=text.direction or Direction.NEUTRAL,
        scope=text.scope or IndicatorScope.ORGANISATION,
        breakdowns=list(text.breakdowns),
        exclusive=bool(text.exclusive),
        aggregation=text.aggregation or Aggregation.NONE,
        disclosure=text.disclosure,
        minimum=text.minimum,
        maximum=text.maximum,
        part_of=text.part_of,
        period=text.period,
        period_aggregation=text.period_aggregation,
        **_columns(title=text.title, guidance=text.guidance, explanation=text.explanation),
    )
