"""The shape of a charter file: which keys stand where and how each is read (how-to/charter-format.md)."""

from typing import Any

from django.utils.translation import gettext as _

from alliance.charter_file.blocks import Part, block, items
from alliance.charter_file.texts import (
    LANGUAGES,
    BreakdownText,
    ChapterText,
    CharterText,
    CommitmentText,
    HarmText,
    Identifier,
    IndicatorText,
    KeyChange,
    MeasureText,
    OptionText,
    SourceText,
    Words,
)
from alliance.charter_file.values import Reader, code, flag, number, one_of, slug, text, web_address, whole
from alliance.enums import Aggregation, Direction, Disclosure, IndicatorType, Scope, Unit, ValueType
from portal.kernel.plain_yaml import Findings, Node, Scalar

FORMAT = 1
SHORT, TITLE, PARAGRAPH, WHOLE_TEXT = 24, 200, 2_000, 10_000


def words(limit: int, lines: bool = False) -> Reader:
    """A text in every language; one that lacks a language is a fault."""
    return block(Words, {language: Part(text(limit, lines)) for language in LANGUAGES})


def cells(node: Node, path: str, findings: Findings) -> Any:
    """A list of cells, or the word “harms”: then the harms of the charter are the cells."""
    if isinstance(node, Scalar) and node.text == "harms":
        return "harms"
    return items(OPTION, least=2, most=60)(node, path, findings)


def file_format(node: Node, path: str, findings: Findings) -> Any:
    """The number of the format, so that a later format is refused and not misread."""
    if isinstance(node, Scalar) and node.text == str(FORMAT):
        return FORMAT
    findings.fault(path, _("This portal reads format %(number)s."), number=FORMAT)
    return None


def _breakdown(key: str, title: Words, cells: Any) -> BreakdownText:
    of_harms = cells == "harms"
    return BreakdownText(key, title, () if of_harms else cells or (), of_harms)


def _charter(format: int, **parts: Any) -> CharterText:
    return CharterText(**parts)


IDENTIFIER = block(Identifier, {"scheme": Part(slug), "id": Part(text(TITLE))})
OPTION = block(OptionText, {"key": Part(slug), "title": Part(words(TITLE))})

SOURCE = block(
    SourceText, {"title": Part(words(PARAGRAPH)), "url": Part(web_address, required=False, absent="")}
)

HARM = block(
    HarmText,
    {
        "key": Part(slug),
        "title": Part(words(TITLE)),
        "note": Part(words(PARAGRAPH, lines=True), required=False),
        "identifiers": Part(items(IDENTIFIER, most=20), required=False, absent=()),
    },
)

BREAKDOWN = block(_breakdown, {"key": Part(slug), "title": Part(words(TITLE)), "cells": Part(cells)})

# Which of these an indicator needs or may not have depends on its type and value: indicators.py.
INDICATOR = block(
    IndicatorText,
    {
        "key": Part(slug),
        "code": Part(code("1.1.a", r"\d+\.\d+\.[a-z]{1,2}")),
        "type": Part(one_of(IndicatorType)),
        "title": Part(words(TITLE)),
        "guidance": Part(words(PARAGRAPH, lines=True), required=False),
        "limit": Part(whole(100, 20_000), required=False),
        "value": Part(one_of(ValueType), required=False, absent=""),
        "choices": Part(items(OPTION, least=2, most=20), required=False, absent=()),
        "unit": Part(one_of(Unit), required=False, absent=""),
        "direction": Part(one_of(Direction), required=False, absent=""),
        "scope": Part(one_of(Scope), required=False, absent=""),
        "breakdowns": Part(items(slug, most=2), required=False, absent=()),
        "exclusive": Part(flag, required=False),
        "aggregation": Part(one_of(Aggregation), required=False, absent=""),
        "disclosure": Part(one_of(Disclosure), required=False, absent=Disclosure.PUBLIC.value),
        "minimum": Part(number, required=False),
        "maximum": Part(number, required=False),
        "part_of": Part(slug, required=False, absent=""),
    },
)

MEASURE = block(
    MeasureText,
    {
        "key": Part(slug),
        "code": Part(code("1.1", r"\d+\.\d+")),
        "core": Part(flag),
        "title": Part(words(TITLE)),
        "text": Part(words(WHOLE_TEXT, lines=True)),
        "indicators": Part(items(INDICATOR, least=1, most=50)),
    },
)

COMMITMENT = block(
    CommitmentText,
    {
        "key": Part(slug),
        "code": Part(code("1", r"\d+")),
        "short": Part(words(SHORT)),
        "title": Part(words(TITLE)),
        "text": Part(words(WHOLE_TEXT, lines=True)),
        "measures": Part(items(MEASURE, least=1, most=50)),
    },
)

CHAPTER = block(
    ChapterText, {"title": Part(words(TITLE)), "commitments": Part(items(COMMITMENT, least=1, most=100))}
)

CHANGE = block(KeyChange, {"from": Part(slug, name="earlier"), "to": Part(slug, name="later")})

CHARTER = block(
    _charter,
    {
        "format": Part(file_format),
        "key": Part(slug),
        "version": Part(whole(1, 9_999)),
        "title": Part(words(TITLE)),
        "summary": Part(words(PARAGRAPH, lines=True)),
        "working_text": Part(flag, required=False, absent=False),
        "note": Part(words(PARAGRAPH, lines=True), required=False),
        "statement": Part(words(PARAGRAPH), required=False),
        "sources": Part(items(SOURCE, most=50), required=False, absent=()),
        "supersedes": Part(whole(1, 9_998), required=False),
        "mapping": Part(items(CHANGE), required=False, absent=()),
        "harms": Part(items(HARM, most=60), required=False, absent=()),
        "breakdowns": Part(items(BREAKDOWN, most=60), required=False, absent=()),
        "chapters": Part(items(CHAPTER, least=1, most=100)),
    },
)
