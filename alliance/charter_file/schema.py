"""The shape of a charter file: its keys, their places, and how each is read (how-to/charter-format.md)."""

from typing import Any

from django.utils.translation import gettext as _

from alliance.charter_file import limits
from alliance.charter_file.blocks import KeySpec, list_of, mapping_of
from alliance.charter_file.limits import PARAGRAPH, SHORT, TITLE, WHOLE_TEXT
from alliance.charter_file.texts import (
    LANGUAGES,
    BreakdownText,
    ChapterText,
    CharterText,
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
from alliance.charter_file.values import NodeReader, boolean, code, integer, number, one_of, slug, text, url
from alliance.enums import (
    Aggregation,
    Direction,
    Disclosure,
    IndicatorScope,
    IndicatorType,
    Period,
    PeriodAggregation,
    SignatureRule,
    Unit,
    ValueType,
)
from portal.kernel.text.strict_yaml import FaultCollector, Node, ScalarNode

FORMAT = 1


def translated_text(limit: int, lines: bool = False) -> NodeReader:
    """A text in every language; one that lacks a language is a fault."""
    return mapping_of(TranslatedText, {language: KeySpec(text(limit, lines)) for language in LANGUAGES})


def partly_translated_text(limit: int) -> NodeReader:
    """A text that can lack a language, which is empty then; what may lack one is checked where it is known."""
    optional = KeySpec(text(limit), required=False, default="")
    return mapping_of(TranslatedText, dict.fromkeys(LANGUAGES, optional))


def translated_name(limit: int) -> NodeReader:
    """A title in every language, on one line."""
    return mapping_of(
        TranslatedText, {language: KeySpec(text(limit, is_name=True)) for language in LANGUAGES}
    )


def read_cells(node: Node, path: str, findings: FaultCollector) -> Any:
    """A list of cells, or the word “harms”: then the harms of the charter are the cells."""
    if isinstance(node, ScalarNode) and node.text == "harms":
        return "harms"
    return list_of(CELL, *limits.CELLS)(node, path, findings)


def read_format(node: Node, path: str, findings: FaultCollector) -> Any:
    """The number of the format, so that a later format is refused and not misread."""
    if isinstance(node, ScalarNode) and node.text == str(FORMAT):
        return FORMAT
    findings.add_fault(path, _("This portal reads format %(number)s."), number=FORMAT)
    return None


def _breakdown(key: str, title: TranslatedText, cells: Any) -> BreakdownText:
    of_harms = cells == "harms"
    return BreakdownText(key, title, () if of_harms else cells or (), of_harms)


IDENTIFIER = mapping_of(Identifier, {"scheme": KeySpec(slug), "id": KeySpec(text(TITLE))})
OPTION = mapping_of(OptionDefinition, {"key": KeySpec(slug), "title": KeySpec(translated_name(TITLE))})
# a cell of a breakdown; one with parts is a category
CELL = mapping_of(
    OptionDefinition,
    {
        "key": KeySpec(slug),
        "title": KeySpec(translated_name(TITLE)),
        "parts": KeySpec(list_of(OPTION, *limits.PARTS), required=False, default=()),
    },
)

SOURCE = mapping_of(
    SourceText,
    {"title": KeySpec(translated_text(PARAGRAPH)), "url": KeySpec(url, required=False, default="")},
)

HARM = mapping_of(
    HarmText,
    {
        "key": KeySpec(slug),
        "title": KeySpec(translated_name(TITLE)),
        "note": KeySpec(translated_text(PARAGRAPH, lines=True), required=False),
        "identifiers": KeySpec(list_of(IDENTIFIER, *limits.IDENTIFIERS), required=False, default=()),
    },
)

BREAKDOWN = mapping_of(
    _breakdown, {"key": KeySpec(slug), "title": KeySpec(translated_name(TITLE)), "cells": KeySpec(read_cells)}
)

# Which of these an indicator needs or may not have depends on its type and value: indicators.py.
INDICATOR = mapping_of(
    IndicatorDefinition,
    {
        "key": KeySpec(slug),
        "code": KeySpec(code("1.1.a", rf"\d+\.\d+\.[a-z]{{1,{limits.CODE_LETTERS.most}}}")),
        "type": KeySpec(one_of(IndicatorType)),
        "title": KeySpec(translated_name(TITLE)),
        "guidance": KeySpec(translated_text(PARAGRAPH, lines=True), required=False),
        "explanation": KeySpec(translated_text(PARAGRAPH, lines=True), required=False),
        "limit": KeySpec(integer(*limits.ANSWER), required=False),
        "value": KeySpec(one_of(ValueType), required=False, default=""),
        "choices": KeySpec(list_of(OPTION, *limits.CHOICES), required=False, default=()),
        "unit": KeySpec(one_of(Unit), required=False, default=""),
        "direction": KeySpec(one_of(Direction), required=False, default=""),
        "scope": KeySpec(one_of(IndicatorScope), required=False, default=""),
        "breakdowns": KeySpec(list_of(slug, *limits.AXES), required=False, default=()),
        "exclusive": KeySpec(boolean, required=False),
        "aggregation": KeySpec(one_of(Aggregation), required=False, default=""),
        "disclosure": KeySpec(one_of(Disclosure), required=False, default=Disclosure.PUBLIC.value),
        "minimum": KeySpec(number, required=False),
        "maximum": KeySpec(number, required=False),
        "part_of": KeySpec(slug, required=False, default=""),
        "period": KeySpec(one_of(Period), required=False, default=""),
        "period_aggregation": KeySpec(one_of(PeriodAggregation), required=False, default=""),
    },
)

MEASURE = mapping_of(
    MeasureText,
    {
        "key": KeySpec(slug),
        "code": KeySpec(code("1.1", r"\d+\.\d+")),
        "core": KeySpec(boolean),
        "title": KeySpec(translated_name(TITLE)),
        "text": KeySpec(translated_text(WHOLE_TEXT, lines=True)),
        "indicators": KeySpec(list_of(INDICATOR, *limits.INDICATORS)),
    },
)

COMMITMENT = mapping_of(
    CommitmentText,
    {
        "key": KeySpec(slug),
        "code": KeySpec(code("1", r"\d+")),
        "short": KeySpec(translated_name(SHORT)),
        "title": KeySpec(translated_name(TITLE)),
        "text": KeySpec(translated_text(WHOLE_TEXT, lines=True)),
        "measures": KeySpec(list_of(MEASURE, *limits.MEASURES)),
    },
)

CHAPTER = mapping_of(
    ChapterText,
    {
        "title": KeySpec(translated_name(TITLE)),
        "commitments": KeySpec(list_of(COMMITMENT, *limits.COMMITMENTS)),
    },
)

CHANGE = mapping_of(
    KeyChange,
    {
        "from": KeySpec(slug, name="earlier"),
        "to": KeySpec(slug, required=False, default="", name="later"),
        "breaks": KeySpec(partly_translated_text(PARAGRAPH), required=False, name="reason"),
    },
)

LATER_VERSIONS = mapping_of(
    LaterVersions,
    {
        "signatures": KeySpec(one_of(SignatureRule)),
        "notice_days": KeySpec(integer(*limits.NOTICE), required=False),
    },
)

CHARTER = mapping_of(
    lambda format, **parts: CharterText(**parts),  # the format says how to read, and is no part of the text
    {
        "format": KeySpec(read_format),
        "key": KeySpec(slug),
        "version": KeySpec(integer(*limits.VERSION)),
        "title": KeySpec(translated_name(TITLE)),
        "summary": KeySpec(translated_text(PARAGRAPH, lines=True)),
        "working_text": KeySpec(boolean, required=False, default=False),
        "note": KeySpec(translated_text(PARAGRAPH, lines=True), required=False),
        "statement": KeySpec(translated_text(PARAGRAPH), required=False),
        "sources": KeySpec(list_of(SOURCE, *limits.SOURCES), required=False, default=()),
        "supersedes": KeySpec(integer(1, limits.VERSION.most - 1), required=False),
        "later_versions": KeySpec(LATER_VERSIONS, required=False),
        "mapping": KeySpec(list_of(CHANGE, *limits.MAPPING), required=False, default=()),
        "harms": KeySpec(list_of(HARM, *limits.HARMS), required=False, default=()),
        "breakdowns": KeySpec(list_of(BREAKDOWN, *limits.BREAKDOWNS), required=False, default=()),
        "chapters": KeySpec(list_of(CHAPTER, *limits.CHAPTERS)),
    },
)
